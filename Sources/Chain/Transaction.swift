public import Ledger
public import Primitives
public import Wire

/// A key and its signature of a transaction's id.
public struct SignatureEntry: Hashable, Sendable, WireCodable {
    public let key: PublicKey
    public let signature: Signature

    public init(key: PublicKey, signature: Signature) {
        self.key = key
        self.signature = signature
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        signature = try cursor.fixed(2, "signature", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.fixed(2, signature)
    }
}

/// One signature to be checked.
public struct SignatureJob: Sendable {
    public let key: PublicKey
    public let signature: Signature
    /// The id of the transaction; the signature covers its 32 bytes.
    public let message: Digest
}

extension HashDomain {
    static let envelope = HashDomain("argosy/envelope")
}

/// A body, the signatures over its id, and the documents that travel with it.
///
/// It keeps its bytes as they came and never changes, so a copy is a reference (rules C1 to C5).
public final class Transaction: WireCodable {
    /// Bytes without attachments.
    public static let byteLimit = 65_536
    public static let signatureLimit = 16
    /// Bytes with attachments.
    public static let fullByteLimit =
        byteLimit + Body.attachmentLimit * (Body.attachmentByteLimit + 8)

    /// The whole transaction in canonical form.
    public let bytes: [UInt8]
    public let body: Body
    /// Ascending by key, each key once.
    public let signatures: [SignatureEntry]
    /// As many as the body names, or none when they were pruned.
    public let attachments: [[UInt8]]
    /// Whether every attachment that the body names is here and is the right one; found out once,
    /// since the documents are most of what a transaction of trade makes a node hash.
    let hasNamedAttachments: Bool
    /// Hash of the body: the name of what happens.
    public let id: Digest
    /// Hash of id and signatures: the name of these very bytes, which a block commits to.
    public let envelope: Digest

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        var probe = cursor
        guard let range = try probe.field(1, limit: Self.byteLimit, of: bytes) else {
            throw WireError(.missing, at: start).inside("body")
        }
        body = try cursor.message(1, "body", of: bytes)
        signatures = try cursor.messages(2, "signatures", limit: Self.signatureLimit, of: bytes)
        attachments = try cursor.bytesList(
            3, "attachments", limit: Body.attachmentLimit, byteLimit: Body.attachmentByteLimit,
            of: bytes)
        guard signatures.count < 2 || signatures.map(\.key).isStrictlyAscending else {
            throw WireError(.invalid, at: start).inside("signatures")
        }
        self.bytes = bytes.copy(start..<cursor.end)
        hasNamedAttachments = Self.are(attachments, named: body.attachments)
        id = Digest(hashing: bytes.extracting(range), in: .body)
        envelope = Self.envelope(id, signatures)
    }

    /// Puts a transaction together from its parts.
    ///
    /// - Precondition: at most sixteen signatures of different keys.
    public init(body: Body, signatures: [SignatureEntry], attachments: [[UInt8]] = []) {
        let sorted = signatures.sorted { $0.key < $1.key }
        precondition(
            sorted.count <= Self.signatureLimit && sorted.map(\.key).isStrictlyAscending,
            "a key signs a transaction once")
        self.body = body
        self.signatures = sorted
        self.attachments = attachments
        hasNamedAttachments = Self.are(attachments, named: body.attachments)
        let inner = body.wire
        id = Digest(hashing: inner, in: .body)
        envelope = Self.envelope(id, sorted)
        var writer = WireWriter(reserving: inner.count + 128 * sorted.count)
        writer.bytes(1, inner)
        writer.messages(2, sorted)
        writer.bytesList(3, attachments)
        bytes = writer.bytes
    }

    /// Signs a body.
    ///
    /// - Precondition: at most sixteen different keys.
    public convenience init(
        signing body: Body, with keys: [SigningKey], scheme: SignatureScheme = .ed25519,
        attachments: [[UInt8]] = []
    ) {
        let message = Digest(hashing: body.wire, in: .body).bytes.array
        self.init(
            body: body,
            signatures: keys.map {
                SignatureEntry(key: $0.publicKey, signature: scheme.sign(message, with: $0))
            },
            attachments: attachments)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, body)
        writer.messages(2, signatures)
        writer.bytesList(3, attachments)
    }

    private static func are(
        _ attachments: [[UInt8]], named references: [AttachmentReference]
    ) -> Bool {
        attachments.count == references.count
            && zip(references, attachments).allSatisfy { $0 == AttachmentReference(to: $1) }
    }

    /// One signature fits one block of the hash function.
    private static func envelope(_ id: Digest, _ signatures: [SignatureEntry]) -> Digest {
        var input: [UInt8] = []
        input.reserveCapacity(32 + 96 * signatures.count)
        id.append(to: &input)
        for entry in signatures {
            entry.key.append(to: &input)
            entry.signature.append(to: &input)
        }
        return Digest(hashing: input, in: .envelope)
    }

    /// What a pool of threads checks; every one of them must hold.
    public var signatureJobs: [SignatureJob] {
        signatures.map { SignatureJob(key: $0.key, signature: $0.signature, message: id) }
    }

    /// Checks all signatures here and now.
    public func hasValidSignatures(_ scheme: SignatureScheme) -> Bool {
        let message = id.bytes.array
        return signatures.allSatisfy { scheme.isValid($0.signature, for: message, by: $0.key) }
    }

    /// Size for limits and price: attachments count as the body states them, pruned or not.
    public var chargedByteCount: Int {
        body.attachments.reduce(coreByteCount) { $0 + Int(clamping: $1.byteCount) }
    }

    /// Bytes of body and signatures.
    private var coreByteCount: Int {
        attachments.reduce(bytes.count) { $0 - BlockBody.fieldByteCount($1.count) }
    }

    /// Weight of the transaction (rule L40).
    public var weight: UInt64 {
        FeeSchedule.weight(
            byteCount: chargedByteCount, signatureCount: signatures.count,
            entryCount: body.entryCount)
    }

    /// Checks what bytes alone tell: sizes, counts, the rules of each action, the attachments.
    public func check() throws(Rejection) {
        guard coreByteCount <= Self.byteLimit else { throw .tooLarge }
        guard !body.actions.isEmpty, body.actions.count <= Body.actionLimit, !signatures.isEmpty,
            body.sponsor != body.account
        else { throw .malformed }
        for action in body.actions { try action.kind.check() }
        guard hasNamedAttachments, attachments.allSatisfy({ !$0.isEmpty }) else {
            throw .attachmentMismatch
        }
    }
}

extension Transaction: Equatable {
    public static func == (left: Transaction, right: Transaction) -> Bool {
        left.bytes == right.bytes
    }
}
