public import Chain
public import Consensus
public import Gossip
public import Ledger
public import Primitives

extension Replica {
    /// What a node wants done; the world carries effects out in the order in which they come.
    public enum Effect: Sendable {
        /// Puts one frame on a channel to each of these peers.
        ///
        /// Loss is allowed, reordering within a channel is not.
        case send([PeerName], Channel, frame: [UInt8])
        /// Puts a frame on the gossip channel, the lanes in their order of urgency; answered by
        /// ``Event/flushed`` when its bytes have left.
        case gossip(PeerName, frame: [UInt8], GossipRouter.Lane)
        /// Addresses that a peer recommended, their signatures checked; for the address book.
        case learned([SignedPeerRecord], from: PeerName)
        /// Writes vote records and syncs; answered by ``Event/logged``.
        ///
        /// Sends that rest on the records come only after the answer.
        indirect case log(Epoch, Simplex.LogBatch)
        /// Drops vote records of views below this one, except nullifications, when convenient.
        case forgetVotes(Epoch, below: View)
        /// Takes the vote log for this machine's own from now on: the node has listened for this key
        /// and nobody else uses it. Until then every start begins with listening.
        case takeOverLog(of: PublicKey)
        /// Checks bytes, signatures (each once per node, ever) and final state; answered by
        /// ``Event/admitted``.
        case admit([Transaction])
        /// Builds a block; answered by ``Event/assembled``.
        indirect case assemble(AssemblyOrder, Token)
        /// Makes a block durable; answered by ``Event/stored``.
        indirect case store(Block, Digest)
        /// Executes a block; answered by ``Event/executed``.
        ///
        /// Its parent was executed, or handed in before it.
        indirect case execute(Block, Digest)
        /// Makes a block final, in order of height; answered by ``Event/finalized`` once durable.
        ///
        /// The executor forgets the block's siblings.
        indirect case finalize(FinalBlock)
        /// Reads from disk; answered by ``Event/loaded``.
        indirect case load(LoadOrder, Token)
        /// Calls back with ``Event/woke`` at this time; replaces what was asked by this name.
        case wake(TimerName, at: Instant)
        case disconnect(PeerName, DisconnectReason)
        /// Says what became of a submitted transaction; each exactly once.
        indirect case answer(Ticket, id: Digest, SubmissionVerdict)
        /// Two contradicting signatures of one validator, each pair reported once.
        indirect case evidence(Evidence)
        /// Keeps this certificate of an epoch's last block, which has more signatures than before.
        indirect case keep(Finalization)
        /// Something that an operator has to know at once.
        indirect case alarm(Simplex.Alarm)
        /// The word for the operator has changed.
        case phase(Phase)
    }
}

/// A block that is final, and what proves it.
public struct FinalBlock: Sendable {
    public let block: Block
    public let digest: Digest
    /// The finalization of this very block; `nil` when only a descendant has one.
    public let finalization: Finalization?
    /// State root after the block.
    public let stateRoot: Digest

    public init(block: Block, digest: Digest, finalization: Finalization?, stateRoot: Digest) {
        self.block = block
        self.digest = digest
        self.finalization = finalization
        self.stateRoot = stateRoot
    }
}

/// What a leader asks the executor for: a block on that parent, of what is valid of this.
public struct AssemblyOrder: Sendable {
    public let parent: Digest
    public let slot: ProposalSlot
    /// In order of preference; each account's in order of sequence; signatures checked.
    public let candidates: [Transaction]
    public let nullifications: [[UInt8]]
    public let evidence: [[UInt8]]

    public init(
        parent: Digest, slot: ProposalSlot, candidates: [Transaction], nullifications: [[UInt8]],
        evidence: [[UInt8]]
    ) {
        self.parent = parent
        self.slot = slot
        self.candidates = candidates
        self.nullifications = nullifications
        self.evidence = evidence
    }
}

public enum LoadOrder: Hashable, Sendable {
    /// Final blocks of one epoch from a height on: as many as fit both limits, at least one if it
    /// is there; then the headers up to the next block that has a finalization, and that.
    case run(from: Height, countLimit: Int, byteLimit: Int)
    /// A durable block, final or not.
    case block(Digest)
}

public enum TimerName: Hashable, Sendable {
    case consensus(Epoch)
    /// Sends a batch of transactions that is not full.
    case batch
    case gossip(GossipRouter.Timer)
    /// Repeats requests for bodies and blocks that nobody answered.
    case fetch
    /// Repeats or widens catch-up.
    case sync
    /// Tells peers where this node is.
    case status
    /// Compares mempools with a peer.
    case repair
}

public enum DisconnectReason: Hashable, Sendable {
    /// A frame that does not decode, or is over its limit.
    case malformed(Channel)
    case otherChain
    /// A signature, certificate, proof or block that does not verify.
    case lied(Lie)
    case tooManyPeers
    case badGossip

    public enum Lie: Hashable, Sendable {
        case finalization
        case block
        case height
        case vote
    }
}

public enum SubmissionVerdict: Hashable, Sendable {
    /// In the mempool and on its way to the other nodes.
    case accepted
    /// In the mempool already.
    case known
    case refused(Rejection)
    /// The account has its most pending transactions, or the mempool is full of others.
    case full
    /// Another pending transaction of the account has this sequence.
    case sequenceTaken
    /// Earlier pending transactions leave too little to cover this one.
    case uncovered
}

/// One word for the operator.
public enum Phase: Hashable, Sendable {
    case starting
    case syncing(at: Height, of: Height)
    case synced(Height)
    /// Nothing became final for too long, although something should have.
    case stalled(Height)
    case halted(HaltReason)
}

public enum HaltReason: Hashable, Sendable {
    /// The quorum finalized another state than this node computed.
    case stateDiverged(Height)
    /// A final block follows rules that this node does not have.
    case upgradeRequired(protocolNumber: UInt32)
    /// A final block is invalid by this node's rules.
    case finalBlockInvalid(Height)
    /// Two quorums have signed what excludes each other; people have to decide.
    indirect case forked(Fork)
}
