import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Trade
import Wire

/// What is seen at a hand-over.
struct SightOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The parcel's weight.", valueName: "grams"))
    var weight: UInt64 = 1_000

    @Option(
        help: ArgumentHelp(
            "Hash of what is in the parcel; without it, what the last hand-over or the terms say.",
            valueName: "hash"))
    var contents: String?

    func handover(at place: Location, _ expected: Digest) throws -> Handover {
        let seen = try contents.map { try Digest($0, of: "--contents") } ?? expected
        return Handover(place: place, weight: weight, contents: seen)
    }
}

extension WalletSession {
    func parcel(_ order: Digest) async throws -> Trade.Parcel {
        guard let parcel = try await record(order, as: Trade.Parcel.self) else {
            throw CommandError(
                "The goods of this order have not left.",
                advice: "The seller sends them with `argosy order ship`.")
        }
        return parcel
    }
}

/// Gives the parcel to the first carrier: `argosy order ship`.
struct ShipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship",
        abstract: "The seller gives the parcel to the first carrier, who signs too (--with).")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    @Option(help: "The carrier's bill; its hash names the transport document.")
    var bill: String?

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        let terms = try await session.order(id).terms
        let handover = try sight.handover(at: terms.legs[0].origin, terms.goods.items)
        let carrier = try step.other(in: session, as: "carrier")
        let hash = bill.map { Digest(hashing: Array($0.utf8), in: .packing) }
        try await step.take(
            [.ship(Ship(order: id, carrier: carrier, handover: handover, bill: hash))],
            in: session, order: id)
    }
}

/// Offers the parcel to the next carrier: `argosy order tender`.
struct TenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tender", abstract: "The carrier offers the parcel at the end of his leg.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    @Option(help: "The number on the parcel (SSCC), 18 digits.")
    var parcel: UInt64 = 0

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        let held = try await session.parcel(id)
        try await step.take(
            [
                .tenderParcel(
                    TenderParcel(
                        order: id, place: held.leg.destination, parcel: parcel,
                        weight: sight.weight, seal: held.last.contents))
            ], in: session, order: id)
    }
}

/// Takes the parcel over: `argosy order accept`.
struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "The next carrier takes the parcel that was tendered.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        let parcel = try await session.parcel(id)
        guard case .tendered(let tender) = parcel.state else {
            throw CommandError(
                "The parcel is not offered to anybody.",
                advice: "Whoever has it does that with `argosy order tender`.")
        }
        let witness = try step.with.map { AccountID(try session.account($0).key) }
        try await step.take(
            [
                .acceptParcel(
                    AcceptParcel(
                        order: id, tender: tender.digest,
                        handover: try sight.handover(at: tender.place, parcel.last.contents),
                        witness: witness))
            ], in: session, order: id)
    }
}

/// Hands the parcel over at the door: `argosy order deliver`.
struct DeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "The last carrier hands the parcel to the buyer.",
        discussion: "Against the buyer's secret (--secret), or the buyer signs too (--with BUYER).")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    @Option(help: "What `argosy order new` told the buyer.")
    var secret: String?

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        let parcel = try await session.parcel(id)
        let handover = try sight.handover(at: parcel.leg.destination, parcel.last.contents)
        let known = try secret.map { try Digest($0, of: "--secret") }
        let buyer = known == nil ? try step.other(in: session, as: "buyer") : nil
        try await step.take(
            [.deliver(Deliver(order: id, handover: handover, secret: known, buyer: buyer))],
            in: session, order: id)
    }
}

/// Divides what lies locked: `argosy order settle`.
struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Buyer and seller agree how to divide what lies locked; both sign (--with).")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Option(
        help: ArgumentHelp("What the buyer gets; the seller has the rest.", valueName: "amount"))
    var toBuyer: String

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        let asset = try await session.asset(ofOrder: id)
        let share = try session.amount(toBuyer, of: asset)
        let other = try step.other(in: session, as: "other side")
        try await step.take(
            [.settleOrder(SettleOrder(order: id, other: other, toBuyer: share))], in: session,
            order: id)
    }
}

/// Disputes what was delivered: `argosy order dispute`.
struct DisputeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispute",
        abstract: "The buyer of a locked order says that the goods are not right.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Option(help: ArgumentHelp("The share of the price that he wants back.", valueName: "percent"))
    var claim: UInt64 = 100

    @Option(help: ArgumentHelp("Hash of the evidence.", valueName: "hash"))
    var evidence: String?

    func validate() throws {
        guard (1...100).contains(claim) else { throw ValidationError("--claim is from 1 to 100") }
    }

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        let hash = try evidence.map { try Digest($0, of: "--evidence") }
        try await step.take(
            [
                .disputeOrder(
                    DisputeOrder(
                        order: id, evidence: hash ?? .zero, claimed: Share(clamping: claim * 10)))
            ], in: session, order: id)
    }
}

/// Ends a dispute: `argosy order verdict`.
struct VerdictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "An inspector whom the order accepts says what share of the price the buyer gets."
    )

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Option(help: ArgumentHelp("The buyer's share of the price, 0 to 100.", valueName: "percent"))
    var toBuyer: UInt64

    @Option(help: ArgumentHelp("Hash of the report.", valueName: "hash"))
    var report: String

    func validate() throws {
        guard toBuyer <= 100 else { throw ValidationError("--to-buyer is from 0 to 100") }
    }

    func run() async throws {
        let id = try order.id
        let report = try Digest(report, of: "--report")
        let session = try await WalletSession(step.home)
        try await step.take(
            [
                .giveVerdict(
                    GiveVerdict(
                        order: id, toBuyer: Share(clamping: toBuyer * 10), report: report))
            ], in: session, order: id)
    }
}
