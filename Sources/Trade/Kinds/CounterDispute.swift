public import Ledger
public import Primitives
public import Wire

/// The seller takes the goods back out of a dispute and pays for the way.
///
/// Everything that has not come back yet comes back; the lock refunds it when it has arrived.
public struct CounterDispute: ActionKind {
    public static let number: UInt32 = 47

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
        try order.requireSeller(source)
        let step = RecordStep(Self.number, by: source)
        try draft.advance(&order, self.order, .counter, step)
        var opened = Return(
            of: order, self.order, lines: order.unreturned, reason: .dispute,
            at: draft.moment)
        let id = Return.id(order: self.order, index: order.tally.count)
        try draft.open(opened, at: id, for: source, step)
        try draft.advance(&opened, id, .authorise(sellerPays: true), step)
    }
}
