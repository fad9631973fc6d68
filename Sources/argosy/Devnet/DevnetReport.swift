import Documents

/// What a replay did, and whether it may be believed.
struct DevnetReport: Answer {
    struct Finality: Encodable {
        let p50: Int
        let p99: Int
    }

    let payments: Int
    let refunds: Int
    /// Reason to count; lines of the file that moved no money, and transactions that were refused.
    let rejected: [String: Int]
    let blocks: UInt64
    let finality: Finality
    let paymentsPerSecond: Double
    let merchantBalance: String
    let tallyEqual: Bool
    let rootsEqual: Bool
    let proofsChecked: Int
    /// Nodes that died and were started again meanwhile.
    let restarts: Int
    /// Each rejected line with its reason, for people.
    let rejectedLines: [InvoiceFile.Rejected]
    /// What is wrong, one sentence each; empty when the verdict is good.
    let complaints: [String]
    /// What came of the trades; absent when none were played.
    let tradePlay: TradeReport?

    /// Orders by the phase in which they ended.
    var trades: [String: Int] { tradePlay?.ends ?? [:] }
    var tradesAsPlanned: Bool { tradePlay?.isAsPlanned ?? true }

    var isGood: Bool { tallyEqual && rootsEqual && tradesAsPlanned && complaints.isEmpty }

    enum CodingKeys: String, CodingKey {
        case payments
        case refunds
        case rejected
        case blocks
        case finality = "finality_ms"
        case paymentsPerSecond = "payments_per_second"
        case merchantBalance = "merchant_balance"
        case tallyEqual = "tally_equal"
        case rootsEqual = "roots_equal"
        case proofsChecked = "proofs_checked"
        case restarts
        case complaints
        case trades
        case tradesAsPlanned = "trades_as_planned"
        case tradePlay = "trade_play"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(payments, forKey: .payments)
        try values.encode(refunds, forKey: .refunds)
        try values.encode(rejected, forKey: .rejected)
        try values.encode(blocks, forKey: .blocks)
        try values.encode(finality, forKey: .finality)
        try values.encode(paymentsPerSecond, forKey: .paymentsPerSecond)
        try values.encode(merchantBalance, forKey: .merchantBalance)
        try values.encode(tallyEqual, forKey: .tallyEqual)
        try values.encode(rootsEqual, forKey: .rootsEqual)
        try values.encode(proofsChecked, forKey: .proofsChecked)
        try values.encode(restarts, forKey: .restarts)
        try values.encode(complaints, forKey: .complaints)
        guard let tradePlay else { return }
        try values.encode(trades, forKey: .trades)
        try values.encode(tradesAsPlanned, forKey: .tradesAsPlanned)
        try values.encode(tradePlay, forKey: .tradePlay)
    }

    /// Rejected lines that are listed on a screen; the file that `--rejected` names has them all.
    static let listedLimit = 40

    /// How many ended how, and how many of each were planned where that differs.
    private static func add(
        _ title: String, _ ends: [String: Int], planned: [String: Int], to table: inout Table
    ) {
        table.add(title, String(ends.values.reduce(0, +)))
        for (end, count) in ends.sorted(by: { $0.key < $1.key }) {
            let planned = planned[end] ?? 0
            table.add("  \(end)", count == planned ? "\(count)" : "\(count), planned \(planned)")
        }
    }

    var text: String {
        var table = Table()
        table.add("payments", String(payments))
        table.add("refunds", String(refunds))
        table.add("blocks", String(blocks))
        table.add("finality", "p50 \(finality.p50) ms, p99 \(finality.p99) ms")
        table.add("payments a second", String(Int(paymentsPerSecond.rounded())))
        table.add("proofs checked by light wallets", String(proofsChecked))
        table.add("merchant's balance", "\(merchantBalance) GBP")
        if let tradePlay {
            Self.add("trades", trades, planned: tradePlay.planned, to: &table)
            Self.add(
                "clearances", tradePlay.clearances, planned: tradePlay.plannedClearances,
                to: &table)
            table.add("duty paid", "\(tradePlay.duty.paid) GBP")
            table.add("actions of trades", "\(tradePlay.actions) in \(tradePlay.seconds) s")
        }
        if restarts > 0 { table.add("nodes started again", String(restarts)) }
        table.add("lines without effect", String(rejectedLines.count))
        for (reason, count) in rejected.sorted(by: { $0.key < $1.key }) {
            table.add("  \(reason)", String(count))
        }
        return """
            \(lines)\(table.text)

            \(verdict)
            """
    }

    private var lines: String {
        guard !rejectedLines.isEmpty else { return "" }
        var table = Table()
        table.add("LINE", "INVOICE", "REASON")
        for line in rejectedLines.prefix(Self.listedLimit) {
            let units = line.units.map { " (\($0) units)" } ?? ""
            table.add(String(line.line), line.invoice, line.fault.rawValue + units)
        }
        let more = rejectedLines.count - Self.listedLimit
        return "\(table.text)\n\(more > 0 ? "... and \(more) more (--rejected FILE)\n" : "")\n"
    }

    private var verdict: String {
        let tally =
            tallyEqual ? "equals the tally of the file" : "DIFFERS from the tally of the file"
        let roots = rootsEqual ? "are equal" : "DIFFER"
        let result = isGood ? "VERDICT: true" : "VERDICT: FALSE"
        let tradeLine =
            tradePlay.map {
                "The trades, by proofs of their records, ended "
                    + ($0.isAsPlanned ? "as the rules say.\n" : "DIFFERENTLY than the rules say.\n")
            } ?? ""
        let reasons = complaints.map { "  \($0)\n" }.joined()
        return """
            Every wallet's balance, by proofs that the wallet checked, \(tally).
            The state roots of all nodes \(roots).
            \(tradeLine)\
            \(reasons)\(result)
            """
    }
}
