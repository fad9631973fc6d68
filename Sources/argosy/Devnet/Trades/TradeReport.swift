/// How the trades of a plan ended.
struct TradeReport: Encodable, Sendable {
    struct Finality: Encodable, Sendable {
        var p50 = 0
        var p99 = 0
    }

    /// Orders by the phase in which they were found.
    private(set) var ends: [String: Int] = [:]
    let planned: [String: Int]
    /// Trades by what happened in them.
    private(set) var courses: [String: Int] = [:]
    /// Trades by the way in which they were paid.
    private(set) var modes: [String: Int] = [:]
    private(set) var isAsPlanned = true
    private(set) var transactions = 0
    private(set) var actions = 0
    private(set) var proofCount = 0
    private(set) var finality = Finality()
    private(set) var seconds = 0.0
    private(set) var complaints: [String] = []

    init(_ plan: TradePlan) {
        planned = plan.ends
        for trade in plan.trades {
            courses[trade.course.rawValue, default: 0] += 1
            modes[trade.mode.rawValue, default: 0] += 1
        }
    }

    enum CodingKeys: String, CodingKey {
        case planned
        case courses
        case modes
        case transactions
        case actions
        case finality = "finality_ms"
        case seconds
    }

    /// Compares one trade with its plan.
    mutating func take(
        _ trade: PlannedTrade, _ found: Result<TradeEnd, any Error>?, fault: String?
    ) {
        var planned = trade.end
        switch found {
        case .success(let end)?:
            ends[end.order, default: 0] += 1
            if trade.isDutyFree { planned.duty = "" }
            if trade.isDutyFree, trade.course != .turnedBack {
                planned.returns = planned.returns.map { _ in "refunded" }
            }
            guard fault == nil, end == planned else {
                return complain(
                    trade, "is \(end) and must be \(planned)" + (fault.map { ": \($0)" } ?? ""))
            }
        case .failure(let error)?: complain(trade, "was not proved: \(error)")
        case nil: complain(trade, "was not played: \(fault ?? "its buyer has no account")")
        }
    }

    private mutating func complain(_ trade: PlannedTrade, _ text: String) {
        isAsPlanned = false
        guard complaints.count < TradePlay.complaintLimit else { return }
        complaints.append(
            "Trade \(trade.number) (invoice \(trade.invoice), \(trade.mode.rawValue), "
                + "\(trade.course.rawValue)) \(text).")
    }

    mutating func take(_ figures: TradeStage.Figures, in duration: Duration) {
        transactions = figures.transactions
        actions = figures.actions
        proofCount = figures.proofs
        let times = figures.finality.sorted()
        finality = Finality(p50: times.quantile(50), p99: times.quantile(99))
        seconds = ((duration / .seconds(1)) * 10).rounded() / 10
    }
}

extension TradeEnd: CustomStringConvertible {
    var description: String {
        let parts = [
            ("order", order), ("duty", duty), ("parcel", parcel), ("box", keeper),
            ("returns", returns.joined(separator: "+")),
        ]
        return parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
