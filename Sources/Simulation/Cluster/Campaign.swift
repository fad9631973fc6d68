public import Consensus
public import Primitives

/// A run of all phases: faults at random, healing, liveness within a bound, and a drain to equal
/// states.
///
/// - Source: `consensus.md` 4.2.
public struct Campaign: Sendable {
    /// Faults strike for so long.
    ///
    /// - Unit: milliseconds of the run.
    public static let safetyMilliseconds: UInt64 = 30_000
    /// After healing, so many more blocks must become final.
    public static let livenessBlocks: UInt64 = 20

    /// What came out.
    public struct Report: Sendable {
        public let seed: UInt64
        public let violations: [Violation]
        public let history: Digest
        public let views: UInt64
        public let milliseconds: UInt64
        public let height: Height
        public let eventCount: UInt64
        public let faults: FaultTally
        public let finalityMilliseconds: [UInt64]
        /// From healing to the next final block at every honest node.
        public let healMilliseconds: UInt64
        public let evidence: [Evidence]
    }

    public let seed: UInt64
    public private(set) var cluster: Cluster
    private let plan: [(milliseconds: UInt64, fault: Fault)]

    /// Lets the seed decide size, weights, faults and traitors.
    public init(seed: UInt64) {
        var dice = Dice(seed: seed, concern: .crash)
        let count = 4 + dice.index(of: 4)
        var scenario = Scenario(validators: count)
        if dice.below(2) == 0 {
            scenario.weights = (0..<count).map { _ in 5 + dice.below(10) }
        }
        scenario.followerCount = dice.index(of: 2)
        if dice.below(2) == 0 { scenario.epochLength = 4 + dice.below(40) }
        scenario.clockOffsetMilliseconds = dice.below(2) == 0 ? 0 : dice.below(200)
        scenario.clockDriftMillionths = dice.below(2) == 0 ? 0 : dice.below(300)
        scenario.paymentsPerSecond = dice.below(4) == 0 ? 0 : 5 + dice.below(30)
        scenario.faults = Self.faults(&dice)
        Self.addTraitors(to: &scenario, &dice)
        self.init(scenario, seed: seed, &dice)
    }

    /// Runs a given network through a plan that the seed decides.
    public init(_ scenario: Scenario, seed: UInt64) {
        var dice = Dice(seed: seed, concern: .crash)
        self.init(scenario, seed: seed, &dice)
    }

    private init(_ scenario: Scenario, seed: UInt64, _ dice: inout Dice) {
        self.seed = seed
        cluster = Cluster(scenario, seed: seed)
        plan = Self.plan(scenario, &dice)
        for (time, fault) in plan { cluster.plan(fault, atMilliseconds: time) }
    }

    private static func faults(_ dice: inout Dice) -> NetworkFaults {
        var faults = NetworkFaults()
        guard dice.below(3) > 0 else { return faults }
        faults.lossPerMille = dice.below(150)
        faults.duplicationPerMille = dice.below(200)
        faults.reorderPerMille = dice.below(200)
        faults.reorderMilliseconds = 50 + dice.below(500)
        faults.jitterPerMille = dice.below(1_000)
        return faults
    }

    /// Traitors together weigh less than a third.
    private static func addTraitors(to scenario: inout Scenario, _ dice: inout Dice) {
        guard dice.below(2) == 0 else { return }
        let total = scenario.weights.reduce(0, +)
        var betrayed: UInt64 = 0
        for _ in 0..<2 {
            let node = dice.index(of: scenario.weights.count)
            let kind = TraitorKind.allCases[dice.index(of: TraitorKind.allCases.count)]
            let weight = scenario.weights[node]
            guard scenario.traitors[node] == nil, 3 * (betrayed + weight) < total else { continue }
            betrayed += weight
            scenario.traitors[node] = kind
        }
    }

    private static func plan(
        _ scenario: Scenario, _ dice: inout Dice
    ) -> [(milliseconds: UInt64, fault: Fault)] {
        var plan: [(milliseconds: UInt64, fault: Fault)] = []
        var down: [(node: Int, until: UInt64)] = []
        var time: UInt64 = 2_000
        while time < safetyMilliseconds {
            time += 200 + dice.below(4_000)
            let node = dice.index(of: scenario.nodeCount)
            let end = time + 100 + dice.below(6_000)
            switch dice.below(7) {
            case 0, 1:
                plan.append((time, .crashSoon(node)))
            case 2:
                guard !down.contains(where: { $0.node == node && $0.until >= time }) else {
                    continue
                }
                down.append((node, end))
                plan += [(time, .crash(node)), (end, .restart(node))]
            case 3:
                let group = (0..<scenario.nodeCount).filter { _ in dice.below(2) == 0 }
                plan += [(time, .partition(group)), (end, .heal)]
            case 4: plan += [(time, .mute(node)), (end, .heal)]
            case 5:
                plan.append((time, .jump(node, milliseconds: dice.symmetric(400))))
            default:
                // All at once, and back again.
                guard dice.below(3) == 0 else { continue }
                for node in 0..<scenario.nodeCount {
                    plan += [
                        (time, .crash(node)), (time + 500 + dice.below(1_000), .restart(node)),
                    ]
                }
            }
        }
        return plan
    }

    /// Runs all phases.
    public mutating func run() -> Report {
        cluster.run(untilMilliseconds: Self.safetyMilliseconds + 8_000)
        cluster.becalm()
        let healed = cluster.milliseconds
        let height = cluster.highestHeight
        let pace = cluster.scenario.pace
        // Every honest node gets as far as the farthest, and then further.
        cluster.run(untilMilliseconds: healed + 120_000) { $0.lowestHeight > height }
        let healTime = cluster.milliseconds - healed
        let target = height.adding(Self.livenessBlocks)
        let perBlock = max(pace.heartbeat, pace.advance + pace.hop) * 3
        let limit = cluster.milliseconds + Self.livenessBlocks * perBlock
        if !cluster.run(untilMilliseconds: limit, or: { $0.lowestHeight >= target }) {
            cluster.report(
                "I15", "\(cluster.lowestHeight) of \(target) blocks were final when time was up")
        }
        cluster.drain()
        return Report(
            seed: seed, violations: cluster.violations, history: cluster.historyDigest(),
            views: cluster.viewCount, milliseconds: cluster.milliseconds,
            height: cluster.highestHeight, eventCount: cluster.eventCount,
            faults: cluster.faults, finalityMilliseconds: cluster.finalityMilliseconds,
            healMilliseconds: healTime, evidence: cluster.evidence)
    }
}

extension Cluster {
    /// Ends all faults but the traitors: everyone up, everyone connected, clocks right.
    public mutating func becalm() {
        record.crashCountdown = [:]
        network.faults = NetworkFaults()
        apply(.heal)
        for node in nodes.indices {
            if !nodes[node].isUp { restart(node) }
            nodes[node].clock.offsetMilliseconds = 0
        }
    }

    /// Ends the payments and waits until all honest nodes have the same.
    public mutating func drain() {
        wallets.isClosed = true
        let limit = milliseconds + 60_000
        let isDone = run(untilMilliseconds: limit) { cluster in
            cluster.lowestHeight == cluster.highestHeight && !cluster.wallets.isWaiting
        }
        guard violations.isEmpty else { return }
        if !isDone {
            report("I15", "no common head after draining: \(lowestHeight) to \(highestHeight)")
        }
        let honest = nodes.indices.filter { isHonest($0) }
        if Set(honest.map { stateRoot(of: $0) }).count > 1 {
            report("I8", "state roots differ after draining")
        }
        run(untilMilliseconds: milliseconds + Self.quietMilliseconds)
        for node in honest {
            if let replica = nodes[node].replica, let left = NothingPilesUp.check(replica) {
                report("\(NothingPilesUp.name)", "node \(node): \(left)")
            }
            let isWaking = nodes[node].wakes.keys.contains { $0.isConsensus }
            if nodes[node].isUp, !isWaking {
                report("I16", "agreement of node \(node) has no timer and may sleep for ever")
            }
        }
    }

    /// Time for the last answers.
    private static let quietMilliseconds: UInt64 = 4_000

    mutating func report(_ law: String, _ sentence: String) { record.report(law, sentence) }

    /// The highest durable height of an honest node.
    public var highestHeight: Height {
        nodes.indices.filter { isHonest($0) }.map { height(of: $0) }.max() ?? Height(0)
    }

    /// What has gone wrong on purpose so far.
    public var faults: FaultTally {
        var faults = record.faults
        faults.add(network.tally)
        faults[.traitor] = UInt64(scenario.traitors.count + scenario.twins.count)
        return faults
    }
}
