public import Ledger
public import Primitives
public import Wire

/// Customs says that goods are back in time; the duty of them goes back, and the quota with it.
public struct AcceptReturn: ActionKind {
    public static let number: UInt32 = 71

    /// The return.
    public let returned: Digest
    /// Receipt of the quota, sealed to the buyer: hash of an attachment.
    public let receipt: Digest?

    public init(returned: Digest, receipt: Digest? = nil) {
        self.returned = returned
        self.receipt = receipt
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        receipt = try cursor.optionalFixed(2, "receipt", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.fixed(2, receipt)
    }

    public var entryCount: Int { 7 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try draft.require(.customs, of: source, in: order)
        if let receipt { try draft.requireAttached([receipt]) }
        try draft.advanceDuty(
            of: goods.order, .accept(goods.worth.duty, receipt: receipt),
            in: order.terms.asset,
            RecordStep(Self.number, by: source, subject: receipt, other: returned))
        try draft.advance(
            &goods, returned, .accept, RecordStep(Self.number, by: source, subject: receipt))
    }
}
