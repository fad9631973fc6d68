public import Ledger
public import Primitives
public import Wire

/// Says that a deadline of a return is over; anybody may.
public struct TimeOutReturn: ActionKind {
    public static let number: UInt32 = 72

    /// The return.
    public let returned: Digest

    public init(returned: Digest) {
        self.returned = returned
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
    }

    public var entryCount: Int { 11 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        try draft.advance(
            &goods, returned, .timeout, RecordStep(Self.number, by: source))
    }
}
