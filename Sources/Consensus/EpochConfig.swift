public import Primitives

/// The durations that the machine waits.
///
/// - Unit: milliseconds.
/// - Source: `consensus.md` 1.6 and 1.8.
public struct Pace: Hashable, Sendable {
    /// One hop between the farthest pair, with transfer and checking: Δ.
    public var hop: UInt64 = 500
    public var leader: UInt64 = 1_000
    public var advance: UInt64 = 1_500
    public var retry: UInt64 = 2_000
    /// A leader silent for this long while a quorum was active is passed over at once.
    public var skip: UInt64 = 10_000
    public var heartbeat: UInt64 = 10_000
    /// A mempool must have had something for this long before a leader is expected to act.
    public var readiness: UInt64 = 200
    /// How far clocks may differ.
    public var precision: UInt64 = 500
    /// The age at which a fresh proposal may arrive, before backoff.
    public var proposalAge: UInt64 = 2_000
    public var standstill: UInt64 = 3_000
    public var standstillLimit: UInt64 = 30_000
    public var status: UInt64 = 2_000
    /// No timer becomes longer than this by backoff.
    public var backoffLimit: UInt64 = 60_000
    /// The longest that a restarted validator listens before it votes.
    public var listening: UInt64 = 10_000

    public init() {}
}

/// The block on which an epoch stands: genesis, or the last block of the epoch before.
public struct EpochStart: Hashable, Sendable {
    public let block: Digest
    public let height: Height
    public let time: Timestamp
    /// Root of the state after the block.
    public let stateRoot: Digest

    public init(block: Digest, height: Height, time: Timestamp, stateRoot: Digest) {
        self.block = block
        self.height = height
        self.time = time
        self.stateRoot = stateRoot
    }
}

/// Everything that is fixed for an epoch.
public struct EpochConfig: Sendable {
    public let chain: Digest
    public let protocolNumber: UInt32
    public let epoch: Epoch
    public let set: ValidatorSet
    /// Shuffles the leader schedule.
    public let seed: Digest
    public let start: EpochStart
    /// The epoch's last block has this height.
    public let lastHeight: Height
    public let scheme: SignatureScheme
    public let pace: Pace

    public init(
        chain: Digest, protocolNumber: UInt32, epoch: Epoch, set: ValidatorSet, seed: Digest,
        start: EpochStart, lastHeight: Height, scheme: SignatureScheme, pace: Pace = Pace()
    ) {
        precondition(lastHeight > start.height, "an epoch has at least one block")
        self.chain = chain
        self.protocolNumber = protocolNumber
        self.epoch = epoch
        self.set = set
        self.seed = seed
        self.start = start
        self.lastHeight = lastHeight
        self.scheme = scheme
        self.pace = pace
    }
}
