public import Chain
public import Consensus
public import Primitives

/// A request or an answer between two full nodes.
///
/// The number ties an answer to its request; it means nothing to the one who answers.
public enum SyncMessage: Sendable {
    case request(number: UInt64, SyncRequest)
    case answer(number: UInt64, SyncAnswer)
}

public enum SyncRequest: Hashable, Sendable {
    /// Final blocks from a height on.
    case run(from: Height, countLimit: UInt32)
    /// One block, final or not.
    case block(Digest)
    /// Transactions of a proposed block.
    case bodies(of: Digest, envelopes: [Digest])
}

public enum SyncAnswer: Sendable {
    case run(BlockRun)
    /// `nil` when the node does not have it.
    case block(Block?)
    /// Those that the node has, in the order in which they were asked for.
    case bodies([Transaction])
}

/// Final blocks without a gap, and the proof that the last one is final.
public struct BlockRun: Sendable {
    /// Most blocks of one run.
    public static let blockLimit = 256
    /// Most headers between the last block and the finalized one.
    public static let headerLimit = 512
    /// A run stops before the block that would take it past this size, after at least one block.
    ///
    /// - Unit: bytes.
    public static let byteLimit = 2 << 20

    public let blocks: [Block]
    /// Headers after the last block, up to the one that the finalization names; mostly none.
    public let following: [BlockHeader]
    /// Missing only in an empty run.
    public let finalization: Finalization?

    public init(blocks: [Block], following: [BlockHeader], finalization: Finalization?) {
        self.blocks = blocks
        self.following = following
        self.finalization = finalization
    }

    public static let empty = BlockRun(blocks: [], following: [], finalization: nil)
}
