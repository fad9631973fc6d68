public import Ledger
public import Primitives
public import Wire

/// Puts down the seal of a document of an order's clearance; the first one opens the clearance.
///
/// The document itself travels sealed to its readers (reference trade 7.3).
public struct SealDocument: ActionKind {
    public static let number: UInt32 = 91

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
        let step = step(Self.number, by: source)
        var clearance: Clearance
        if let found = draft.record(self.order, as: Clearance.self) {
            clearance = found
        } else {
            // There is something to clear once a carrier has it.
            _ = try draft.parcel(self.order)
            clearance = Clearance(
                stake: order.terms.price.part(Clearance.stakeShare),
                hasCustoms: !order.terms.attesters(of: .customs).isEmpty, at: draft.moment)
            try draft.open(clearance, at: self.order, for: source, step)
        }
        try draft.advance(
            &clearance, of: order, self.order,
            .seal(kind, seal(by: source, in: clearance.round)), step)
    }

    func seal(by signer: AccountID, in round: UInt32) -> DocumentSeal {
        DocumentSeal(
            signer: signer, seal: seal, document: document, sections: sections, round: round)
    }

    func step(_ number: UInt32, by signer: AccountID) -> RecordStep {
        RecordStep(number, by: signer, subject: document, code: UInt64(kind.rawValue))
    }
}
