import Chain
import Consensus
import Primitives
import Replica

/// One node of a simulated network: the machine, and the world around it.
struct SimulatedNode: Sendable {
    let name: PeerName
    let configuration: ReplicaConfiguration
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
    var phase = Phase.starting
    var alarms: [Simplex.Alarm] = []

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

    /// When the disk and the executor have done what they were given, in nanoseconds of the run.
    struct WorkQueues: Hashable, Sendable {
        private(set) var votesFreeAt: UInt64 = 0
        private(set) var chainFreeAt: UInt64 = 0
        private(set) var executorFreeAt: UInt64 = 0

        mutating func write(isVote: Bool, at now: UInt64, taking time: UInt64) -> UInt64 {
            if isVote {
                votesFreeAt = max(votesFreeAt, now) + time
                return votesFreeAt
            }
            chainFreeAt = max(chainFreeAt, now) + time
            return chainFreeAt
        }

        mutating func execute(at now: UInt64, taking time: UInt64) -> UInt64 {
            executorFreeAt = max(executorFreeAt, now) + time
            return executorFreeAt
        }
    }

    /// Starts the machine from what the disk holds.
    mutating func start(standing: Simplex.Standing, guarded: HighWater?) {
        life += 1
        writes = []
        wakes = [:]
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
