public import Ledger
public import Primitives
public import Wire

/// Shows the commitments behind a seal; the fourth opening compares the documents.
///
/// Nothing is opened before everything is sealed, so nobody can copy a commitment that he could not
/// compute himself (reference trade 7.3).
public struct OpenDocument: ActionKind {
    public static let number: UInt32 = 92

    public let order: Digest
    public let nonce: FixedBytes<32>
    public let document: MatchDocument<Commitment>
    /// One for each of ``MatchField/disclosed``, exactly with the list.
    public let keys: [FieldKey]

    public init(
        order: Digest, nonce: FixedBytes<32>, document: MatchDocument<Commitment>,
        keys: [FieldKey] = []
    ) {
        self.order = order
        self.nonce = nonce
        self.document = document
        self.keys = keys
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        nonce = try cursor.fixed(2, "nonce", of: bytes)
        document = try cursor.commitments(3, of: bytes)
        keys = try cursor.fieldKeys(7, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, nonce)
        writer.commitments(3, document)
        writer.fieldKeys(7, keys)
    }

    public var entryCount: Int { 10 }

    public func check() throws(Rejection) {
        let keyCount = document.kind == .list ? MatchField.disclosed.count : 0
        guard keys.count == keyCount else { throw .malformed }
        guard document.lines.isEmpty != document.kind.hasLines,
            !document.kind.hasLines
                || document.lines.count == MatchLine.paddedCount(document.lines.count)
        else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var clearance = try draft.clearance(self.order)
        let kind = document.kind
        guard clearance.state == .sealed, let seal = clearance[kind] else { throw .wrongState }
        guard seal.signer == source else { throw .notEntitled }
        let root = document.root
        guard
            seal.seal
                == DocumentSeal.value(kind: kind, signer: source, nonce: nonce, root: root)
        else { throw .contradiction }
        let step = RecordStep(
            Self.number, by: source, subject: root, code: UInt64(kind.rawValue))
        try keep(in: &draft, round: clearance.round, for: source, step)
        let isLast = MatchDocumentKind.allCases.allSatisfy {
            $0 == kind || clearance.isOpened($0)
        }
        let failed = isLast ? try Self.failedRules(of: self.order, in: &draft) : nil
        try draft.advance(
            &clearance, of: order, self.order, .open(kind, root: root, failed: failed), step)
    }

    /// Writes the commitments down; those of a former round cannot come again (rule T157).
    private func keep(
        in draft: inout Draft, round: UInt32, for holder: AccountID, _ step: RecordStep
    ) throws(Rejection) {
        let id = OpenedDocument.id(order: order, kind: document.kind)
        let opened = OpenedDocument(round: round, document: document, keys: keys)
        guard let former = draft.record(id, as: OpenedDocument.self) else {
            return try draft.open(opened, at: id, for: holder, step)
        }
        guard former.round < round else { throw .wrongState }
        for (new, old) in zip(document.places, former.document.places) {
            guard new == nil || new != old else { throw .contradiction }
        }
        try draft.update(opened, at: id, step)
    }

    /// Compares the four documents as they were opened; every node gets the same list.
    static func failedRules(
        of order: Digest, in draft: inout Draft
    ) throws(Rejection) -> [MatchRule] {
        func opened(_ kind: MatchDocumentKind) throws(Rejection) -> OpenedDocument {
            let id = OpenedDocument.id(order: order, kind: kind)
            guard let found = draft.record(id, as: OpenedDocument.self) else {
                throw .unknownRecord
            }
            return found
        }
        let list = try opened(.list)
        guard let standard = MatchStandard<Commitment>(disclosed: list.keys) else {
            throw .malformed
        }
        return ThreeDocumentMatch(
            order: try opened(.order).document, payment: try opened(.payment).document,
            waybill: try opened(.waybill).document, list: list.document, standard: standard
        ).failedRules
    }
}

extension MatchDocumentKind {
    /// Whether its documents show goods line by line.
    var hasLines: Bool { self == .order || self == .list }
}
