public import Trade

/// Order, payment, waybill and list of one parcel, as they were written.
public struct DocumentQuadruple: Sendable {
    public let order: CustomsDocument
    public let payment: CustomsDocument
    public let waybill: CustomsDocument
    public let list: CustomsDocument

    public init(
        order: CustomsDocument, payment: CustomsDocument, waybill: CustomsDocument,
        list: CustomsDocument
    ) {
        self.order = order
        self.payment = payment
        self.waybill = waybill
        self.list = list
    }

    public func document(_ kind: MatchDocumentKind) -> CustomsDocument {
        switch kind {
        case .order: order
        case .payment: payment
        case .waybill: waybill
        case .list: list
        }
    }

    /// The documents in the clear, ready to be compared, or to be committed to.
    ///
    /// - Parameters:
    ///   - limits: The limits in force on the day of the order.
    ///   - used: What the buyer has used of the annual limit this year.
    /// - Returns: The match whose failed rules are the result.
    public func match(limits: MatchLimits, used: Figure) -> ThreeDocumentMatch<[UInt8]> {
        let figures = OrderFigures(order)
        func comparable(_ kind: MatchDocumentKind) -> MatchDocument<[UInt8]> {
            let source = document(kind)
            return MatchDocument(kind, lines: Self.lines(source, kind)) { field in
                if let name = Self.name(of: field, in: kind) {
                    return Self.normalised(source.head[name], field)
                }
                return computed(field, source, figures, limits, used)
            }
        }
        return ThreeDocumentMatch(
            order: comparable(.order), payment: comparable(.payment),
            waybill: comparable(.waybill), list: comparable(.list), standard: .clear)
    }

    /// Values that stand in no single field.
    private func computed(
        _ field: MatchField, _ source: CustomsDocument, _ figures: OrderFigures?,
        _ limits: MatchLimits, _ used: Figure
    ) -> [UInt8]? {
        switch field {
        case .currency: Self.currencies(source)
        case .lineCount: Figure(source.lines.count).canonical
        case .netWeight: Self.weightVerdict(source)?.bytes
        default: figures?.bytes(of: field, limits: limits, used: used)
        }
    }

    /// The field of a document that holds the value, or `nil` when it is computed.
    public static func name(of field: MatchField, in kind: MatchDocumentKind) -> String? {
        switch field {
        case .orderNumber: "orderNo"
        case .platform: "ebpCode"
        case .merchant: "ebcCode"
        case .payCompany: "payCode"
        case .payTransaction: "payTransactionId"
        case .buyerName: kind == .payment ? "payerName" : "buyerName"
        case .buyerIdentity: kind == .payment ? "payerIdNumber" : "buyerIdNumber"
        case .buyerTelephone: "buyerTelephone"
        case .paid: kind == .payment ? "amountPaid" : "acturalPaid"
        case .consignee: "consignee"
        case .consigneeTelephone: "consigneeTelephone"
        case .consigneeAddress: "consigneeAddress"
        case .logisticsNumber: "logisticsNo"
        case .logisticsCompany: "logisticsCode"
        case .packageCount: "packNo"
        case .goodsValue: "goodsValue"
        case .currency, .lineCount, .paidComputed, .goodsComputed, .lineTotals,
            .lineTotalsComputed, .singleLimit, .annualLimit, .netWeight:
            nil
        }
    }

    /// The bytes that are compared; an empty field is one that is not there.
    public static func normalised(_ text: String?, _ field: MatchField) -> [UInt8]? {
        guard let text else { return nil }
        let bytes =
            switch field {
            case .buyerIdentity: Normaliser.identity(text)
            case .buyerTelephone, .consigneeTelephone: Normaliser.telephone(text)
            case .paid, .packageCount, .goodsValue: Normaliser.number(text)
            default: Normaliser.text(text)
            }
        return bytes.isEmpty ? nil : bytes
    }

    /// Every currency of head and lines, once each, ascending.
    private static func currencies(_ source: CustomsDocument) -> [UInt8]? {
        let records = [source.head] + source.lines
        let codes = Set(records.compactMap { normalised($0["currency"], .currency) })
        let sorted = codes.sorted { $0.lexicographicallyPrecedes($1) }
        return sorted.isEmpty ? nil : Array(sorted.joined(separator: [UInt8(ascii: ",")]))
    }

    private static func weightVerdict(_ source: CustomsDocument) -> LimitVerdict? {
        guard let net = Figure(field: source.head["netWeight"]),
            let gross = Figure(field: source.head["grossWeight"])
        else { return nil }
        return LimitVerdict(net: net, gross: gross)
    }

    private static func lines(
        _ source: CustomsDocument, _ kind: MatchDocumentKind
    ) -> [[UInt8]] {
        guard kind == .order || kind == .list else { return [] }
        return source.lines.prefix(MatchLine.limit).map { line in
            func number(_ name: String) -> [UInt8] { Normaliser.number(line[name] ?? "") }
            func text(_ name: String) -> [UInt8] { Normaliser.text(line[name] ?? "") }
            return MatchLine(
                number: number("gnum"), quantity: number("qty"), price: number("price"),
                total: number("totalPrice"), unit: text("unit"), country: text("country"),
                name: text(kind == .order ? "itemName" : "gname")
            ).bytes
        }
    }
}

extension Figure {
    /// The number in a field, `nil` when it is absent or none.
    init?(field text: String?) {
        guard let text, let figure = Figure(Normaliser.text(text)) else { return nil }
        self = figure
    }
}

extension OrderFigures {
    /// The numbers of an order; `nil` when one of them is missing or is no number.
    public init?(_ order: CustomsDocument) {
        let lines = order.lines.compactMap { line -> Line? in
            guard let quantity = Figure(field: line["qty"]),
                let price = Figure(field: line["price"]),
                let total = Figure(field: line["totalPrice"])
            else { return nil }
            return Line(quantity: quantity, price: price, total: total)
        }
        guard lines.count == order.lines.count,
            let goodsValue = Figure(field: order.head["goodsValue"]),
            let freight = Figure(field: order.head["freight"]),
            let tax = Figure(field: order.head["taxTotal"]),
            let discount = Figure(field: order.head["discount"]),
            let paid = Figure(field: order.head["acturalPaid"])
        else { return nil }
        self.init(
            lines: lines, goodsValue: goodsValue, freight: freight, tax: tax, discount: discount,
            paid: paid)
    }
}
