public import Ledger
public import Primitives
public import Wire

/// The seller sells goods that came back to somebody else, where they are.
///
/// The new order must be made already, by the one who signs here, for the same goods.
public struct RedirectReturn: ActionKind {
    public static let number: UInt32 = 70

    /// The return.
    public let returned: Digest
    /// Signs too.
    public let buyer: AccountID
    /// The new order.
    public let order: Digest

    public init(returned: Digest, buyer: AccountID, order: Digest) {
        self.returned = returned
        self.buyer = buyer
        self.order = order
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        buyer = try cursor.fixed(2, "buyer", of: bytes)
        order = try cursor.fixed(3, "order", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.fixed(2, buyer)
        writer.fixed(3, order)
    }

    public var entryCount: Int { 9 }

    public var approvers: [AccountID] { [buyer] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try order.requireSeller(source)
        let next = try draft.order(self.order)
        guard next.buyer == buyer, next.seller == order.seller,
            next.terms.goods.items == order.terms.goods.items, self.order != goods.order,
            next.phase == .paid || next.phase == .funded || next.phase == .contracted
        else { throw .notEntitled }
        try draft.advance(
            &goods, returned, .redirect, RecordStep(Self.number, by: source, other: self.order))
    }
}
