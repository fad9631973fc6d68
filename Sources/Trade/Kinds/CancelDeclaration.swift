public import Ledger
public import Primitives
public import Wire

/// An agent takes a declaration back before release.
public struct CancelDeclaration: ActionKind {
    public static let number: UInt32 = 97

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
        let order = try draft.order(order)
        try draft.require(.agent, of: source, in: order)
        var clearance = try draft.clearance(self.order)
        try draft.advance(
            &clearance, of: order, self.order, .cancel, RecordStep(Self.number, by: source))
    }
}
