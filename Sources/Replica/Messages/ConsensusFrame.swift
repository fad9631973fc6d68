public import Chain
public import Consensus
public import Wire

/// One frame of the consensus channel: what validators say, and with a proposal, what is in its
/// block.
public struct ConsensusFrame: Sendable {
    public let message: ConsensusMessage
    /// Comes with a proposal and with nothing else; names transactions, does not carry them.
    public let content: CompactBlock?
    /// Transactions of the content that others may not have yet, since they are new.
    public let fresh: [Transaction]

    /// Most bytes of fresh transactions that travel with a proposal.
    public static let freshByteLimit = 64 << 10
    private static let freshLimit = 1_024

    public init(
        _ message: ConsensusMessage, content: CompactBlock? = nil, fresh: [Transaction] = []
    ) {
        self.message = message
        self.content = content
        self.fresh = fresh
    }
}

extension ConsensusFrame: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        message = try cursor.message(1, "message", of: bytes)
        let start = cursor.offset
        content = try cursor.optionalMessage(2, "content", of: bytes)
        fresh = try cursor.messages(3, "fresh", limit: Self.freshLimit, of: bytes)
        guard let content else {
            guard fresh.isEmpty else { throw WireError(.invalid, at: start).inside("fresh") }
            return
        }
        // Both name the block, and a name that contradicts the other is refused.
        guard let proposal = message.proposal, proposal.header == content.header else {
            throw WireError(.invalid, at: start).inside("content")
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, message)
        writer.message(2, content)
        for transaction in fresh { writer.bytes(3, transaction.bytes) }
    }
}
