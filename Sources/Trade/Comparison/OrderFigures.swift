/// The largest order and the largest year that the reduced rates allow.
///
/// - Source: data with a validity date (T7); China's retail import has 5,000 and 26,000 yuan.
public struct MatchLimits: Equatable, Sendable {
    public let single: Figure
    public let annual: Figure

    /// Those of goods that enter by general trade: no value is over them (rule T126).
    public static let none = MatchLimits(
        single: Figure(units: .max), annual: Figure(units: .max))

    public init(single: Figure, annual: Figure) {
        self.single = single
        self.annual = annual
    }
}

/// The numbers of an order, and everything that a signer must compute from them.
///
/// Seller and agent each compute it from the plain order and commit to the results; customs does the
/// same with the opened documents and exposes whoever committed to something else (T104).
public struct OrderFigures: Equatable, Sendable {
    /// One line of goods.
    public struct Line: Equatable, Sendable {
        public let quantity: Figure
        public let price: Figure
        public let total: Figure

        public init(quantity: Figure, price: Figure, total: Figure) {
            self.quantity = quantity
            self.price = price
            self.total = total
        }
    }

    public let lines: [Line]
    public let goodsValue: Figure
    public let freight: Figure
    public let tax: Figure
    public let discount: Figure
    public let paid: Figure

    public init(
        lines: [Line], goodsValue: Figure, freight: Figure, tax: Figure, discount: Figure,
        paid: Figure
    ) {
        self.lines = lines
        self.goodsValue = goodsValue
        self.freight = freight
        self.tax = tax
        self.discount = discount
        self.paid = paid
    }

    /// The bytes to commit to for a field that holds a number or a verdict of the order.
    ///
    /// - Parameters:
    ///   - field: The field whose bytes are wanted.
    ///   - limits: The limits in force on the day of the order.
    ///   - used: What the buyer has used of the annual limit, zero if nobody said.
    /// - Returns: `nil` for a field that is no figure, or when a sum leaves 128 bits.
    public func bytes(of field: MatchField, limits: MatchLimits, used: Figure) -> [UInt8]? {
        switch field {
        case .paid: paid.canonical
        case .paidComputed: paidComputed?.canonical
        case .goodsValue: goodsValue.canonical
        case .goodsComputed: goodsComputed?.canonical
        case .lineTotals: Self.joined(lines.map(\.total))
        case .lineTotalsComputed: products.map(Self.joined)
        case .lineCount: Figure(lines.count).canonical
        case .singleLimit: singleVerdict(limits.single)?.bytes
        case .annualLimit: annualVerdict(limits.annual, used: used)?.bytes
        case .orderNumber, .platform, .merchant, .payCompany, .payTransaction, .buyerName,
            .buyerIdentity, .buyerTelephone, .consignee, .consigneeTelephone, .consigneeAddress,
            .logisticsNumber, .logisticsCompany, .currency, .packageCount, .netWeight:
            nil
        }
    }

    /// Goods + freight + tax − discount.
    public var paidComputed: Figure? {
        goodsValue.adding(freight)?.adding(tax)?.subtracting(discount)
    }

    /// The sum of the line totals.
    public var goodsComputed: Figure? {
        lines.reduce(Figure.zero as Figure?) { $0?.adding($1.total) }
    }

    /// Price × quantity of each line.
    public var products: [Figure]? {
        let products = lines.compactMap { $0.price.times($0.quantity) }
        return products.count == lines.count ? products : nil
    }

    /// Against the single limit, by goods + freight and by pieces.
    public func singleVerdict(_ limit: Figure) -> LimitVerdict? {
        guard let value = goodsValue.adding(freight),
            let pieces = lines.reduce(Figure.zero as Figure?, { $0?.adding($1.quantity) })
        else { return nil }
        if value <= limit { return .within }
        return pieces == Figure(1) ? .overWithOnePiece : .over
    }

    /// Against the annual limit, by what was used before + goods + freight.
    public func annualVerdict(_ limit: Figure, used: Figure) -> LimitVerdict? {
        guard let value = goodsValue.adding(freight)?.adding(used) else { return nil }
        return value <= limit ? .within : .over
    }

    private static func joined(_ figures: [Figure]) -> [UInt8] {
        Array(figures.map(\.canonical).joined(separator: [UInt8(ascii: ";")]))
    }
}

extension LimitVerdict {
    /// Whether the net weight of a list is at most its gross weight.
    public init(net: Figure, gross: Figure) { self = net <= gross ? .within : .over }
}
