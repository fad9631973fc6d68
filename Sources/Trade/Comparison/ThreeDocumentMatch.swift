/// Four documents of one parcel, and the rules that tie them.
///
/// A pure function of equality: it needs no arithmetic and no key, so every node computes the same list
/// of failed rules from commitments that `argosy preflight` computes from the texts.
///
/// - Source: Trade specification T100 to T125.
public struct ThreeDocumentMatch<Value: Equatable & Sendable>: Sendable {
    public let order: MatchDocument<Value>
    public let payment: MatchDocument<Value>
    public let waybill: MatchDocument<Value>
    public let list: MatchDocument<Value>
    public let standard: MatchStandard<Value>

    public init(
        order: MatchDocument<Value>, payment: MatchDocument<Value>,
        waybill: MatchDocument<Value>, list: MatchDocument<Value>,
        standard: MatchStandard<Value>
    ) {
        precondition(
            order.kind == .order && payment.kind == .payment && waybill.kind == .waybill
                && list.kind == .list, "each document stands in its own place")
        self.order = order
        self.payment = payment
        self.waybill = waybill
        self.list = list
        self.standard = standard
    }

    /// Every rule that fails, ascending; empty when the documents match.
    public var failedRules: [MatchRule] { MatchRule.allCases.filter(fails) }

    /// Whether one rule fails.
    public func fails(_ rule: MatchRule) -> Bool {
        switch rule {
        case .orderNumber: !agree(.orderNumber, [order, payment, waybill, list])
        case .platform: !agree(.platform, [order, payment, list])
        case .merchant: !agree(.merchant, [order, list])
        case .payCompany: isNamedOtherwise(.payCompany)
        case .payTransaction: isNamedOtherwise(.payTransaction)
        case .payerName: !agree(.buyerName, [order, payment])
        case .payerIdentity: !agree(.buyerIdentity, [order, payment])
        case .buyerName: !agree(.buyerName, [order, list])
        case .buyerIdentity: !agree(.buyerIdentity, [order, list])
        case .buyerTelephone: !agree(.buyerTelephone, [order, list])
        case .paidAmount: !agree(.paid, [order, payment])
        case .consignee: !agree(.consignee, [order, waybill])
        case .consigneeTelephone: !agree(.consigneeTelephone, [order, waybill])
        case .consigneeAddress: !agree(.consigneeAddress, [order, waybill, list])
        case .logisticsNumber: !agree(.logisticsNumber, [waybill, list])
        case .logisticsCompany: !agree(.logisticsCompany, [waybill, list])
        case .currency: !all([order, payment, waybill, list], have: standard.currency, .currency)
        case .itemCount: !agree(.lineCount, [order, list])
        case .itemMismatch: agree(.lineCount, [order, list]) && order.lines != list.lines
        case .lineTotal: !equals(.lineTotals, .lineTotalsComputed)
        case .goodsSum: !equals(.goodsValue, .goodsComputed)
        case .paidArithmetic: !equals(.paid, .paidComputed)
        case .singleLimit: isOverSingleLimit
        case .fullRateSingleItem: all([order, list], have: standard.onePiece, .singleLimit)
        case .annualLimit: !all([order, list], have: standard.withinAnnual, .annualLimit)
        case .packageCount: !all([waybill, list], have: standard.packageCount, .packageCount)
        case .netOverGross: list[.netWeight] != standard.netWithinGross
        }
    }

    /// Whether every document holds the field, with one and the same value.
    private func agree(_ field: MatchField, _ documents: [MatchDocument<Value>]) -> Bool {
        guard let first = documents.first?[field] else { return false }
        return documents.allSatisfy { $0[field] == first }
    }

    private func all(
        _ documents: [MatchDocument<Value>], have value: Value, _ field: MatchField
    ) -> Bool {
        documents.allSatisfy { $0[field] == value }
    }

    /// Only an order that names the payment is held to it.
    private func isNamedOtherwise(_ field: MatchField) -> Bool {
        guard let named = order[field] else { return false }
        return payment[field] != named
    }

    /// What the seller wrote, what the seller computes, and what the agent computes are one value.
    private func equals(_ written: MatchField, _ computed: MatchField) -> Bool {
        guard let value = order[written] else { return false }
        return order[computed] == value && list[computed] == value
    }

    /// Neither *within* by both signers nor *one piece* by both.
    private var isOverSingleLimit: Bool {
        !all([order, list], have: standard.withinSingle, .singleLimit)
            && !all([order, list], have: standard.onePiece, .singleLimit)
    }
}
