import Primitives

/// How the trades of a plan ended.
struct TradeReport: Encodable, Sendable {
    struct Finality: Encodable, Sendable {
        var p50 = 0
        var p99 = 0
    }

    /// Pounds, as decimals.
    struct Duty: Encodable, Sendable {
        var paid = ""
        var reckoned = ""
    }

    /// Orders by the phase in which they were found.
    private(set) var ends: [String: Int] = [:]
    let planned: [String: Int]
    /// Clearances by the state in which they were found, with `general trade` for orders over a limit of
    /// retail; `none` where goods never left.
    private(set) var clearances: [String: Int] = [:]
    let plannedClearances: [String: Int]
    /// What the treasury has of duty, and what it must have.
    private(set) var duty = Duty()
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
    private let reckoning: TradeReckoning?
    private let dutyDue: Amount

    init(_ plan: TradePlan) {
        planned = plan.ends
        plannedClearances = plan.clearances
        reckoning = TradeReckoning(plan)
        dutyDue = Amount(minorUnits: reckoning?.treasury(plan) ?? 0)
        for trade in plan.trades {
            courses[trade.course.rawValue, default: 0] += 1
            modes[trade.mode.rawValue, default: 0] += 1
        }
    }

    enum CodingKeys: String, CodingKey {
        case planned
        case clearances
        case plannedClearances = "planned_clearances"
        case duty
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
        guard let expected = reckoning?.expectations[trade.number] else {
            return complain(trade, "cannot be reckoned: there is no rule of retail import")
        }
        var planned = trade.end
        (planned.tax, planned.refunded) = (expected.tax, expected.refunded)
        switch found {
        case .success(let end)?:
            ends[end.order, default: 0] += 1
            clearances[Self.clearance(trade, end), default: 0] += 1
            guard expected.isRetail == trade.isRetail else {
                return complain(trade, "was assessed for another road than it was reckoned for")
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

    /// What a clearance counts as.
    static func clearance(_ trade: PlannedTrade, _ end: TradeEnd) -> String {
        guard !end.parcel.isEmpty else { return "none" }
        return end.clearance + (end.rounds > 1 ? ", amended" : "")
            + (trade.isRetail ? "" : ", general trade")
    }

    /// Compares what the treasury has with what the plan must bring it.
    mutating func take(treasury: Amount) {
        duty = Duty(
            paid: treasury.decimal(DevnetFounding.currencyDecimals),
            reckoned: dutyDue.decimal(DevnetFounding.currencyDecimals))
        guard treasury != dutyDue else { return }
        takeFault("The treasury owns \(duty.paid), and the duty comes to \(duty.reckoned).")
    }

    mutating func takeFault(_ text: String) {
        isAsPlanned = false
        complaints.append(text)
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
