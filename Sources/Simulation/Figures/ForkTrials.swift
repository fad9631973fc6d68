import Consensus
import Primitives

/// Networks in which more than a third of the weight signs on both sides of a cut: there must be no
/// fork whose certificates do not prove the guilt of the very ones who signed twice.
///
/// - Source: `consensus.md` 1.11 and 4.2.
public struct ForkTrials: Hashable, Sendable, Encodable {
    public private(set) var runCount = 0
    /// Runs with two final blocks at one height.
    public private(set) var forkCount = 0
    /// Forks whose certificates name all who signed twice, and nobody else.
    public private(set) var provedCount = 0

    init(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            var dice = Dice(seed: seed, concern: .traitor)
            var order = [0, 1, 2, 3]
            dice.shuffle(&order)
            let guilty = Array(order.prefix(2)).sorted()
            let cluster = Self.forked(by: guilty, seed)
            runCount += 1
            guard cluster.violations.contains(where: { $0.law == "I1" }) else { continue }
            forkCount += 1
            let wanted = guilty.compactMap { cluster.seat(of: $0) }.sorted()
            if cluster.guiltyByCertificates == wanted { provedCount += 1 }
        }
    }

    /// Two traitors of four with a second host each, one on either side of a cut: each side has a
    /// quorum.
    static func forked(by guilty: [Int], _ seed: UInt64) -> Cluster {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 2
        scenario.twins = [4: guilty[0], 5: guilty[1]]
        scenario.expectsFork = true
        var cluster = Cluster(scenario, seed: seed)
        let honest = (0..<4).first { !guilty.contains($0) } ?? 0
        cluster.plan(.partition([honest] + guilty), atMilliseconds: 1)
        cluster.run(untilMilliseconds: 8_000)
        return cluster
    }
}

extension ForkTrials: CustomStringConvertible {
    public var description: String {
        "above a third        \(forkCount) of \(runCount) runs forked,"
            + " \(provedCount) of them with proof against all the guilty and nobody else"
    }
}
