public import Primitives
public import Wire

/// A key that may sign for an account, and how much its signature counts.
public struct Signer: Hashable, Sendable, WireCodable {
    public let key: PublicKey
    public let weight: UInt32

    public init(key: PublicKey, weight: UInt32) {
        self.key = key
        self.weight = weight
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        weight = try cursor.uint32(2, "weight", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.uint32(2, weight)
    }
}

/// Who signs for an account: weighted keys, and the weight that is enough.
public struct Authority: Hashable, Sendable, WireCodable {
    public static let signerLimit = 16

    public let threshold: UInt32
    /// In ascending order of key, each key once.
    public let signers: [Signer]

    public init(threshold: UInt32, signers: [Signer]) {
        self.threshold = threshold
        self.signers = signers
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        threshold = try cursor.uint32(1, "threshold", of: bytes)
        signers = try cursor.messages(2, "signers", limit: Self.signerLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, threshold)
        writer.messages(2, signers)
    }

    /// One to sixteen keys in order, no weight of zero, and a threshold that they can reach.
    public var isWellFormed: Bool {
        guard !signers.isEmpty, signers.count <= Self.signerLimit, threshold > 0 else {
            return false
        }
        for (index, signer) in signers.enumerated() {
            guard signer.weight > 0, index == 0 || signers[index - 1].key < signer.key else {
                return false
            }
        }
        // Sixteen weights of 32 bits fit 64.
        return signers.reduce(UInt64(0)) { $0 + UInt64($1.weight) } >= UInt64(threshold)
    }

    public func weight(of key: PublicKey) -> UInt32 {
        for signer in signers where signer.key == key { return signer.weight }
        return 0
    }
}

/// What the state knows of an account.
///
/// An absent leaf is an account that has sent nothing and is signed for by its founding key alone.
public struct AccountLeaf: LeafValue {
    /// The sequence of the last transaction that entered a block.
    public var sequence: Sequence
    /// `nil` when the founding key is the only signer.
    public var authority: Authority?
    /// When the signers were last set, so that a name that was sold on shows it; zero for never.
    public var signersSet: Timestamp

    public init(
        sequence: Sequence, authority: Authority? = nil, signersSet: Timestamp = Timestamp(0)
    ) {
        self.sequence = sequence
        self.authority = authority
        self.signersSet = signersSet
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        sequence = Sequence(try cursor.uint64(1, "sequence", of: bytes))
        authority = try cursor.optionalMessage(2, "authority", of: bytes)
        signersSet = Timestamp(try cursor.uint64(3, "signers_set", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, sequence.number)
        writer.message(2, authority)
        writer.uint64(3, signersSet.milliseconds)
    }
}
