import Chain
import Consensus
import Primitives
import Replica

/// One node of a simulated network: the machine, and the world around it.
struct SimulatedNode: Sendable {
    let name: PeerName
    var configuration: ReplicaConfiguration
    var clock: SimulatedClock
    var disk: SimulatedDisk
    var executor: SimulatedExecutor
    /// `nil` while the node is down.
    var replica: Replica?
    /// Counts starts: what was scheduled for an earlier life is dropped.
    var life = 0
    /// Writes that are under way, in their order.
    var writes: [(number: UInt64, write: SimulatedDisk.Write)] = []
    var wakes: [TimerName: UInt64] = [:]
    var queues = WorkQueues()
    /// Of earlier lives.
    private var earlierSyncs = SyncCounts()
    var phase = Phase.starting
    var alarms: [Simplex.Alarm] = []
    var plannedCrash: PlannedCrash?
    var backup: SimulatedDisk?
    /// What a disk that lies would have after a power cut.
    var kept: SimulatedDisk?
    /// The data came from another machine, and it has not listened for long enough since.
    var isCopy = false
    /// Its log is older than its mark, so that it has no vote for the rest of the epoch.
    var hasLostVotes = false
    var failsNextWrite = false
    var isDiskFull = false
    /// What a write takes at most beyond the scenario's time.
    var slownessMicroseconds: UInt64 = 0
    /// Until when the process stands still, in nanoseconds of the run.
    var pauseEndsAt: UInt64 = 0
    /// What waits for the end of the pause.
    var stalled: [Cluster.Happening] = []

    /// A crash in the middle of carrying out effects.
    enum PlannedCrash: Hashable, Sendable {
        /// After so many more.
        case after(UInt64)
        /// When the last write that was asked for holds a proposal.
        case onProposal
    }

    init(
        configuration: ReplicaConfiguration, clock: SimulatedClock, disk: SimulatedDisk
    ) {
        name = configuration.name
        self.configuration = configuration
        self.clock = clock
        self.disk = disk
        executor = SimulatedExecutor(
            disk, chain: configuration.chain, scheme: configuration.scheme)
    }

    var isUp: Bool { replica != nil }

    /// Of all lives.
    var syncCounts: SyncCounts {
        var counts = earlierSyncs
        counts.add(queues.syncCounts)
        return counts
    }

    /// When the disk and the executor have done what they were given, in nanoseconds of the run.
    ///
    /// The lanes are those of `Node`: one for votes, one for blocks, one for admission, one for
    /// execution. What waits for the disk is written and synced together.
    struct WorkQueues: Hashable, Sendable {
        private var votes = Lane()
        private var chain = Lane()
        private var admissionFreeAt: UInt64 = 0
        private var executorFreeAt: UInt64 = 0

        /// Syncs by environment.
        var syncCounts: SyncCounts {
            SyncCounts(votes: votes.syncCount, chain: chain.syncCount)
        }

        mutating func write(isVote: Bool, at now: UInt64, taking time: UInt64) -> UInt64 {
            isVote ? votes.write(at: now, taking: time) : chain.write(at: now, taking: time)
        }

        mutating func admit(at now: UInt64, taking time: UInt64) -> UInt64 {
            admissionFreeAt = max(admissionFreeAt, now) + time
            return admissionFreeAt
        }

        mutating func execute(at now: UInt64, taking time: UInt64) -> UInt64 {
            executorFreeAt = max(executorFreeAt, now) + time
            return executorFreeAt
        }
    }

    /// Syncs of the votes and of the chain.
    struct SyncCounts: Hashable, Sendable {
        var votes: UInt64 = 0
        var chain: UInt64 = 0

        mutating func add(_ other: SyncCounts) {
            votes += other.votes
            chain += other.chain
        }
    }

    /// Writes in groups: those that come during a sync share the next one.
    struct Lane: Hashable, Sendable {
        private var end: UInt64 = 0
        private var nextEnd: UInt64?
        private(set) var syncCount: UInt64 = 0

        /// - Returns: when the write is durable.
        mutating func write(at now: UInt64, taking time: UInt64) -> UInt64 {
            if now >= end, let next = nextEnd { (end, nextEnd) = (next, nil) }
            if now >= end {
                end = now + time
                syncCount += 1
                return end
            }
            if let nextEnd { return nextEnd }
            nextEnd = end + time
            syncCount += 1
            return end + time
        }
    }

    /// Starts the machine from what the disk holds.
    mutating func start(standing: Simplex.Standing, guarded: HighWater?) {
        life += 1
        writes = []
        wakes = [:]
        earlierSyncs.add(queues.syncCounts)
        queues = WorkQueues()
        phase = .starting
        executor = SimulatedExecutor(
            disk, chain: configuration.chain, scheme: configuration.scheme)
        do throws(BlockFault) {
            let recovered = try disk.recovered(
                chain: configuration.chain, standing: standing, guarded: guarded)
            replica = Replica(configuration, recovered: recovered)
        } catch { preconditionFailure("a simulated disk can be read: \(error)") }
    }
}
