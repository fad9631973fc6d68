import Documents
import Primitives
import Trade
import Wire

/// What goods and money are at the border, each with the days on which it holds (design T7).
///
/// The rules themselves, limits and shares, are those of ``TaxRules``. What no rule can know, which
/// heading a stock code falls under and what a pound is worth, is assumed for local networks.
struct TradeTariff: Sendable {
    /// A heading of the tariff with its rates.
    struct Heading: Sendable {
        /// Ten digits.
        let code: String
        let name: String
        /// Where such goods are made, as customs numbers countries.
        let origin: String
        let validFrom: String
        /// Unit: thousandths.
        let duty: UInt64
        let tax: UInt64
        let excise: UInt64

        var rates: LandedCost.Rates {
            LandedCost.Rates(
                duty: TradeTariff.figure(duty), tax: TradeTariff.figure(tax),
                excise: TradeTariff.figure(excise))
        }
    }

    /// What one pound is worth.
    struct Exchange: Sendable {
        let validFrom: String
        let validTo: String
        /// Unit: thousandths of a yuan.
        let yuan: UInt64
    }

    /// Taxes of 13 and 9 percent and the excise are those in force since April 2019; which goods bear
    /// them, and the duties, are assumed.
    static let headings = [
        Heading(
            code: "6912001000", name: "ceramic tableware", origin: "116",
            validFrom: "2019-04-01", duty: 70, tax: 130, excise: 0),
        Heading(
            code: "4820100000", name: "notebook", origin: "133", validFrom: "2019-04-01",
            duty: 50, tax: 130, excise: 0),
        Heading(
            code: "0902109000", name: "green tea", origin: "133", validFrom: "2019-04-01",
            duty: 150, tax: 90, excise: 0),
        Heading(
            code: "3303000010", name: "perfume", origin: "116", validFrom: "2019-04-01",
            duty: 30, tax: 130, excise: 150),
    ]

    /// Assumed: the rate of a local network, not that of any day.
    static let exchanges = [
        Exchange(validFrom: "2019-01-01", validTo: "2025-12-31", yuan: 9_000),
        Exchange(validFrom: "2026-01-01", validTo: "2099-12-31", yuan: 9_200),
    ]

    /// The day of import.
    let day: CalendarDay
    /// What one pound is worth on that day.
    ///
    /// - Unit: thousandths of a yuan.
    let yuan: UInt64

    /// - Returns: `nil` for a day of which nothing is known.
    init?(on day: CalendarDay) {
        let text = "\(day)"
        guard
            let exchange = Self.exchanges.first(where: {
                $0.validFrom <= text && text <= $0.validTo
            })
        else { return nil }
        self.day = day
        yuan = exchange.yuan
    }

    /// The heading of a stock code on the day; it follows from the code.
    func heading(of stockCode: String) -> Heading {
        let known = Self.headings.filter { $0.validFrom <= "\(day)" }
        let bytes = Digest(hashing: Array(stockCode.utf8), in: .heading).bytes
        return known[Int(bytes[0]) % known.count]
    }

    /// Pence as yuan, exactly.
    func figure(pence: UInt64) -> Figure {
        // Pence × thousandths: 10⁻⁵ of a yuan, in units of 10⁻¹⁰.
        Figure(units: Int128(pence) * Int128(yuan) * 100_000)
    }

    /// Hundredths of a yuan as pence, rounded half up.
    func pence(_ cents: Cents) -> UInt64 {
        let doubled = 2 * cents.count * 1_000 + Int128(yuan)
        return UInt64(clamping: doubled / (2 * Int128(yuan)))
    }

    static func figure(_ thousandths: UInt64) -> Figure {
        Figure(units: Int128(thousandths) * 10_000_000)
    }
}

extension HashDomain {
    /// Which heading of the tariff a stock code falls under.
    static let heading = HashDomain("argosy/heading")
}

/// How an order enters, and what that costs, by the rule of the day.
struct TradeAssessment: Sendable {
    /// The road by which goods enter.
    enum Channel: Sendable {
        /// Cross-border retail, within its limits.
        case retail
        /// Over a limit of retail: statutory rates, and documents that no limit holds for.
        case general
    }

    let channel: Channel
    /// To which the documents are held.
    let limits: MatchLimits
    /// What the buyer had used of his year before, of the limit for retail.
    let used: Figure
    /// What the order uses of it: goods and freight.
    let value: Figure
    let cost: LandedCost
    /// Of the rule, with the day from which on it holds.
    let rule: String
    /// By line.
    ///
    /// - Unit: pence.
    let duties: [UInt64]
    /// Whether it is one piece over the limit, which enters at full rates.
    let isFullRate: Bool
    /// What of the year is left after the order.
    let rest: Figure

    /// Assesses lines with the freight of the whole parcel, after what the buyer has used so far.
    ///
    /// - Throws: ``LandedCost/Fault`` when there is no rule for the day, or amounts do not fit.
    init(
        _ lines: [PlannedTrade.Line], freight: UInt64, used: Figure, by tariff: TradeTariff,
        rules: TaxRules = .known
    ) throws(LandedCost.Fault) {
        let shipment = Shipment(
            lines: lines.map { line in
                let heading = tariff.heading(of: line.stockCode)
                return LandedCost.Line(
                    price: tariff.figure(pence: line.unitPence),
                    quantity: Figure(units: Int128(line.quantity) * 10_000_000_000),
                    subheading: String(heading.code.prefix(6)), rates: heading.rates)
            }, freight: tariff.figure(pence: freight))
        var (channel, jurisdiction) = (Channel.retail, "CN")
        let cost: LandedCost
        do throws(LandedCost.Fault) {
            cost = try LandedCost(
                shipment, to: jurisdiction, on: tariff.day, rules: rules, used: used)
        } catch {
            switch error {
            case .overSingleLimit, .generalTrade: (channel, jurisdiction) = (.general, "CN-GENERAL")
            case .noRule, .overflow, .badRate, .noGoods: throw error
            }
            cost = try LandedCost(shipment, to: jurisdiction, on: tariff.day, rules: rules)
        }
        guard let record = rules.record(of: jurisdiction, on: tariff.day) else {
            throw .noRule(jurisdiction: jurisdiction, day: tariff.day)
        }
        self.channel = channel
        self.used = used
        self.cost = cost
        rule = "\(record.name) \(record.validFrom)"
        let pence = lines.reduce(0) { $0 + $1.quantity * $1.unitPence }
        value = tariff.figure(pence: pence + freight)
        duties = cost.charges.map { tariff.pence($0.duty + $0.excise + $0.tax) }
        let retail = rules.retailLimits(on: tariff.day)
        limits = channel == .retail ? retail : .none
        isFullRate = channel == .retail && value > retail.single
        rest = used.adding(value).flatMap { retail.annual.subtracting($0) } ?? .zero
    }

    /// Hundredths of a yuan, rounded down.
    var usedCents: Amount { Self.cents(value) }
    var restCents: Amount { Self.cents(rest) }

    private static func cents(_ figure: Figure) -> Amount {
        Amount(minorUnits: UInt64(clamping: figure.units / 100_000_000))
    }
}
