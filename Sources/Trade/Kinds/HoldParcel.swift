public import Ledger
public import Primitives
public import Wire

/// Customs keeps a parcel back; the time of its custodian stands still.
public struct HoldParcel: ActionKind {
    public static let number: UInt32 = 56

    public let order: Digest
    /// The reason, as customs numbers it.
    public let code: UInt32

    public init(order: Digest, code: UInt32 = 0) {
        self.order = order
        self.code = code
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        code = try cursor.uint32(2, "code", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, code)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var parcel = try draft.parcel(self.order)
        try draft.require(.customs, of: source, in: order)
        try draft.advance(
            &parcel, of: order, self.order, .hold,
            RecordStep(Self.number, by: source, code: UInt64(code)))
    }
}
