public import Primitives
public import StateTree
public import Wire

/// Shows that a signer sealed something else to his readers than he committed to.
///
/// Both sides are the signer's: the section under the root of his sealed document, the commitment under
/// the root that he opened. Nobody else can make either, so nobody can be framed (rule T159).
public struct Contradiction: Hashable, Sendable, WireCodable {
    public let key: SectionKey
    public let section: SealedSection
    public let sectionPath: MerklePath
    /// Absent when the place holds none.
    public let commitment: Commitment?
    public let commitmentPath: MerklePath

    public init(
        key: SectionKey, section: SealedSection, sectionPath: MerklePath, commitment: Commitment?,
        commitmentPath: MerklePath
    ) {
        self.key = key
        self.section = section
        self.sectionPath = sectionPath
        self.commitment = commitment
        self.commitmentPath = commitmentPath
    }

    /// Takes it out of a sealed document that a reader opened; `nil` for a place that is not in both.
    public init?(
        at place: Int, of sealed: SealedDocument, key: DocumentKey,
        against opened: MatchDocument<Commitment>
    ) {
        guard sealed.sections.indices.contains(place), opened.places.indices.contains(place),
            let sectionPath = MerkleList.proof(
                of: place, in: sealed.sections.map(\.digest)),
            let commitmentPath = opened.path(to: place)
        else { return nil }
        self.init(
            key: key.section(place), section: sealed.sections[place], sectionPath: sectionPath,
            commitment: opened.places[place], commitmentPath: commitmentPath)
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = SectionKey(try cursor.fixed(1, "key", of: bytes))
        section = try cursor.message(2, "section", of: bytes)
        sectionPath = try cursor.message(3, "section_path", of: bytes)
        let bytes32: FixedBytes<32>? = try cursor.optionalFixed(4, "commitment", of: bytes)
        commitment = bytes32.map { Commitment($0) }
        commitmentPath = try cursor.message(5, "commitment_path", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key.bytes)
        writer.message(2, section)
        writer.message(3, sectionPath)
        writer.fixed(4, commitment?.bytes)
        writer.message(5, commitmentPath)
    }

    /// Counted from zero: a field of the document, or a line behind the fields.
    public var place: UInt64 { commitmentPath.index }

    public var digest: Digest { Digest(hashing: wire, in: .proof) }

    /// Whether the section says something that must not be in a block.
    public func isPersonal(in kind: MatchDocumentKind) -> Bool {
        place < UInt64(kind.fields.count) && kind.fields[Int(place)].isPersonal
    }

    /// Whether it is a contradiction in what a seal stands for; a pure function that anybody can ask.
    public func holds(
        against seal: DocumentSeal, order: Digest, kind: MatchDocumentKind
    ) -> Bool {
        guard let root = seal.root, sectionPath.index == commitmentPath.index,
            isUnder(section.digest, sectionPath, seal.sections),
            isUnder(MatchDocument.leaf(commitment), commitmentPath, root)
        else { return false }
        let context = DocumentDraft.context(
            order: order, kind: kind, signer: seal.signer, round: seal.round)
        guard let index = Int(exactly: sectionPath.index) else { return false }
        switch section.read(with: key, at: index, context: context) {
        case .wrongKey: return false
        case .broken: return true
        case .content(let content):
            guard let commitment else { return !content.isEmpty }
            guard content.count >= FieldKey.byteCount else { return true }
            let key = FieldKey(FixedBytes(copying: content.span, from: 0))
            let value = Array(content.dropFirst(FieldKey.byteCount))
            return Commitment(to: value, under: key) != commitment
        }
    }

    private func isUnder(_ item: Digest, _ path: MerklePath, _ root: Digest) -> Bool {
        do { try MerkleList.verify(item, at: path, root: root) } catch { return false }
        return true
    }
}

extension MatchField {
    /// Whether its value is about a person (design T9).
    public var isPersonal: Bool {
        switch self {
        case .buyerName, .buyerIdentity, .buyerTelephone, .consignee, .consigneeTelephone,
            .consigneeAddress:
            true
        case .orderNumber, .platform, .merchant, .payCompany, .payTransaction, .paid,
            .paidComputed, .logisticsNumber, .logisticsCompany, .currency, .packageCount,
            .lineCount, .goodsValue, .goodsComputed, .lineTotals, .lineTotalsComputed,
            .singleLimit, .annualLimit, .netWeight:
            false
        }
    }
}
