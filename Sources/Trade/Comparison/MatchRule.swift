/// A rule of the three-document match, under the name that customs practice and `argosy preflight` use.
///
/// - Shape: one byte; the order of the cases is the order in which failed rules are listed.
/// - Source: `reference/trade.md` 1.5, Trade specification T100 to T125.
public enum MatchRule: UInt8, CaseIterable, Comparable, Sendable {
    case orderNumber = 1
    case platform
    case merchant
    case payCompany
    case payTransaction
    case payerName
    case payerIdentity
    case buyerName
    case buyerIdentity
    case buyerTelephone
    case paidAmount
    case consignee
    case consigneeTelephone
    case consigneeAddress
    case logisticsNumber
    case logisticsCompany
    case currency
    case itemCount
    case itemMismatch
    case lineTotal
    case goodsSum
    case paidArithmetic
    case singleLimit
    case fullRateSingleItem
    case annualLimit
    case packageCount
    case netOverGross

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The public name, `PAID_AMOUNT`.
    public var name: String {
        switch self {
        case .orderNumber: "ORDER_NO"
        case .platform: "EBP_CODE"
        case .merchant: "EBC_CODE"
        case .payCompany: "PAY_CODE"
        case .payTransaction: "PAY_TXN"
        case .payerName: "PAYER_NAME"
        case .payerIdentity: "PAYER_ID"
        case .buyerName: "BUYER_NAME_INV"
        case .buyerIdentity: "BUYER_ID_INV"
        case .buyerTelephone: "BUYER_TEL_INV"
        case .paidAmount: "PAID_AMOUNT"
        case .consignee: "CONSIGNEE"
        case .consigneeTelephone: "CONSIGNEE_TEL"
        case .consigneeAddress: "CONSIGNEE_ADDR"
        case .logisticsNumber: "LOGISTICS_NO"
        case .logisticsCompany: "LOGISTICS_CODE"
        case .currency: "CURRENCY"
        case .itemCount: "ITEM_COUNT"
        case .itemMismatch: "ITEM_MISMATCH"
        case .lineTotal: "LINE_TOTAL"
        case .goodsSum: "GOODS_SUM"
        case .paidArithmetic: "PAID_ARITHMETIC"
        case .singleLimit: "SINGLE_LIMIT"
        case .fullRateSingleItem: "FULL_RATE_SINGLE_ITEM"
        case .annualLimit: "ANNUAL_LIMIT"
        case .packageCount: "PACK_NO"
        case .netOverGross: "NET_GT_GROSS"
        }
    }

    /// Whether the rule says that the documents are wrong.
    ///
    /// `FULL_RATE_SINGLE_ITEM` does not: one piece above the single limit may pass, at full rates.
    public var isFault: Bool { self != .fullRateSingleItem }
}
