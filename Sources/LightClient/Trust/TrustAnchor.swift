public import Primitives
public import Wire

/// The point from which a light node believes: a final block, and the set that votes now.
///
/// - Source: `consensus.md` 2.2, rules N3 and N9; `Proto/light.proto`.
public struct TrustAnchor: Hashable, Sendable {
    public let chain: Digest
    /// The epoch in which the set votes.
    public let epoch: Epoch
    public let set: ValidatorSet
    public let block: Digest
    public let height: Height
    public let time: Timestamp

    public init(
        chain: Digest, epoch: Epoch, set: ValidatorSet, block: Digest, height: Height,
        time: Timestamp
    ) {
        self.chain = chain
        self.epoch = epoch
        self.set = set
        self.block = block
        self.height = height
        self.time = time
    }

    /// The anchor that everybody who knows the genesis document has.
    ///
    /// - Precondition: `set` is the set that the header names.
    public init(genesis header: BlockHeader, set: ValidatorSet) {
        precondition(set.digest == header.validatorSet, "the set of genesis is in its header")
        self.init(
            chain: header.chain, epoch: header.epoch, set: set, block: header.digest,
            height: header.height, time: header.time)
    }

    /// What is printed and compared: 32 bytes that stand for the anchor.
    public var digest: Digest { Digest(hashing: wire, in: .bootstrap) }
}

extension TrustAnchor: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        chain = try cursor.fixed(1, "chain", of: bytes)
        epoch = Epoch(try cursor.uint64(2, "epoch", of: bytes))
        set = try cursor.message(3, "set", of: bytes)
        block = try cursor.fixed(4, "block", of: bytes)
        height = Height(try cursor.uint64(5, "height", of: bytes))
        time = Timestamp(try cursor.uint64(6, "time_ms", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, chain)
        writer.uint64(2, epoch.number)
        writer.message(3, set)
        writer.fixed(4, block)
        writer.uint64(5, height.number)
        writer.uint64(6, time.milliseconds)
    }
}
