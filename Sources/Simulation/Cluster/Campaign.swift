public import Consensus
public import Primitives

/// A run of all phases: faults at random, healing, liveness within a bound, and a drain to equal
/// states.
///
/// - Source: `consensus.md` 4.2.
public struct Campaign: Sendable {
    /// How much happens in a run.
    public struct Size: Hashable, Sendable {
        /// Faults strike for so long.
        ///
        /// - Unit: milliseconds of the run.
        public let safetyMilliseconds: UInt64
        /// No fault that ends by itself lasts longer.
        ///
        /// - Unit: milliseconds.
        public let longestMilliseconds: UInt64
        /// After healing, so many more blocks must become final.
        public let livenessBlocks: UInt64
        public let validatorLimit: Int
        /// Payments in a second: at most, and at least.
        public let paymentLimit: UInt64
        public let paymentFloor: UInt64
        /// Wallets.
        public let accountCount: Int

        public static let full = Size(
            safetyMilliseconds: 30_000, longestMilliseconds: 6_500, livenessBlocks: 20,
            validatorLimit: 7, paymentLimit: 20, paymentFloor: 0,
            accountCount: 32)
        /// For hundreds of seeds in a test without optimization.
        public static let small = Size(
            safetyMilliseconds: 3_500, longestMilliseconds: 1_500, livenessBlocks: 2,
            validatorLimit: 4, paymentLimit: 4, paymentFloor: 1, accountCount: 8)
    }

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
    public let size: Size

    /// Lets the seed decide weights, faults and traitors.
    public init(seed: UInt64, size: Size = .full) {
        var dice = Dice(seed: seed, concern: .crash)
        let count = 4 + dice.index(of: size.validatorLimit - 3)
        var scenario = Scenario(validators: count)
        scenario.accountCount = size.accountCount
        if dice.below(2) == 0 {
            scenario.weights = (0..<count).map { _ in 5 + dice.below(10) }
        }
        scenario.followerCount = dice.index(of: 2)
        if dice.below(2) == 0 { scenario.epochLength = 4 + dice.below(40) }
        scenario.clockOffsetMilliseconds = dice.below(2) == 0 ? 0 : dice.below(200)
        scenario.clockDriftMillionths = dice.below(2) == 0 ? 0 : dice.below(50_000)
        scenario.paymentsPerSecond =
            dice.below(4) == 0 ? size.paymentFloor : 1 + dice.below(size.paymentLimit)
        scenario.lightCount = dice.index(of: 2)
        scenario.faults = Self.faults(&dice)
        Self.addTraitors(to: &scenario, &dice)
        // Real signatures take a hundred times as long.
        if dice.below(20) == 0 { scenario.scheme = .ed25519 }
        self.init(scenario, seed: seed, size, &dice)
    }

    /// Runs a given network through a plan that the seed decides.
    public init(_ scenario: Scenario, seed: UInt64, size: Size = .full) {
        var dice = Dice(seed: seed, concern: .crash)
        self.init(scenario, seed: seed, size, &dice)
    }

    private init(_ scenario: Scenario, seed: UInt64, _ size: Size, _ dice: inout Dice) {
        self.seed = seed
        self.size = size
        cluster = Cluster(scenario, seed: seed)
        var plan = FaultPlan(scenario, size)
        plan.draw(&dice)
        for entry in plan.entries { cluster.plan(entry.fault, atMilliseconds: entry.milliseconds) }
    }

    private static func faults(_ dice: inout Dice) -> NetworkFaults {
        var faults = NetworkFaults()
        guard dice.below(3) > 0 else { return faults }
        faults.lossPerMille = dice.below(150)
        faults.duplicationPerMille = dice.below(200)
        faults.reorderPerMille = dice.below(200)
        faults.reorderMilliseconds = 50 + dice.below(500)
        faults.spreadPerMille = dice.below(300)
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

    /// Runs all phases.
    public mutating func run() -> Report {
        cluster.run(untilMilliseconds: size.safetyMilliseconds + size.longestMilliseconds)
        cluster.becalm()
        let healed = cluster.milliseconds
        let height = cluster.highestHeight
        let pace = cluster.scenario.pace
        // Every honest node gets as far as the farthest, and then further.
        cluster.run(untilMilliseconds: healed + HealsInTime.firstLimit(pace: pace)) {
            $0.lowestHeight > height
        }
        let healTime = cluster.milliseconds - healed
        let target = height.adding(size.livenessBlocks)
        let limit =
            cluster.milliseconds + HealsInTime.limit(blocks: size.livenessBlocks, pace: pace)
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
        network.faults = NetworkFaults()
        apply(.heal)
        for node in nodes.indices {
            nodes[node].plannedCrash = nil
            nodes[node].failsNextWrite = false
            nodes[node].isDiskFull = false
            nodes[node].slownessMicroseconds = 0
            nodes[node].pauseEndsAt = 0
            network.clog(node, until: 0)
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
            if let sleep = NobodySleeps.check(nodes[node]) {
                report("\(NobodySleeps.name)", "node \(node): \(sleep)")
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
