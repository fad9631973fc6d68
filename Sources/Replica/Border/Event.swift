public import Chain
public import Consensus
public import Gossip
public import Ledger
public import Primitives

extension Replica {
    /// What can happen to a node.
    public enum Event: Sendable {
        /// The first event, once; what the disk held came with the initializer.
        case started
        /// A full node is connected and has proved its name; light nodes are the world's business.
        indirect case connected(PeerName, PeerLink)
        case disconnected(PeerName)
        /// Frames of one channel, in their order, each within the channel's limit.
        case received(PeerName, Channel, frames: [[UInt8]])
        /// So many bytes of earlier ``Effect/gossip`` frames have left this node.
        case flushed(PeerName, byteCount: Int)
        /// The peer's signed addresses, to be recommended to others.
        indirect case identified(PeerName, SignedPeerRecord)
        /// A wallet hands transactions in; each is answered once by ``Effect/answer``.
        case submitted([Transaction], Ticket)
        /// Answers to ``Effect/admit``, in any order and grouping, each transaction once.
        case admitted([AdmissionResult])
        /// Answers ``Effect/assemble``.
        indirect case assembled(Assembly, Token)
        /// Answers ``Effect/execute``.
        indirect case executed(Digest, ExecutionVerdict)
        /// Answers ``Effect/store``: the block survives a crash from here on.
        case stored(Digest)
        /// Answers ``Effect/log``: the records survive a crash from here on.
        case logged(Epoch, Simplex.LogToken)
        /// Answers ``Effect/finalize``: this height and all below survive a crash.
        case finalized(Height)
        /// Answers ``Effect/load``.
        indirect case loaded(LoadAnswer, Token)
        /// The time that ``Effect/wake`` asked for has come; a stale call does no harm.
        case woke(TimerName)
    }
}

/// What admission says about one transaction.
public struct AdmissionResult: Sendable {
    public enum Verdict: Sendable {
        /// Every check that bytes, signatures and the final state allow has passed.
        case admissible(AccountStanding)
        case refused(Rejection)
        /// The node cannot tell now; nobody is to blame.
        case unready
    }

    public let id: Digest
    public let verdict: Verdict

    public init(id: Digest, verdict: Verdict) {
        self.id = id
        self.verdict = verdict
    }
}

/// What the mempool must know of the final state to queue a transaction.
public struct AccountStanding: Hashable, Sendable {
    /// The most that the transaction takes out of one balance, and what is there.
    public struct Cover: Hashable, Sendable {
        public let balance: BalanceID
        public let needed: Amount
        public let available: Amount

        public init(balance: BalanceID, needed: Amount, available: Amount) {
            self.balance = balance
            self.needed = needed
            self.available = available
        }
    }

    /// The account's sequence in the final state; the next transaction has one more.
    public let sequence: Sequence
    public let covers: [Cover]

    public init(sequence: Sequence, covers: [Cover]) {
        self.sequence = sequence
        self.covers = covers
    }
}

/// A block that was built.
public struct Assembly: Sendable {
    /// `nil` when the parent is not at hand or the store failed.
    public let block: Block?
    /// Ids of candidates that may not enter on this parent: out of the mempool.
    public let refused: [Digest]

    public init(block: Block?, refused: [Digest]) {
        self.block = block
        self.refused = refused
    }

    public static let failed = Assembly(block: nil, refused: [])
}

/// What execution says about a block; the same on every machine.
public enum ExecutionVerdict: Hashable, Sendable {
    case valid(ChildTerms)
    case invalid
    /// The node cannot tell now; the block is handed in again later.
    case unready
}

/// What the world found on disk.
public enum LoadAnswer: Sendable {
    /// Final blocks in ascending order without a gap; empty when the first is not there.
    case run(BlockRun)
    case block(Block?)
}
