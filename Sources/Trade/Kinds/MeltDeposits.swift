public import Ledger
public import Primitives
public import Wire

/// Lets what lies in a dispute melt as far as it is due; anybody may.
public struct MeltDeposits: ActionKind {
    public static let number: UInt32 = 48

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

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try draft.advance(&order, self.order, .melt, RecordStep(Self.number, by: source))
    }
}
