public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let clearance = HashDomain("argosy/clearing")
}

/// A document as its signer prepares it: in the clear, with the keys of its fields.
///
/// Made in a wallet; what leaves it are a seal, an opening, and a document that only readers read.
public struct DocumentDraft: Sendable {
    public let document: MatchDocument<[UInt8]>
    private let secret: FixedBytes<32>
    private let number: [UInt8]

    /// - Parameters:
    ///   - document: Normalised values.
    ///   - secret: 32 random bytes of the buyer's wallet, fresh for each round.
    ///   - number: The order's number, at most ``FieldKey/orderByteLimit`` bytes.
    public init(_ document: MatchDocument<[UInt8]>, secret: FixedBytes<32>, number: [UInt8]) {
        self.document = document
        self.secret = secret
        self.number = number
    }

    /// What goes on the ledger when it is opened.
    public var committed: MatchDocument<Commitment> {
        document.committed(secret: secret, order: number)
    }

    /// The key of a place: of a field, or of a line.
    public func key(of place: Int) -> FieldKey {
        let fields = document.kind.fields
        return place < fields.count
            ? FieldKey(secret: secret, order: number, field: fields[place])
            : FieldKey(secret: secret, order: number, line: place - fields.count)
    }

    /// The value at a place; `nil` for a field that the document leaves out.
    public func value(at place: Int) -> [UInt8]? {
        let fields = document.kind.fields
        if place < fields.count { return document.values[place] }
        let line = place - fields.count
        return line < document.lines.count ? document.lines[line] : []
    }

    /// The keys that the list's opening publishes.
    public var disclosedKeys: [FieldKey] {
        guard document.kind == .list else { return [] }
        return MatchField.disclosed.map {
            FieldKey(secret: secret, order: number, field: $0)
        }
    }

    /// One section a place: key, then value; a field that is left out has none of either.
    public var sections: [[UInt8]] {
        committed.places.indices.map { place in
            value(at: place).map { key(of: place).bytes.array + $0 } ?? []
        }
    }

    /// What a document of an order is sealed for, so that it opens nowhere else.
    public static func context(
        order: Digest, kind: MatchDocumentKind, signer: AccountID, round: UInt32
    ) -> Digest {
        let input = order.bytes.array + [kind.rawValue] + signer.bytes.array
        return Digest(hashing: input + round.bigEndianBytes, in: .clearance)
    }

    /// Seals it to readers, with the whole message as a last section if there is one.
    ///
    /// Nonce and entropy are 32 random bytes each; the nonce is shown with the opening.
    ///
    /// - Throws: ``SealingError``.
    public func sealed(
        for place: ClearancePlace, nonce: FixedBytes<32>, to readers: [ReadingKey],
        message: [UInt8]? = nil, entropy: FixedBytes<32>
    ) throws(SealingError) -> SealedDraft {
        let kind = document.kind
        let sealed = try SealedDocument(
            sealing: sections + (message.map { [$0] } ?? []), to: readers,
            context: Self.context(
                order: place.order, kind: kind, signer: place.signer, round: place.round),
            entropy: entropy)
        let attachment = sealed.wire
        let seal = DocumentSeal.value(
            kind: kind, signer: place.signer, nonce: nonce, root: committed.root)
        return SealedDraft(
            attachment: attachment,
            action: SealDocument(
                order: place.order, kind: kind, seal: seal,
                document: Digest(hashing: attachment, in: .attachment), sections: sealed.root),
            opening: OpenDocument(
                order: place.order, nonce: nonce, document: committed, keys: disclosedKeys))
    }
}

/// Whose document it is, of which order, in which round.
public struct ClearancePlace: Hashable, Sendable {
    public let order: Digest
    public let signer: AccountID
    public let round: UInt32

    public init(order: Digest, signer: AccountID, round: UInt32 = 1) {
        self.order = order
        self.signer = signer
        self.round = round
    }
}

/// What a signer sends: first the seal with its attachment, then, when all have sealed, the opening.
public struct SealedDraft: Sendable {
    public let attachment: [UInt8]
    public let action: SealDocument
    public let opening: OpenDocument

    public init(attachment: [UInt8], action: SealDocument, opening: OpenDocument) {
        self.attachment = attachment
        self.action = action
        self.opening = opening
    }

    /// The same seal as an amendment.
    public var amendment: AmendDocument { AmendDocument(action) }
}
