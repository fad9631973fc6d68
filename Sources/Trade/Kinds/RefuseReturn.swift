public import Ledger
public import Primitives
public import Wire

/// The seller refuses a return; a locked order is in dispute then.
public struct RefuseReturn: ActionKind {
    public static let number: UInt32 = 63

    /// The return.
    public let returned: Digest
    /// Hash of what he says.
    public let grounds: Digest

    public init(returned: Digest, grounds: Digest) {
        self.returned = returned
        self.grounds = grounds
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        grounds = try cursor.fixed(2, "grounds", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.fixed(2, grounds)
    }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try order.requireSeller(source)
        try draft.advance(
            &goods, returned, .refuse(Dispute(evidence: grounds, claimed: .whole)),
            RecordStep(Self.number, by: source, subject: grounds))
    }
}
