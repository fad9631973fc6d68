public import Ledger
public import Primitives
public import Wire

/// The seller agrees to a return, and says whether he pays for the way.
public struct AuthoriseReturn: ActionKind {
    public static let number: UInt32 = 62

    /// The return.
    public let returned: Digest
    public let sellerPays: Bool

    public init(returned: Digest, sellerPays: Bool) {
        self.returned = returned
        self.sellerPays = sellerPays
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        sellerPays = try cursor.bool(2, "seller_pays", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.bool(2, sellerPays)
    }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try order.requireSeller(source)
        try draft.advance(
            &goods, returned, .authorise(sellerPays: sellerPays),
            RecordStep(Self.number, by: source))
    }
}
