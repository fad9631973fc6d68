public import Ledger
public import Primitives
public import Wire

/// The site has the goods back from the carrier; both sign.
///
/// The site is a warehouse that the order accepts, or the seller.
public struct ReceiveReturn: ActionKind {
    public static let number: UInt32 = 67

    /// The return.
    public let returned: Digest
    public let carrier: AccountID
    /// Unit: grams.
    public let weight: UInt64
    public let contents: Digest

    public init(returned: Digest, carrier: AccountID, weight: UInt64, contents: Digest) {
        self.returned = returned
        self.carrier = carrier
        self.weight = weight
        self.contents = contents
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        carrier = try cursor.fixed(2, "carrier", of: bytes)
        weight = try cursor.uint64(3, "weight", of: bytes)
        contents = try cursor.fixed(4, "contents", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.fixed(2, carrier)
        writer.uint64(3, weight)
        writer.fixed(4, contents)
    }

    public var entryCount: Int { 7 }

    public var approvers: [AccountID] { [carrier] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        if source != order.seller { try draft.require(.warehouse, of: source, in: order) }
        guard carrier == goods.way?.carrier else { throw .notEntitled }
        try draft.advance(
            &goods, returned, .receive(weight: weight, contents: contents),
            RecordStep(Self.number, by: source, subject: contents, code: weight))
    }
}
