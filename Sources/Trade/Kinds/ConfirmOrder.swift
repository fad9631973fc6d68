public import Ledger
public import Primitives
public import Wire

/// The buyer has what he ordered.
public struct ConfirmOrder: ActionKind {
    public static let number: UInt32 = 43

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

    public var entryCount: Int { 9 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireBuyer(source)
        try draft.advance(&order, self.order, .confirm, RecordStep(Self.number, by: source))
    }
}
