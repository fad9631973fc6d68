public import Ledger
public import Primitives
public import Wire

/// The seller pays for goods that came back.
public struct RefundReturn: ActionKind {
    public static let number: UInt32 = 69

    /// The return.
    public let returned: Digest

    public init(returned: Digest) {
        self.returned = returned
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
    }

    public var entryCount: Int { 8 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try order.requireSeller(source)
        try draft.advance(
            &goods, returned, .refund, RecordStep(Self.number, by: source))
    }
}
