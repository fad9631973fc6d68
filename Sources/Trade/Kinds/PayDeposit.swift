public import Ledger
public import Primitives
public import Wire

/// Pays the deposit of a contract, and with it freight and duty.
public struct PayDeposit: ActionKind {
    public static let number: UInt32 = 37

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
        var order = try draft.order(order)
        try order.requireBuyer(source)
        let step = RecordStep(Self.number, by: source)
        try draft.advance(&order, self.order, .payDeposit, step)
        try draft.openDuty(of: order, at: self.order, step)
    }
}
