import Consensus
import Primitives

/// What one scenario without random faults costs: finality, bytes, and what it is there to show.
public struct Measurement: Sendable, Encodable {
    public let scenario: String
    public let validatorCount: Int
    /// From a block's proposal to its finality, at every honest node.
    public let finality: Distribution
    public let blockCount: UInt64
    /// Bytes that a node sent for each final block, consensus and all else, on the average.
    public let bytesPerNodePerBlock: UInt64
    /// Of these, what passing on the words of others costs (rule C27); without the rule, the rest.
    public let relayBytesPerNodePerBlock: UInt64
    /// Syncs of a node's disk for a hundred final blocks, on the average: of votes, and of the chain.
    public let voteSyncsPerNodePerHundredBlocks: UInt64
    public let chainSyncsPerNodePerHundredBlocks: UInt64
    /// What the scenario measures besides, such as the time to catch up.
    public let duration: Distribution
    /// What must not be passed; the report is not clean when it is.
    public let bounds: [Bound]
    /// A law that was broken makes the figures worthless.
    public let violations: [String]

    init(
        _ name: String, _ cluster: Cluster, duration: Distribution = Distribution(),
        bounds: [Bound] = []
    ) {
        self.bounds = bounds
        scenario = name
        validatorCount = cluster.scenario.weights.count
        finality = Distribution(cluster.blockFinalityMilliseconds)
        blockCount = cluster.highestHeight.number
        let shares = max(1, blockCount) * UInt64(max(1, cluster.scenario.nodeCount))
        bytesPerNodePerBlock = cluster.sentByteCount / shares
        relayBytesPerNodePerBlock = cluster.relayByteCount / shares
        voteSyncsPerNodePerHundredBlocks = cluster.voteSyncCount * 100 / shares
        chainSyncsPerNodePerHundredBlocks = cluster.chainSyncCount * 100 / shares
        self.duration = duration
        violations = cluster.violations.map(\.description)
    }

    /// All that are published.
    static func all() -> [Measurement] {
        [4, 10, 25].map(healthy)
            + [
                ring(), thirdCrashed(), lossy(), deadLeader(), knownDeadLeader(), partitioned(),
                evidence(), restart(),
                catchUp(blocks: 1_000), catchUp(blocks: 10_000),
            ]
    }

    private static let seed: UInt64 = 1

    /// Nodes in five cities without a fault.
    public static func healthy(_ validators: Int) -> Measurement {
        var cluster = Cluster(Scenario(validators: validators), seed: seed)
        cluster.run(untilMilliseconds: validators > 10 ? 30_000 : 60_000)
        let delays = Distribution(cluster.blockFinalityMilliseconds)
        return Measurement(
            "healthy", cluster,
            bounds: [
                Bound("finality p50", delays.median, atMost: 320),
                Bound("finality p99", delays.quantile(perMille: 990), atMost: 700),
            ])
    }

    /// Each hears two others only, so that the words of four are passed on to it.
    private static func ring() -> Measurement {
        var scenario = Scenario(validators: 7)
        scenario.links = (0..<7).map { Scenario.Link($0, ($0 + 1) % 7) }
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 60_000)
        return Measurement("ring of links", cluster)
    }

    /// From the first proof of a double vote to the final block with it.
    private static func evidence() -> Measurement {
        var scenario = Scenario(validators: 4)
        scenario.traitors = [1: .equivocatingLeader]
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 60_000)
        return Measurement(
            "evidence", cluster, duration: Distribution(cluster.evidenceMilliseconds))
    }

    /// From the start of a node that was killed to the head of the others on its disk.
    private static func restart() -> Measurement {
        var durations = Distribution()
        var cluster = Cluster(Scenario(validators: 4), seed: seed)
        for round in 1...8 as ClosedRange<UInt64> {
            let node = Int(round % 4)
            cluster.plan(.crash(node), atMilliseconds: round * 10_000)
            cluster.run(untilMilliseconds: round * 10_000 + 3_000)
            let height = cluster.highestHeight
            let start = cluster.milliseconds
            cluster.letIn(node)
            cluster.run(untilMilliseconds: start + 6_000) { $0.height(of: node) >= height }
            durations.add(cluster.milliseconds - start)
        }
        return Measurement("restart after 3 s", cluster, duration: durations)
    }

    private static func thirdCrashed() -> Measurement {
        var cluster = Cluster(Scenario(validators: 10), seed: seed)
        for node in [2, 5, 8] { cluster.plan(.crash(node), atMilliseconds: 1) }
        cluster.run(untilMilliseconds: 60_000)
        return Measurement("third crashed", cluster)
    }

    private static func lossy() -> Measurement {
        var scenario = Scenario(validators: 4)
        scenario.faults.lossPerMille = 50
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 60_000)
        return Measurement("5 % loss", cluster)
    }

    /// From the moment at which a leader dies to the next final block.
    private static func deadLeader() -> Measurement {
        var durations = Distribution()
        var last = Cluster(Scenario(validators: 4), seed: seed)
        for seed in 1...8 as ClosedRange<UInt64> {
            var cluster = Cluster(Scenario(validators: 4), seed: seed)
            cluster.run(untilMilliseconds: 5_000)
            guard let leader = cluster.nextLeader else { continue }
            cluster.plan(.crash(leader), atMilliseconds: 5_000)
            cluster.run(untilMilliseconds: 5_001)
            let height = cluster.highestHeight.adding(1)
            cluster.run(untilMilliseconds: 30_000) { $0.lowestHeight > height }
            durations.add(cluster.milliseconds - 5_000)
            last = cluster
        }
        return Measurement("dead leader", last, duration: durations)
    }

    /// By how much longer than usual a block takes that follows a view of a leader that has been dead
    /// for longer than it takes to know it.
    public static func knownDeadLeader() -> Measurement {
        let pace = Pace()
        var cluster = Cluster(Scenario(validators: 4), seed: seed)
        cluster.plan(.crash(1), atMilliseconds: 5_000)
        cluster.run(untilMilliseconds: 60_000)
        let known = RunRecord.clockZero + 5_000 + pace.skip + pace.leader + pace.advance
        let headers = (1...cluster.lowestHeight.number).compactMap {
            cluster.finalHeader(of: 0, at: Height($0))
        }
        var (usual, late) = (Distribution(), Distribution())
        for (parent, child) in zip(headers, headers.dropFirst()) where parent.time.number > known {
            let gap = child.time.number - parent.time.number
            if child.view == parent.view.next { usual.add(gap) } else { late.add(gap) }
        }
        var cost = Distribution()
        cost.add(late.median - min(late.median, usual.median))
        return Measurement(
            "known dead leader", cluster, duration: cost,
            bounds: [Bound("cost", cost.median, atMost: pace.hop)])
    }

    /// From the healing of a cut without a quorum to the next final block at all nodes.
    private static func partitioned() -> Measurement {
        var durations = Distribution()
        var last = Cluster(Scenario(validators: 4), seed: seed)
        for seed in 1...8 as ClosedRange<UInt64> {
            var cluster = Cluster(Scenario(validators: 4), seed: seed)
            cluster.plan(.partition([0, 1]), atMilliseconds: 3_000)
            cluster.plan(.heal, atMilliseconds: 20_000)
            cluster.run(untilMilliseconds: 19_999)
            let height = cluster.highestHeight
            cluster.run(untilMilliseconds: 120_000) { $0.lowestHeight > height }
            durations.add(cluster.milliseconds - 20_000)
            last = cluster
        }
        let limit = HealsInTime.firstLimit(pace: last.scenario.pace)
        return Measurement(
            "partition heals", last, duration: durations,
            bounds: [Bound("time to heal", durations.quantile(perMille: 1_000), atMost: limit)])
    }

    /// How long a follower with an empty disk takes to reach the head.
    public static func catchUp(blocks: UInt64) -> Measurement {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.cities = [.frankfurt]
        scenario.checksLaws = false
        var cluster = Cluster(scenario, seed: seed)
        cluster.holdBack(4)
        let wanted = Height(blocks)
        cluster.run(untilMilliseconds: blocks * 1_000) { $0.highestHeight >= wanted }
        let (start, height) = (cluster.milliseconds, cluster.highestHeight)
        cluster.letIn(4)
        cluster.run(untilMilliseconds: start + blocks * 60) { $0.height(of: 4) >= height }
        return Measurement(
            "catch-up of \(blocks) blocks", cluster,
            duration: Distribution([cluster.milliseconds - start]))
    }
}

extension Measurement: CustomStringConvertible {
    public var description: String {
        let name = "\(scenario), \(validatorCount) validators"
        let limits = bounds.map { "\n  \($0)" }.joined()
        let cost =
            "\(bytesPerNodePerBlock) bytes a node and block, \(relayBytesPerNodePerBlock) of them"
            + " passed on; syncs in 100 blocks: \(voteSyncsPerNodePerHundredBlocks) of votes,"
            + " \(chainSyncsPerNodePerHundredBlocks) of the chain"
        let rest = duration.count == 0 ? "" : "\n  took \(duration)"
        let broken = violations.first.map { "\n  BROKEN \($0)" } ?? ""
        return "\(name): finality \(finality); \(cost)\(rest)\(limits)\(broken)"
    }
}
