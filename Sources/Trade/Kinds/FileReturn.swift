public import Ledger
public import Primitives
public import Wire

/// An agent files a return with customs, so that its duty can go back.
public struct FileReturn: ActionKind {
    public static let number: UInt32 = 66

    /// The return.
    public let returned: Digest
    /// Hash of an attachment: sealed commitments to the lines of the list.
    public let declaration: Digest

    public init(returned: Digest, declaration: Digest) {
        self.returned = returned
        self.declaration = declaration
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        declaration = try cursor.fixed(2, "declaration", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.fixed(2, declaration)
    }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try draft.require(.agent, of: source, in: order)
        try draft.requireAttached([declaration])
        try draft.advanceDuty(
            of: goods.order, .file, in: order.terms.asset,
            RecordStep(Self.number, by: source, subject: declaration, other: returned))
        try draft.advance(
            &goods, returned, .file, RecordStep(Self.number, by: source, subject: declaration))
    }
}
