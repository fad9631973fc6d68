public import Ledger
public import Primitives
public import Wire

/// Says that a deadline of the duty of an order is over; anybody may.
public struct TimeOutDuty: ActionKind {
    public static let number: UInt32 = 60

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

    public var entryCount: Int { 5 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        try draft.advanceDuty(
            of: self.order, .timeout, in: order.terms.asset,
            RecordStep(Self.number, by: source))
    }
}
