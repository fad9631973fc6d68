public import Ledger
public import Primitives
public import Wire

/// The buyer keeps the goods, and the seller gives back a part of the price.
public struct KeepWithDiscount: ActionKind {
    public static let number: UInt32 = 64

    /// The return.
    public let returned: Digest
    /// Signs too.
    public let seller: AccountID
    public let discount: Amount

    public init(returned: Digest, seller: AccountID, discount: Amount) {
        self.returned = returned
        self.seller = seller
        self.discount = discount
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        seller = try cursor.fixed(2, "seller", of: bytes)
        discount = Amount(minorUnits: try cursor.uint64(3, "discount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.fixed(2, seller)
        writer.uint64(3, discount.minorUnits)
    }

    public var entryCount: Int { 7 }

    public var approvers: [AccountID] { [seller] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try order.requireBuyer(source)
        try order.requireSeller(seller)
        try draft.advance(
            &goods, returned, .keep(discount: discount),
            RecordStep(Self.number, by: source, code: discount.minorUnits))
    }
}
