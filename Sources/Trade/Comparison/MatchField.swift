/// One of the four documents that are compared.
public enum MatchDocumentKind: UInt8, CaseIterable, Sendable {
    /// The order, signed by the seller (customs message 311).
    case order = 1
    /// The payment, signed by the payment attester or made on the ledger (411).
    case payment
    /// The waybill, signed by the carrier (511).
    case waybill
    /// The declared list of goods, signed by the agent (621).
    case list

    /// The fields that a document of this kind must hold, in the order of its values.
    public var fields: [MatchField] {
        switch self {
        case .order: Self.orderFields
        case .payment: Self.paymentFields
        case .waybill: Self.waybillFields
        case .list: Self.listFields
        }
    }

    /// Where a field stands among ``fields``; `nil` when the kind has no such field.
    func place(of field: MatchField) -> Int? {
        let place = Self.places[Int(rawValue) * Self.fieldLimit + Int(field.rawValue)]
        return place < 0 ? nil : Int(place)
    }

    /// More than the number of any field.
    private static let fieldLimit = 32

    /// A row for each number of a kind, with the place of each field or -1: comparing documents
    /// asks a hundred times.
    private static let places: [Int8] = {
        var places = [Int8](repeating: -1, count: (allCases.count + 1) * fieldLimit)
        for kind in allCases {
            for (place, field) in kind.fields.enumerated() {
                places[Int(kind.rawValue) * fieldLimit + Int(field.rawValue)] = Int8(place)
            }
        }
        return places
    }()

    private static let orderFields: [MatchField] = [
        .orderNumber, .platform, .merchant, .payCompany, .payTransaction, .buyerName,
        .buyerIdentity, .buyerTelephone, .paid, .paidComputed, .consignee, .consigneeTelephone,
        .consigneeAddress, .currency, .lineCount, .goodsValue, .goodsComputed, .lineTotals,
        .lineTotalsComputed, .singleLimit, .annualLimit,
    ]
    private static let paymentFields: [MatchField] = [
        .orderNumber, .platform, .payCompany, .payTransaction, .buyerName, .buyerIdentity, .paid,
        .currency,
    ]
    private static let waybillFields: [MatchField] = [
        .orderNumber, .consignee, .consigneeTelephone, .consigneeAddress, .logisticsNumber,
        .logisticsCompany, .currency, .packageCount,
    ]
    private static let listFields: [MatchField] = [
        .orderNumber, .platform, .merchant, .buyerName, .buyerIdentity, .buyerTelephone,
        .paidComputed, .consigneeAddress, .logisticsNumber, .logisticsCompany, .currency,
        .packageCount, .lineCount, .goodsComputed, .lineTotalsComputed, .singleLimit,
        .annualLimit, .netWeight,
    ]
}

/// A value that takes part in the comparison.
///
/// The same field of two documents is committed under the same key, so that equal values have equal
/// commitments. A *computed* field is what its signer gets by doing the sum again; it is committed under
/// the key of the field it must equal (T104).
///
/// - Shape: one byte; the bytes below 128 are single fields, lines have keys of their own.
public enum MatchField: UInt8, CaseIterable, Sendable {
    case orderNumber = 1
    case platform
    case merchant
    case payCompany
    case payTransaction
    /// The buyer's name; on the payment the payer's.
    case buyerName
    /// The buyer's identity number; on the payment the payer's.
    case buyerIdentity
    case buyerTelephone
    /// What was paid, from order and payment.
    case paid
    /// Goods + freight + tax − discount, by whoever signs.
    case paidComputed
    case consignee
    case consigneeTelephone
    case consigneeAddress
    case logisticsNumber
    case logisticsCompany
    /// Every currency code of the document, each once, ascending.
    case currency
    case packageCount
    case lineCount
    case goodsValue
    /// The sum of the line totals.
    case goodsComputed
    /// The totals of all lines as written.
    case lineTotals
    /// Price × quantity of all lines.
    case lineTotalsComputed
    /// A ``LimitVerdict``.
    case singleLimit
    /// A ``LimitVerdict``.
    case annualLimit
    /// A ``LimitVerdict`` on net against gross weight.
    case netWeight

    /// Whether a document may leave it out: an order need not name who was paid through.
    public func isOptional(in kind: MatchDocumentKind) -> Bool {
        kind == .order && (self == .payCompany || self == .payTransaction)
    }

    /// Whether its key is published when the documents are opened (T105): its value is a constant, or
    /// a verdict that everyone must be able to read.
    public var isDisclosed: Bool { Self.disclosed.contains(self) }

    /// The fields whose keys are published, ascending.
    public static let disclosed: [MatchField] = [
        .currency, .packageCount, .singleLimit, .annualLimit, .netWeight,
    ]

    /// The name that enters the key of the field, ASCII (T102).
    public var label: [UInt8] { Array(labelText.utf8) }

    private var labelText: String {
        switch self {
        case .orderNumber: "orderNo"
        case .platform: "ebpCode"
        case .merchant: "ebcCode"
        case .payCompany: "payCode"
        case .payTransaction: "payTxn"
        case .buyerName: "buyerName"
        case .buyerIdentity: "buyerId"
        case .buyerTelephone: "tel"
        case .paid, .paidComputed: "paid"
        case .consignee: "consignee"
        case .consigneeTelephone: "consigneeTel"
        case .consigneeAddress: "consigneeAddr"
        case .logisticsNumber: "logisticsNo"
        case .logisticsCompany: "logisticsCode"
        case .currency: "currency"
        case .packageCount: "packNo"
        case .lineCount: "lineCount"
        case .goodsValue, .goodsComputed: "goods"
        case .lineTotals, .lineTotalsComputed: "lineTotals"
        case .singleLimit: "singleLimit"
        case .annualLimit: "annualLimit"
        case .netWeight: "netWeight"
        }
    }
}

/// What a signer says about a limit, once it has done the arithmetic.
public enum LimitVerdict: Sendable {
    case within
    case over
    /// Over the single limit with exactly one piece: allowed, at full rates.
    case overWithOnePiece

    /// The bytes that are committed to.
    public var bytes: [UInt8] {
        switch self {
        case .within: Array("within".utf8)
        case .over: Array("over".utf8)
        case .overWithOnePiece: Array("one".utf8)
        }
    }
}
