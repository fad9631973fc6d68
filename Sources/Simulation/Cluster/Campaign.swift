public import Consensus
public import Primitives

/// A run of all phases: faults at random, healing, liveness within a bound, and a drain to equal
/// states.
///
/// In half of the runs only a quorum is healed at first, and all else stays in its worst state for
/// as long as the quorum has to prove itself.
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
        /// From the first proof that an honest node held to the final block with it.
        public let evidenceMilliseconds: [UInt64]
        public let hasRealSignatures: Bool
        /// Whether the quorum had to go on while all else stayed broken.
        public let wasHealedInPart: Bool
    }

    public let seed: UInt64
    public private(set) var cluster: Cluster
    public let size: Size
    private var dice: Dice

    /// Lets the seed decide weights, faults and traitors.
    public init(seed: UInt64, size: Size = .full) {
        var dice = Dice(seed: seed, concern: .crash)
        let scenario = Scenario(drawnBy: &dice, size)
        self.init(scenario, seed: seed, size, dice)
    }

    /// Runs a given network through a plan that the seed decides.
    public init(_ scenario: Scenario, seed: UInt64, size: Size = .full) {
        self.init(scenario, seed: seed, size, Dice(seed: seed, concern: .crash))
    }

    private init(_ scenario: Scenario, seed: UInt64, _ size: Size, _ dice: Dice) {
        self.seed = seed
        self.size = size
        self.dice = dice
        cluster = Cluster(scenario, seed: seed)
        var plan = FaultPlan(scenario, size)
        plan.draw(&self.dice)
        for entry in plan.entries { cluster.plan(entry.fault, atMilliseconds: entry.milliseconds) }
    }

    /// Runs all phases.
    public mutating func run() -> Report {
        cluster.run(untilMilliseconds: size.safetyMilliseconds + size.longestMilliseconds)
        let isInPart = dice.below(2) == 0
        let healed = cluster.milliseconds
        if isInPart { cluster.healCore(&dice) } else { cluster.becalm() }
        let healTime = expectLife(since: healed)
        if isInPart {
            cluster.becalm()
            _ = expectLife(since: cluster.milliseconds)
        }
        cluster.drain()
        return Report(
            seed: seed, violations: cluster.violations, history: cluster.historyDigest(),
            views: cluster.viewCount, milliseconds: cluster.milliseconds,
            height: cluster.highestHeight, eventCount: cluster.eventCount,
            faults: cluster.faults, finalityMilliseconds: cluster.finalityMilliseconds,
            healMilliseconds: healTime, evidence: cluster.evidence,
            evidenceMilliseconds: cluster.evidenceMilliseconds,
            hasRealSignatures: cluster.scenario.scheme == .ed25519, wasHealedInPart: isInPart)
    }

    /// Of the blocks that were built since all was well, hardly one takes longer than it may.
    private mutating func expectSpeed() {
        let delays = Distribution(cluster.record.calmDelays)
        let limit = HealsInTime.finalityLimit(
            idleLeaders: cluster.uncountedVoterCount, pace: cluster.scenario.pace)
        let found = delays.quantile(perMille: 990)
        guard cluster.violations.isEmpty, found > limit else { return }
        cluster.report(
            "I15", "99 of 100 blocks are final after \(found) ms and not \(limit) ms, all well")
    }

    /// Every node that was healed gets as far as the farthest, and then further.
    ///
    /// - Returns: the time to the first new block at all of them.
    private mutating func expectLife(since healed: UInt64) -> UInt64 {
        let height = cluster.highestHeight
        let pace = cluster.scenario.pace
        let firstLimit = HealsInTime.firstLimit(pace: pace)
        if !cluster.run(untilMilliseconds: healed + firstLimit, or: { $0.lowestHeight > height }),
            cluster.violations.isEmpty
        {
            cluster.report(
                "I15",
                "no block after \(height) was final everywhere in \(firstLimit) ms:"
                    + cluster.laggards)
        }
        let healTime = cluster.milliseconds - healed
        guard cluster.violations.isEmpty else { return healTime }
        cluster.record.beginCalm()
        let target = height.adding(size.livenessBlocks)
        let limit =
            cluster.milliseconds + HealsInTime.limit(blocks: size.livenessBlocks, pace: pace)
        if !cluster.run(untilMilliseconds: limit, or: { $0.lowestHeight >= target }) {
            cluster.report(
                "I15", "\(cluster.lowestHeight) of \(target) blocks were final when time was up")
        }
        expectSpeed()
        cluster.record.endCalm()
        return healTime
    }
}

extension Cluster {
    /// The honest nodes that are the farthest behind, and what they say of themselves.
    fileprivate var laggards: String {
        let lowest = lowestHeight
        return nodes.indices.filter { isHonest($0) && self.height(of: $0) <= lowest }
            .map { " node \($0) at \(self.height(of: $0)), \(nodes[$0].phase)" }
            .joined(separator: ";")
    }
}
