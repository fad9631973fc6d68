import Gossip

/// One of the framed message streams between two full nodes.
///
/// Each direction is a stream of its own; frames keep their order within a channel and have none
/// between channels. When a link is short, earlier cases go first (attack 66).
public enum Channel: UInt8, CaseIterable, Sendable {
    /// Proposals, votes and certificates.
    case consensus = 1
    /// Who has what: finalized height, epoch and view.
    case status = 2
    /// Requests and answers: missing bodies, single blocks, runs of final blocks.
    case sync = 3
    /// Gossip RPCs: transactions in batches.
    case gossip = 4
    /// Comparing mempools, so that nothing depends on gossip.
    case repair = 5

    /// The longest frame that the world may hand in, checked before memory is reserved.
    ///
    /// - Unit: bytes.
    public var frameByteLimit: Int {
        switch self {
        case .consensus: 1 << 20
        case .status: 1 << 10
        case .sync: 5 << 20
        case .gossip: 1 << 20
        case .repair: RepairMessage.byteLimit
        }
    }
}
