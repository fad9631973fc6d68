public import Ledger
public import Primitives
public import Wire

/// Seals a corrected document after a rejection; all four are sealed and opened anew.
///
/// With one round's commitments in the open, a signer could copy another's into an amended document;
/// under the fresh keys of a new round nobody has anything to copy (rule T157).
public struct AmendDocument: ActionKind {
    public static let number: UInt32 = 96

    public let order: Digest
    public let kind: MatchDocumentKind
    /// ``DocumentSeal/value(kind:signer:nonce:root:)``.
    public let seal: Digest
    /// Hash of an attachment: the ``SealedDocument``.
    public let document: Digest
    /// ``SealedDocument/root``.
    public let sections: Digest

    public init(
        order: Digest, kind: MatchDocumentKind, seal: Digest, document: Digest, sections: Digest
    ) {
        self.order = order
        self.kind = kind
        self.seal = seal
        self.document = document
        self.sections = sections
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        kind = try cursor.documentKind(2, "kind", of: bytes)
        seal = try cursor.fixed(3, "seal", of: bytes)
        document = try cursor.fixed(4, "document", of: bytes)
        sections = try cursor.fixed(5, "sections", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, UInt32(kind.rawValue))
        writer.fixed(3, seal)
        writer.fixed(4, document)
        writer.fixed(5, sections)
    }

    public var entryCount: Int { 6 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        try draft.requireSigner(source, of: kind, in: order, self.order)
        try draft.requireAttached([document])
        var clearance = try draft.clearance(self.order)
        let seal = DocumentSeal(
            signer: source, seal: seal, document: document, sections: sections,
            round: clearance.round.addingReportingOverflow(1).partialValue)
        try draft.advance(
            &clearance, of: order, self.order, .amend(kind, seal),
            RecordStep(Self.number, by: source, subject: document, code: UInt64(kind.rawValue)))
    }
}
