import Chain
public import Consensus
import Primitives
import Replica

/// Networks in which more than a third of the weight signs on both sides of a cut.
///
/// There must be no fork whose certificates do not prove the guilt of the very ones who signed twice,
/// and once the cut has healed, none that honest nodes live with: one of them halts with both
/// certificates, or has evidence against all the guilty in its hands.
///
/// - Source: `consensus.md` 1.11 and 4.2.
public struct ForkTrials: Hashable, Sendable, Encodable {
    public private(set) var runCount = 0
    /// Runs with two final blocks at one height.
    public private(set) var forkCount = 0
    /// Forks whose certificates name all who signed twice, and nobody else.
    public private(set) var provedCount = 0
    /// Forks at which an honest node has halted, after the cut was healed, with both certificates.
    public private(set) var haltedCount = 0
    /// Forks at which honest nodes had evidence against all the guilty, and nobody else.
    public private(set) var evidenceCount = 0
    /// Forks that ended in neither.
    public private(set) var silentCount = 0

    /// Who signs on both sides, among how many, and when the cut begins.
    struct Pattern: Hashable, Sendable {
        /// Weights of the validators, in equal cities.
        var weights: [UInt64]
        /// Those with a second host on the other side.
        var guilty: [Int]
        /// - Unit: milliseconds of the run.
        var cutAt: UInt64 = 1

        static let usual = Pattern(weights: [10, 10, 10, 10], guilty: [2, 3])

        /// Half of four, three of seven, or one that is as heavy as two thirds.
        init(seed: UInt64) {
            var dice = Dice(seed: seed, concern: .traitor)
            let (weights, guiltyCount): ([UInt64], Int) =
                switch seed % 3 {
                case 0: ([10, 10, 10, 10], 2)
                case 1: (Array(repeating: 10, count: 7), 3)
                default: ([10, 10, 30], 1)
                }
            var order = Array(weights.indices)
            dice.shuffle(&order)
            // One alone has to be the heaviest.
            if guiltyCount == 1 { order.sort { weights[$0] > weights[$1] } }
            self.weights = weights
            guilty = order.prefix(guiltyCount).sorted()
            if dice.below(2) == 0 { cutAt = 1_500 + dice.below(2_500) }
        }

        private init(weights: [UInt64], guilty: [Int]) {
            self.weights = weights
            self.guilty = guilty
        }

        var honest: [Int] { weights.indices.filter { !guilty.contains($0) } }
    }

    public init(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            let pattern = Pattern(seed: seed)
            var cluster = Self.forked(by: pattern, seed)
            runCount += 1
            guard cluster.violations.contains(where: { $0.law == "I1" }) else { continue }
            forkCount += 1
            let wanted = pattern.guilty.compactMap { cluster.seat(of: $0) }.sorted()
            if cluster.guiltyByCertificates == wanted { provedCount += 1 }
            let end = Self.heal(&cluster, pattern)
            if end.hasHalted { haltedCount += 1 }
            if end.accused == wanted { evidenceCount += 1 }
            if !end.hasHalted, end.accused != wanted { silentCount += 1 }
        }
    }

    /// Whether there were forks, and each was proved and stopped.
    public var isClean: Bool { forkCount > 0 && provedCount == forkCount && silentCount == 0 }

    /// Each traitor has a second host, one on either side of a cut: each side has a quorum.
    static func forked(by pattern: Pattern, _ seed: UInt64) -> Cluster {
        let count = pattern.weights.count
        var scenario = Scenario(validators: count)
        scenario.weights = pattern.weights
        scenario.followerCount = pattern.guilty.count
        for (index, node) in pattern.guilty.enumerated() { scenario.twins[count + index] = node }
        scenario.expectsFork = true
        var cluster = Cluster(scenario, seed: seed)
        let side = pattern.honest.prefix(pattern.honest.count / 2) + pattern.guilty
        cluster.plan(.partition(Array(side)), atMilliseconds: pattern.cutAt)
        cluster.run(untilMilliseconds: pattern.cutAt + 8_000)
        return cluster
    }

    /// How honest nodes stand some time after the healing.
    struct End: Hashable, Sendable {
        /// One of them has stopped, and names two certificates that exclude each other.
        var hasHalted = false
        /// Seats against which one of them has valid evidence.
        var accused: [Seat] = []
    }

    /// Lifts the cut, and waits until an honest node knows.
    static func heal(_ cluster: inout Cluster, _ pattern: Pattern) -> End {
        cluster.becalm()
        cluster.run(untilMilliseconds: cluster.milliseconds + 20_000) { cluster in
            pattern.honest.contains { cluster.fork(at: $0) != nil }
        }
        return End(
            hasHalted: pattern.honest.contains { node in
                cluster.fork(at: node).map { cluster.isProvable($0) } ?? false
            },
            accused: cluster.accused)
    }
}

extension Cluster {
    /// The fork over which a node has halted.
    public func fork(at node: Int) -> Fork? {
        guard case .halted(.forked(let fork)) = phase(of: node) else { return nil }
        return fork
    }

    /// Whether a stranger would believe both sides.
    func isProvable(_ fork: Fork) -> Bool {
        let chain = founding.founded.state.chain
        return [fork.held, fork.other].allSatisfy {
            $0.isValid(in: founding.set, of: $0.epoch, chain: chain, scheme: scenario.scheme)
        }
    }

    /// Seats against which honest nodes hold valid evidence.
    var accused: [Seat] {
        let chain = founding.founded.state.chain
        let seats = evidence.filter {
            $0.isValid(in: founding.set, chain: chain, scheme: scenario.scheme)
        }.map(\.key.seat)
        return Set(seats).sorted()
    }
}

extension ForkTrials: CustomStringConvertible {
    public var description: String {
        "above a third        \(forkCount) of \(runCount) runs forked,"
            + " \(provedCount) of them with proof against all the guilty and nobody else;"
            + " once healed, a node halted with both certificates in \(haltedCount)"
            + " and had evidence against all the guilty in \(evidenceCount), neither in \(silentCount)"
    }
}
