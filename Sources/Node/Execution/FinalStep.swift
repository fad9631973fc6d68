public import Chain
public import Primitives
public import Wire

/// A block that became final: what is written, and what is told.
public struct FinalStep: Sendable {
    public let entry: FinalEntry
    public let block: Block
    public let receipts: [Receipt]
    public let index: StateStore.IndexPage
    /// Leaves to be written to the state store after the block is durable.
    public let flush: [LeafRecord]

    public var height: Height { entry.height }
}

/// The last block that is final on the disk: what a node may call final in its own name.
public struct DurableHead: Hashable, Sendable {
    public let header: BlockHeader
    public let digest: Digest
    /// State root after the block.
    public let stateRoot: Digest
}

/// The receipts of one block as they are stored.
public struct ReceiptList: Hashable, Sendable, WireCodable {
    public let receipts: [Receipt]

    public init(_ receipts: [Receipt]) { self.receipts = receipts }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        receipts = try cursor.messages(
            1, "receipts", limit: BlockBody.signatureLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, receipts) }
}
