import Documents
import Trade

/// What duty a plan must bring, reckoned a second time and otherwise.
///
/// It knows neither ``LandedCost`` nor the assessment that went into the terms: from pence, rates and
/// limits it comes to each tax by one closed formula, so that an error of the one cannot hide in the
/// other. The road of each order, what of a limit is used, and all amounts are its own.
struct TradeReckoning: Sendable {
    /// What one trade must show on the ledger.
    struct Expectation: Sendable {
        let isRetail: Bool
        /// Of all lines, pence.
        let tax: UInt64
        /// What goes back to the buyer because goods do.
        let refunded: UInt64
    }

    /// By the number of the trade.
    private(set) var expectations: [Expectation] = []

    private let tariff: TradeTariff
    private let limits: MatchLimits
    /// The part of statutory taxes that retail pays.
    private let share: Figure

    /// - Returns: `nil` when no rule of retail import holds on the day.
    init?(_ plan: TradePlan, rules: TaxRules = .known) {
        tariff = plan.tariff
        limits = rules.retailLimits(on: tariff.day)
        guard case .retailImport(let retail)? = rules.record(of: "CN", on: tariff.day)?.method
        else { return nil }
        share = retail.share
        var used: [String: Int128] = [:]
        for trade in plan.trades {
            let value = worth(trade)
            let before = used[trade.customer] ?? 0
            let road = road(trade, value, before)
            if road != .general { used[trade.customer] = before + value }
            let taxes = trade.lines.map { tax($0, of: trade, on: road) }
            expectations.append(
                Expectation(
                    isRetail: road != .general, tax: taxes.reduce(0, +),
                    refunded: Self.refunded(trade, taxes)))
        }
    }

    private enum Road { case reduced, full, general }

    private func freight(_ pence: UInt64) -> Int128 {
        2 * (Int128(pence) * Int128(TradeTerms.freightShare.thousandths) / 1_000)
    }

    /// Goods and freight.
    ///
    /// - Unit: 10⁻⁵ of a yuan.
    private func worth(_ trade: PlannedTrade) -> Int128 {
        (Int128(trade.pence) + freight(trade.pence)) * Int128(tariff.yuan)
    }

    private func road(_ trade: PlannedTrade, _ value: Int128, _ before: Int128) -> Road {
        // 10⁻¹⁰ against 10⁻⁵.
        guard (before + value) * 100_000 <= limits.annual.units else { return .general }
        guard value * 100_000 > limits.single.units else { return .reduced }
        return trade.lines.reduce(0, { $0 + $1.quantity }) == 1 ? .full : .general
    }

    /// Duty, excise and tax of one line, each rounded to hundredths of a yuan, as pence.
    private func tax(_ line: PlannedTrade.Line, of trade: PlannedTrade, on road: Road) -> UInt64 {
        let heading = tariff.heading(of: line.stockCode)
        let goods = Int128(trade.pence)
        // The line's part of goods and freight, in hundredths of a yuan: up over down.
        let up =
            Int128(line.quantity * line.unitPence) * Int128(tariff.yuan)
            * (goods + freight(trade.pence))
        let down = 1_000 * goods
        let duty = road == .reduced ? 0 : Int128(heading.duty)
        let rest = 1_000 - Int128(heading.excise)
        // Share in tenths of thousandths, so that 0.7 is exact.
        let part = road == .reduced ? share.units / 1_000_000 : 10_000
        func levied(_ rate: UInt64) -> Int128 {
            Self.rounded(
                up * (1_000 + duty) * Int128(rate) * part, over: down * 1_000 * rest * 10_000)
        }
        let fen =
            Self.rounded(up * duty, over: down * 1_000) + levied(heading.excise)
            + levied(heading.tax)
        return UInt64(clamping: Self.rounded(fen * 1_000, over: Int128(tariff.yuan)))
    }

    /// Half up.
    private static func rounded(_ up: Int128, over down: Int128) -> Int128 {
        (2 * up + down) / (2 * down)
    }

    /// What the rules give back of a duty that was filed for return (rule T55).
    private static func refunded(_ trade: PlannedTrade, _ taxes: [UInt64]) -> UInt64 {
        switch trade.course {
        case .smooth:
            var back = [UInt64](repeating: 0, count: trade.lines.count)
            for line in trade.returns.joined() { back[Int(line.line)] += line.quantity }
            return zip(zip(back, trade.lines), taxes).reduce(0) { sum, part in
                let ((units, line), tax) = part
                return sum
                    + UInt64(
                        clamping: rounded(
                            Int128(tax) * Int128(units), over: Int128(line.quantity)))
            }
        case .wrongGoods, .refusedAtDoor: return taxes.reduce(0, +)
        case .silentBuyer, .idleSeller, .calledOff, .lostParcel, .turnedBack, .mendedPapers,
            .wrongPapers, .falsePapers, .inspected, .lateSeal, .neverOpened, .disputed, .unresolved,
            .unpaid:
            return 0
        }
    }

    /// What the treasury must own: all duty that a plan says is paid.
    func treasury(_ plan: TradePlan) -> UInt64 {
        zip(plan.trades, expectations).reduce(0) { sum, part in
            part.0.end.duty == "paid" ? sum + part.1.tax : sum
        }
    }
}
