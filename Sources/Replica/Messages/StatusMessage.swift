public import Primitives
public import Wire

/// Where a node is; a hint, believed only for what it leads to.
public struct StatusMessage: Hashable, Sendable {
    public let chain: Digest
    public let epoch: Epoch
    /// The last height whose finalization is durable.
    public let finalHeight: Height
    /// How many transactions wait in the mempool; a difference starts repair.
    public let pendingCount: UInt32

    public init(
        chain: Digest, epoch: Epoch, finalHeight: Height, pendingCount: UInt32
    ) {
        self.chain = chain
        self.epoch = epoch
        self.finalHeight = finalHeight
        self.pendingCount = pendingCount
    }
}

extension StatusMessage: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        chain = try cursor.fixed(1, "chain", of: bytes)
        epoch = Epoch(try cursor.uint64(2, "epoch", of: bytes))
        finalHeight = Height(try cursor.uint64(3, "final_height", of: bytes))
        pendingCount = try cursor.uint32(4, "pending_count", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, chain)
        writer.uint64(2, epoch.number)
        writer.uint64(3, finalHeight.number)
        writer.uint32(4, pendingCount)
    }
}
