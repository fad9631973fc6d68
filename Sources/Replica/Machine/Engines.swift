import Consensus
import Primitives

/// Agreement of the running epoch, and of the one before for those who still are in it.
struct Engines: Sendable {
    private(set) var terms: EpochTerms
    private var current: Simplex
    private var previous: Simplex?
    private var recovery: Simplex.Recovery
    private var laterRecords: [Epoch: [VoteRecord]]
    /// Frames of the next epoch, from peers that are a moment ahead.
    private var early: [(name: PeerName, frame: [UInt8])] = []
    private var earlyByteCount = 0

    /// Frames of the next epoch that are kept until it begins here.
    static let earlyLimit = 512
    /// - Unit: bytes.
    static let earlyByteLimit = 4 << 20

    init(_ configuration: ReplicaConfiguration, _ recovered: RecoveredState) {
        terms = recovered.epoch
        current = Simplex(
            Self.config(configuration, recovered.epoch, recovered.start),
            key: Self.key(configuration, recovered.epoch))
        recovery = recovered.recovery
        laterRecords = recovered.laterRecords
    }

    private static func config(
        _ configuration: ReplicaConfiguration, _ terms: EpochTerms, _ start: EpochStart
    ) -> EpochConfig {
        EpochConfig(
            chain: configuration.chain, protocolNumber: configuration.protocolNumber,
            epoch: terms.epoch, set: terms.set, seed: terms.seed, start: start,
            lastHeight: terms.lastHeight, scheme: configuration.scheme, pace: configuration.pace)
    }

    private static func key(
        _ configuration: ReplicaConfiguration, _ terms: EpochTerms
    ) -> SigningKey? {
        terms.epoch >= configuration.votesFrom ? configuration.voteKey : nil
    }

    /// What the disk held of the running epoch.
    ///
    /// The mark counts for every epoch that it names or precedes: who voted in a later epoch, and was
    /// then given an older chain, comes there a second time (rule C43).
    mutating func takeRecovery() -> Simplex.Recovery {
        defer { recovery = Simplex.Recovery(highWater: recovery.highWater) }
        return recovery
    }

    /// Hands an event to the machine of an epoch; other epochs have no machine any more.
    mutating func handle(
        _ event: Simplex.Event, for epoch: Epoch, now: Instant
    ) -> [Simplex.Effect] {
        if epoch == terms.epoch { return current.handle(event, now: now) }
        guard previous?.config.epoch == epoch else { return [] }
        return previous?.handle(event, now: now) ?? []
    }

    /// Keeps a frame of the next epoch; beyond the limits agreement's own repetition has to do.
    mutating func keepEarly(_ frame: [UInt8], from name: PeerName) {
        guard early.count < Self.earlyLimit, earlyByteCount + frame.count <= Self.earlyByteLimit
        else { return }
        early.append((name, frame))
        earlyByteCount += frame.count
    }

    mutating func takeEarly() -> [(name: PeerName, frame: [UInt8])] {
        defer { (early, earlyByteCount) = ([], 0) }
        return early
    }

    /// Whether an epoch has a machine.
    func hasMachine(of epoch: Epoch) -> Bool {
        epoch == terms.epoch || previous?.config.epoch == epoch
    }

    /// Epochs that have a machine.
    var epochs: [Epoch] { (previous.map { [$0.config.epoch] } ?? []) + [terms.epoch] }

    /// Begins the next epoch; the machine of the one before the last is let go.
    mutating func begin(
        _ next: EpochTerms, on start: EpochStart, _ configuration: ReplicaConfiguration
    ) {
        precondition(next.epoch == terms.epoch.next, "epochs follow each other")
        recovery.records = laterRecords.removeValue(forKey: next.epoch) ?? []
        recovery.standing = current.nextStanding
        previous = current
        terms = next
        current = Simplex(
            Self.config(configuration, next, start), key: Self.key(configuration, next))
    }

    var config: EpochConfig { current.config }
    var vigil: Simplex.Vigil { current.vigil }
    var viewCount: Int { current.trackedViewCount + (previous?.trackedViewCount ?? 0) }
}
