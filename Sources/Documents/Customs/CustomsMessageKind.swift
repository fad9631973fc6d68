/// A customs message that is read and written here, by its number.
///
/// - Source: GACC interface specification, edition 202205, import side.
public enum CustomsMessageKind: Int, CaseIterable, Sendable {
    case order = 311
    case orderReceipt = 312
    case payment = 411
    case paymentReceipt = 412
    case waybill = 511
    case waybillReceipt = 512
    case waybillStatus = 513
    case list = 621
    case listReceipt = 622
    case cancellationReceipt = 624
    case returnOfGoods = 625
    case returnReceipt = 626
    case warehouseEntry = 711

    /// The namespace of every element.
    public static let namespace = "http://www.chinaport.gov.cn/ceb"
    /// The namespace of the declarant's signature.
    public static let signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"

    /// The name of the root element, `CEB311Message`.
    public var rootName: String { "CEB\(rawValue)Message" }

    public init?(rootName: String) {
        guard let kind = Self.allCases.first(where: { $0.rootName == rootName }) else { return nil }
        self = kind
    }

    /// Whether customs sends it; a receipt has no envelope and no signature.
    public var isReceipt: Bool {
        switch self {
        case .orderReceipt, .paymentReceipt, .waybillReceipt, .listReceipt, .cancellationReceipt,
            .returnReceipt:
            true
        case .order, .payment, .waybill, .waybillStatus, .list, .returnOfGoods, .warehouseEntry:
            false
        }
    }

    /// Whether customs takes it only with the signature of a licensed declarant, which nothing here can
    /// make: the key lies in the declarant's token.
    public var needsSignature: Bool {
        switch self {
        case .list, .returnOfGoods, .warehouseEntry: true
        case .order, .payment, .waybill, .waybillStatus, .orderReceipt, .paymentReceipt,
            .waybillReceipt, .listReceipt, .cancellationReceipt, .returnReceipt:
            false
        }
    }
}

/// How the elements of one message lie in each other.
public struct MessageLayout: Sendable {
    /// A part of a document: its element, its fields, how often it may occur.
    public struct Part: Sendable {
        public let name: String
        public let fields: [FieldRule]
        public let limit: Int
    }

    /// The element of one document, `Order`.
    public let document: String
    public let documentLimit: Int
    /// The element that holds the head's fields; `nil` when they lie in the document itself.
    public let headName: String?
    public let headFields: [FieldRule]
    public let lines: Part?

    init(
        _ document: String, head: String? = nil, _ fields: [FieldRule], lines: Part? = nil,
        limit: Int = 100
    ) {
        self.document = document
        documentLimit = limit
        headName = head
        headFields = fields
        self.lines = lines
    }
}

extension MessageLayout.Part {
    static let transfer = Self(name: "BaseTransfer", fields: FieldRule.transfer, limit: 1)
    static let subscription = Self(
        name: "BaseSubscribe", fields: FieldRule.subscription, limit: 5)
    static let addition = Self(name: "ExtendMessage", fields: FieldRule.extensionHead, limit: 1)
    /// The most lines of a warehouse entry, for which the specification names no limit.
    static let entryLineLimit = 50_000
}

extension CustomsMessageKind {
    /// The one table of what each message holds.
    public var layout: MessageLayout {
        switch self {
        case .order:
            MessageLayout(
                "Order", head: "OrderHead", FieldRule.orderHead,
                lines: .init(name: "OrderList", fields: FieldRule.orderLine, limit: 99))
        case .payment: MessageLayout("Payment", head: "PaymentHead", FieldRule.paymentHead)
        case .waybill: MessageLayout("Logistics", head: "LogisticsHead", FieldRule.waybillHead)
        case .waybillStatus: MessageLayout("LogisticsStatus", FieldRule.waybillStatus)
        case .list:
            MessageLayout(
                "Inventory", head: "InventoryHead", FieldRule.listHead,
                lines: .init(name: "InventoryList", fields: FieldRule.listLine, limit: 99))
        case .returnOfGoods:
            MessageLayout(
                "InvtRefund", head: "InvtRefundHead", FieldRule.returnHead,
                lines: .init(name: "InvtRefundList", fields: FieldRule.returnLine, limit: 99))
        case .warehouseEntry:
            MessageLayout(
                "Delivery", head: "DeliveryHead", FieldRule.entryHead,
                lines: .init(
                    name: "DeliveryList", fields: FieldRule.entryLine,
                    limit: MessageLayout.Part.entryLineLimit), limit: 1)
        case .orderReceipt: MessageLayout("OrderReturn", FieldRule.orderReceipt)
        case .paymentReceipt: MessageLayout("PaymentReturn", FieldRule.paymentReceipt)
        case .waybillReceipt: MessageLayout("LogisticsReturn", FieldRule.waybillReceipt)
        case .listReceipt: MessageLayout("InventoryReturn", FieldRule.listReceipt)
        case .cancellationReceipt: MessageLayout("InvtCancelReturn", FieldRule.cancellationReceipt)
        case .returnReceipt: MessageLayout("InvtRefundReturn", FieldRule.returnReceipt)
        }
    }
}
