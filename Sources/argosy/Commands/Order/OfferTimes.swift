import ArgumentParser
import Ledger
import Node
import Primitives
import Trade

/// A time as people write it: `7d`, `36h`.
struct TermOption: ExpressibleByArgument {
    let term: Term

    init(_ term: Term) { self.term = term }

    init?(argument: String) {
        guard let count = UInt64(argument.dropLast()), (1...10_000).contains(count) else {
            return nil
        }
        switch argument.last {
        case "h": term = .hours(count)
        case "d": term = .days(count)
        default: return nil
        }
    }

    var defaultValueDescription: String {
        let hours = term.milliseconds / 3_600_000
        return hours.isMultiple(of: 24) ? "\(hours / 24)d" : "\(hours)h"
    }
}

/// How long everybody has, in hours (`36h`) or days (`7d`); everything that times out is agreed here.
struct OfferTimes: ParsableArguments {
    @Option(help: "The seller's time to ship.")
    var shipping = TermOption(.days(3))

    @Option(help: "From the first carrier to the buyer.")
    var delivery = TermOption(.days(30))

    @Option(help: "The buyer's time to look at what came.")
    var inspection = TermOption(.days(7))

    @Option(help: "For returns without a reason.")
    var returns = TermOption(.days(7))

    @Option(help: "For returns of goods that are not right.")
    var defects = TermOption(.days(30))

    @Option(help: "The seller's time to answer a return.")
    var answer = TermOption(.hours(48))

    @Option(help: "To seal the papers of the parcel, from the first seal on.")
    var sealing = TermOption(.hours(24))

    @Option(help: "To open them, from the last seal on.")
    var opening = TermOption(.hours(24))

    @Option(help: "To amend papers that were rejected.")
    var amending = TermOption(.hours(72))

    var times: Times {
        Times(
            expiry: Clocks.wall.after(.hours(23)), shipping: shipping.term, delivery: delivery.term,
            inspection: inspection.term)
    }

    var papers: PaperTimes {
        PaperTimes(sealing: sealing.term, opening: opening.term, amending: amending.term)
    }

    func returns(freight: Amount, bond: Amount) -> ReturnTerms {
        ReturnTerms(
            withoutReason: returns.term, forDefect: defects.term, freight: freight, bond: bond,
            answer: answer.term)
    }
}
