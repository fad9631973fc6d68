public import Ledger
public import Primitives

/// What executing a block gives; the same on every node.
public struct BlockOutcome: Sendable {
    public let header: BlockHeader
    /// Names the block.
    public let digest: Digest
    /// After the block; what the finalize vote signs.
    public let stateRoot: Digest
    /// One for each transaction, in order.
    public let receipts: [Receipt]
    public let receiptsRoot: Digest
    /// Changed leaves, ascending by key.
    public let updates: [LeafUpdate]
    /// Every entry of a journal, for an index of statements.
    public let events: EventLog
    /// Nodes that the block's header adds to the history of all headers.
    public let historyNodes: [Digest]
    /// Set on the last block of an epoch.
    public let epochEnd: EpochEnd?

    /// What the end of an epoch hands to the next one.
    public struct EpochEnd: Sendable {
        public let nextEpoch: Epoch
        /// Votes in ``nextEpoch``.
        public let validators: Roster
        /// Votes in the epoch after it.
        public let following: Roster
    }
}
