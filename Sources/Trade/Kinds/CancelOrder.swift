public import Ledger
public import Primitives
public import Wire

/// The buyer or the seller takes an order back before its goods have left.
public struct CancelOrder: ActionKind {
    public static let number: UInt32 = 40

    public let order: Digest

    public init(order: Digest) {
        self.order = order
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
    }

    public var entryCount: Int { 7 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        guard source == order.buyer || source == order.seller else { throw .notEntitled }
        let event = OrderEvent.cancel(byBuyer: source == order.buyer)
        try draft.advance(&order, self.order, event, RecordStep(Self.number, by: source))
    }
}
