public import Trade

/// What a parcel costs once every tax is paid.
///
/// - Unit: amounts in the currency of the rule, rounded half up to two decimals once a line and tax.
/// - Source: Documents specification D100 to D106.
public struct LandedCost: Equatable, Sendable {
    /// One line of goods and the rates that hold for it where it goes.
    public struct Line: Equatable, Sendable {
        public let price: Figure
        public let quantity: Figure
        /// Six digits.
        public let subheading: String
        public let rates: Rates

        public init(price: Figure, quantity: Figure, subheading: String, rates: Rates) {
            self.price = price
            self.quantity = quantity
            self.subheading = subheading
            self.rates = rates
        }
    }

    /// Rates as parts of one, `0.13`.
    public struct Rates: Equatable, Sendable {
        public let duty: Figure
        /// Value-added tax.
        public let tax: Figure
        /// Consumption tax.
        public let excise: Figure

        public init(duty: Figure = .zero, tax: Figure = .zero, excise: Figure = .zero) {
            self.duty = duty
            self.tax = tax
            self.excise = excise
        }
    }

    /// What is charged on one line.
    public struct Charge: Equatable, Sendable {
        public let customsValue: Cents
        public let duty: Cents
        public let excise: Cents
        public let tax: Cents
    }

    public enum Fault: Error, Equatable, Sendable {
        case noRule(jurisdiction: String, day: CalendarDay)
        case overflow
        /// A rate below zero, or an excise rate of one or more.
        case badRate
        /// More in one order than the single limit allows.
        case overSingleLimit(limit: Figure)
        /// Over the annual limit: no retail import, general trade.
        case generalTrade(limit: Figure)
        case noGoods
    }

    public let charges: [Charge]
    /// Charged once a parcel: so much for each different subheading.
    public let flat: Cents
    /// Goods, freight and insurance.
    public let goods: Cents

    /// Duty by rate and flat.
    public var duty: Cents { charges.reduce(flat) { $0 + $1.duty } }
    public var excise: Cents { charges.reduce(.zero) { $0 + $1.excise } }
    public var tax: Cents { charges.reduce(.zero) { $0 + $1.tax } }
    /// All taxes together.
    public var taxes: Cents { duty + excise + tax }
    /// Everything that the buyer pays.
    public var landed: Cents { goods + taxes }
}

/// Hundredths of a currency unit.
public struct Cents: Hashable, Comparable, Sendable {
    public static let zero = Cents(count: 0)
    public let count: Int128

    init(count: Int128) { self.count = count }

    /// - Returns: `nil` beyond 10³⁰, so that sums of these cannot overflow.
    init?(rounding ratio: Ratio?) {
        guard let count = ratio?.rounded(decimals: 2),
            count.magnitude < 1_000_000_000_000_000_000_000_000_000_000
        else { return nil }
        self.count = count
    }

    public static func < (left: Self, right: Self) -> Bool { left.count < right.count }
    public static func + (left: Self, right: Self) -> Self {
        Cents(count: left.count + right.count)
    }

    /// `12.50`.
    public var text: String {
        let (whole, part) = count.magnitude.quotientAndRemainder(dividingBy: 100)
        return (count < 0 ? "-" : "") + "\(whole)." + (part < 10 ? "0" : "") + "\(part)"
    }
}
