public import Ledger
public import Primitives
public import Wire

/// Says that a deadline of a clearance is over; anybody may.
public struct TimeOutClearance: ActionKind {
    public static let number: UInt32 = 93

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

    public var entryCount: Int { 8 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var clearance = try draft.clearance(self.order)
        try draft.advance(
            &clearance, of: order, self.order, .timeout, RecordStep(Self.number, by: source))
    }
}
