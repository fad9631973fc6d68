import ArgumentParser
import Chain
import Foundation
import Ledger
import Node
import Primitives

/// Shows what the ledger says about a party: `argosy credit`.
struct CreditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit",
        abstract: "Compute score, cost to forge and credit line of a party, and show from what.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: ArgumentHelp(
            "The party's address, or its key of 64 hexadecimal digits.", valueName: "party"))
    var party: String

    func run() async throws {
        let account: AccountID
        if let key = AccountID(hex: party) {
            account = key
        } else {
            let prefix = try home.present().genesis().decoded.network.addressPrefix
            account = AccountID(try Address(party, prefix: prefix).key)
        }
        guard case .credit(let credit) = try await home.ask(.credit(party: account.hex)) else {
            throw CommandError.otherAnswer
        }
        try output.show(credit)
    }
}

extension CreditAnswer: Answer {
    var text: String {
        var facts = Table()
        facts.add("party", party)
        facts.add("disputes", String(disputes))
        facts.add("not paid", String(defaults))
        facts.add("false documents", String(exposures))
        facts.add("reviews", stars.isEmpty ? "none" : stars.map(String.init).joined(separator: " "))
        let sections = parts.map(Self.section)
        return
            ([facts.text] + sections + [
                """
                Computed here from \(steps) steps, complete to block \(height), with the rules of the \
                reference: whoever asks gets the same. It does not weigh who the counterparties are.
                """
            ]).joined(separator: "\n\n")
    }

    private static func section(_ part: CreditPart) -> String {
        var sums = Table()
        sums.add("asset", part.asset)
        sums.add("score", share(part.score))
        sums.add("cost to forge", part.costToForge)
        sums.add("credit line", part.line)
        sums.add("sold and answered for", part.outstanding)
        sums.add("counterparties", String(part.counterparties))
        sums.add("disputed", share(part.disputeRate))
        sums.add("lost, at most", share(part.lossRate))
        var trades = Table()
        trades.add("ORDER", "AS", "WITH", "END", "WHEN", "AMOUNT", "COST", "WEIGHT", "COUNTS")
        for line in part.inputs {
            let date = Date(timeIntervalSince1970: Double(line.ended) / 1_000)
            trades.add(
                String(line.order.prefix(12)), line.side, String(line.counterparty.prefix(12)),
                line.outcome, date.formatted(.iso8601), line.amount, line.cost,
                share(line.scoreWeight), line.credit)
        }
        return sums.text + "\n\n" + trades.text
    }

    /// Millionths as `0.512`.
    private static func share(_ millionths: UInt64) -> String {
        let thousandths = millionths / 1_000
        let fraction = String(thousandths % 1_000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return "\(thousandths / 1_000).\(zeros)\(fraction)"
    }
}
