import ArgumentParser
import Chain
import Foundation
import Ledger
import Node
import Primitives
import Trade

/// Shows what the ledger says about a party: `argosy credit`.
struct CreditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit",
        abstract: "Compute score, cost to forge and credit line of a party, and show from what.",
        discussion: """
            Counterparties are weighed by how far the viewer's trust reaches them: from himself \
            (--viewer), and from carriers, issuers and parties that he knows (--trust), through \
            trades that cost something. Without either they count alike.
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: ArgumentHelp(
            "A name of the wallet, an address, or a key of 64 hexadecimal digits.",
            valueName: "party"))
    var party: String

    @Option(
        help: ArgumentHelp("In whose eyes: a name, an address, or a key.", valueName: "party"))
    var viewer: String?

    @Option(
        help: ArgumentHelp(
            "A carrier, issuer or party that the viewer knows; may be given again.",
            valueName: "party"))
    var trust: [String] = []

    func run() async throws {
        let session = try await WalletSession(home)
        func account(_ text: String) throws -> String {
            if let key = AccountID(hex: text) { return key.hex }
            return AccountID(try session.holder(text).key).hex
        }
        let question = ControlRequest.credit(
            party: try account(party), viewer: try viewer.map(account),
            trusted: try trust.map(account))
        guard case .credit(let credit) = try await home.ask(question) else {
            throw CommandError.otherAnswer
        }
        var assets: [String: AssetAnswer] = [:]
        for part in credit.parts { assets[part.asset] = try await session.asset(part.asset) }
        try output.show(CreditReading(answer: credit, assets: assets))
    }
}

/// An answer about credit, and what people call its assets.
struct CreditReading: Answer {
    let answer: CreditAnswer
    /// By id.
    let assets: [String: AssetAnswer]

    /// The answer alone: its amounts are minor units, and its assets ids.
    func encode(to encoder: any Encoder) throws { try answer.encode(to: encoder) }

    var text: String { answer.text { assets[$0] } }
}

extension CreditAnswer {
    fileprivate func text(_ asset: (String) -> AssetAnswer?) -> String {
        var facts = Table()
        facts.add("party", party)
        facts.add("disputes", String(disputes))
        facts.add("not paid", String(defaults))
        facts.add("false documents", String(exposures))
        if signersSet > 0 {
            let date = Date(timeIntervalSince1970: Double(signersSet) / 1_000)
            facts.add("SIGNERS SET", "\(date.formatted(.iso8601)): what was before counts half")
        }
        facts.add("reviews", stars.isEmpty ? "none" : stars.map(String.init).joined(separator: " "))
        let sections = parts.map { Self.section($0, asset($0.asset)) }
        return
            ([facts.text] + sections + [
                """
                Computed here from \(steps == 1 ? "1 step" : "\(steps) steps"), complete to block \(height), with the rules of the \
                reference: whoever asks as the same viewer gets the same. \(weighed)
                """
            ]).joined(separator: "\n\n")
    }

    private var weighed: String {
        let rest = unread == 0 ? "" : " \(unread) more were left out, and count for nobody."
        return viewer.isEmpty && parts.allSatisfy { $0.inputs.allSatisfy { $0.trust == 1_000_000 } }
            ? "Counterparties count alike: say who looks with --viewer or --trust."
            : "Counterparties were weighed by the trades of \(read) parties around.\(rest)"
    }

    private static func section(_ part: CreditPart, _ asset: AssetAnswer?) -> String {
        func amount(_ minorUnits: String) -> String {
            guard let asset, let units = UInt64(minorUnits) else { return minorUnits }
            return Amount(minorUnits: units).decimal(asset.decimals)
        }
        func money(_ minorUnits: String) -> String {
            amount(minorUnits) + (asset.map { " \($0.code)" } ?? "")
        }
        var sums = Table()
        sums.add("asset", asset.map { "\($0.code) (\(part.asset.prefix(16))…)" } ?? part.asset)
        sums.add("score", share(part.score))
        sums.add("cost to forge", money(part.costToForge))
        sums.add("credit line", money(part.line))
        sums.add("sold and answered for", money(part.outstanding))
        sums.add("usual sale", money(part.medianSale))
        if let time = part.medianShipTime {
            sums.add("ships within", TermsPolicy.text(Term(milliseconds: time)))
        }
        if part.firstEnded > 0 {
            sums.add("on record since", OrderOutlook.date(part.firstEnded))
        }
        sums.add("counterparties", String(part.counterparties))
        sums.add("disputed", share(part.disputeRate))
        sums.add("lost, at most", share(part.lossRate))
        var trades = Table()
        trades.add(
            "ORDER", "AS", "WITH", "END", "WHEN", "AMOUNT", "COST", "TRUST", "WEIGHT", "COUNTS",
            "SIGNS")
        for line in part.inputs {
            let date = Date(timeIntervalSince1970: Double(line.ended) / 1_000)
            trades.add(
                String(line.order.prefix(12)), line.side, String(line.counterparty.prefix(12)),
                line.outcome, date.formatted(.iso8601), amount(line.amount), amount(line.cost),
                share(line.trust), share(line.scoreWeight), amount(line.credit),
                line.flags.isEmpty ? "-" : line.flags.joined(separator: " "))
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
