public import Primitives
public import StateTree
public import Wire

/// A proof that can be checked with no network, years later.
///
/// Everything in it is checked: the anchor against digests that the reader trusts, each step, the
/// certificate with each signature, the path, and a checksum over all of it.
///
/// - Source: design R12, rule N11; `Proto/light.proto`.
public struct ProofFile: Hashable, Sendable {
    /// - Unit: bytes, one encoded file.
    public static let byteLimit = 4 * 1_048_576

    /// Where the reader's trust begins.
    public let anchor: TrustAnchor
    public let steps: [EpochUpdate]
    public let leaf: LeafProof

    public init(anchor: TrustAnchor, steps: [EpochUpdate], leaf: LeafProof) {
        self.anchor = anchor
        self.steps = steps
        self.leaf = leaf
    }

    /// What a file shows.
    public struct Finding: Hashable, Sendable {
        public let key: LeafKey
        public let answer: StateVerifier.Answer
        /// The block after which the state held it; its time is when this was so.
        public let header: BlockHeader
        /// Weight of the validators that signed, and of all.
        public let signed: UInt64
        public let total: UInt64
        /// Digest of the anchor from which this follows.
        public let anchor: Digest
        public let stepCount: Int
    }

    /// Checks everything.
    ///
    /// - Parameters:
    ///   - trusted: Digests of anchors that the reader trusts, such as that of genesis.
    ///   - scheme: How the network signs.
    /// - Returns: What the file shows.
    /// - Throws: ``LightFault`` with the first thing that is wrong.
    public func check(
        trusting trusted: [Digest], scheme: SignatureScheme
    ) throws(LightFault) -> Finding {
        var trust = try LightTrust(
            of: anchor, steps: steps, trusting: trusted, scheme: scheme)
        let key = leaf.proof.key
        let answer = try trust.answer(leaf, for: key, now: nil)
        let (signed, total) = trust.weights(of: leaf.finalized)
        return Finding(
            key: key, answer: answer, header: leaf.finalized.header,
            signed: signed, total: total, anchor: anchor.digest, stepCount: steps.count)
    }

    private var checksum: Digest {
        var writer = WireWriter()
        encodeContent(into: &writer)
        return Digest(hashing: writer.bytes, in: .proof)
    }

    private func encodeContent(into writer: inout WireWriter) {
        writer.message(1, anchor)
        writer.messages(2, steps)
        writer.message(3, leaf)
    }
}

extension LightTrust {
    /// The trust that a file brings: its anchor is one that the reader trusts, and each step holds.
    ///
    /// - Throws: ``LightFault``; ``LightFault/unknownAnchor(_:)`` for an anchor that is not trusted.
    public init(
        of anchor: TrustAnchor, steps: [EpochUpdate], trusting trusted: [Digest],
        scheme: SignatureScheme
    ) throws(LightFault) {
        let digest = anchor.digest
        guard trusted.contains(digest) else { throw .unknownAnchor(digest) }
        self.init(anchor: anchor, scheme: scheme)
        for step in steps { try advance(step, now: nil) }
    }
}

extension ProofFile: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        anchor = try cursor.message(1, "anchor", of: bytes)
        steps = try cursor.messages(2, "steps", limit: LightTrust.stepLimit, of: bytes)
        leaf = try cursor.message(3, "leaf", of: bytes)
        let content = start..<cursor.offset
        let written: Digest = try cursor.fixed(15, "checksum", of: bytes)
        guard written == Digest(hashing: bytes.extracting(content), in: .proof) else {
            throw WireError(.invalid, at: content.upperBound).inside("checksum")
        }
    }

    public func encode(into writer: inout WireWriter) {
        encodeContent(into: &writer)
        writer.fixed(15, checksum)
    }
}
