public import Chain
public import Consensus
public import Primitives

/// What a node is, for as long as it runs.
public struct ReplicaConfiguration: Sendable {
    /// Digest of the genesis document.
    public var chain: Digest
    /// The newest rules that this node has.
    public var protocolNumber: UInt32
    /// The node's name on the network.
    public var name: PeerName
    /// Signs votes; `nil` for a node that only follows.
    public let voteKey: SigningKey?
    /// What the key opens, layer by layer, as a leader.
    let reveals: RevealChain?
    /// The first epoch in which the key may vote, for a node that lost the log of earlier ones.
    public var votesFrom: Epoch
    public var scheme: SignatureScheme
    public var pace: Pace
    /// Chance of gossip and of the choice of peers.
    public var randomSeed: UInt64

    public init(
        chain: Digest, protocolNumber: UInt32, name: PeerName, voteKey: SigningKey?,
        votesFrom: Epoch = Epoch(0), scheme: SignatureScheme, pace: Pace = Pace(),
        randomSeed: UInt64, reveals: RevealChain? = nil
    ) {
        self.chain = chain
        self.protocolNumber = protocolNumber
        self.name = name
        self.voteKey = voteKey
        self.reveals = reveals ?? voteKey.map { RevealChain($0) }
        self.votesFrom = votesFrom
        self.scheme = scheme
        self.pace = pace
        self.randomSeed = randomSeed
    }
}

/// What the disk held when the node started.
public struct RecoveredState: Sendable {
    /// The last block whose finalization is durable, or genesis.
    public var head: FinalHead
    /// The epoch that votes on the next height.
    public var epoch: EpochTerms
    /// The block on which that epoch stands.
    public var start: EpochStart
    /// Durable blocks above the head, in any order.
    public var blocks: [Block]
    /// The vote log of that epoch.
    public var recovery: Simplex.Recovery
    /// The newest finalization of the head or of a block below it, in whatever epoch.
    public var proof: Finalization?
    /// The vote logs of epochs after it: we were in them before the last blocks were lost.
    public var laterRecords: [Epoch: [VoteRecord]]

    public init(
        head: FinalHead, epoch: EpochTerms, start: EpochStart, blocks: [Block] = [],
        recovery: Simplex.Recovery = Simplex.Recovery(), proof: Finalization? = nil,
        laterRecords: [Epoch: [VoteRecord]] = [:]
    ) {
        self.head = head
        self.epoch = epoch
        self.start = start
        self.blocks = blocks
        self.recovery = recovery
        self.proof = proof ?? recovery.finalization
        self.laterRecords = laterRecords
    }
}
