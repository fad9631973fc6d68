import Consensus
import Primitives
import Replica

/// Attacks 52 to 54: other rules, and light clients that are lied to.
extension Drill {
    static var attacksFromOutside: [Drill] {
        [
            Drill("attack 52: a validator with other rules stops, and the others go on") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.protocolNumbers = [3: 0]
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 15_000)
                out.expect(
                    cluster.phase(of: 3) == .halted(.upgradeRequired(protocolNumber: 1)),
                    "node 3 is \(cluster.phase(of: 3))")
                out.expect(cluster.height(of: 3) == Height(0), "its state has changed")
                out.expect(cluster.highestHeight > Height(8), "the others have stopped")
                out.expectLaws(of: cluster)
            },
            Drill("attack 52: a node whose fix changes a result stops where the others differ") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.miscounting = [3: Height(6)]
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 8_000)
                guard case .halted(.stateDiverged) = cluster.phase(of: 3) else {
                    return out.expect(false, "node 3 is \(cluster.phase(of: 3))")
                }
                out.expect(cluster.height(of: 3) < Height(6), "it took its own state as final")
                out.expect(cluster.highestHeight > Height(12), "the others have stopped")
                out.expectLaws(of: cluster)
            },
            Drill("attack 53: a follower without the rules of a block stops, its state untouched") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.followerCount = 1
                scenario.followerProtocolNumber = 0
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 6_000)
                out.expect(
                    cluster.phase(of: 4) == .halted(.upgradeRequired(protocolNumber: 1)),
                    "node 4 is \(cluster.phase(of: 4))")
                out.expect(cluster.height(of: 4) == Height(0), "its state has changed")
                out.expectLaws(of: cluster)
            },
            Drill(
                "attack 54: a light node beside a forger of headers, sets and ancestors sees the chain"
            ) { seed, out in
                var cluster = forged(seed)
                cluster.run(untilMilliseconds: 16_000)
                out.expectProgress(of: &cluster)
                let (adopted, failed) = cluster.lightCounts(of: 0)
                out.expect(adopted > 2, "it has adopted \(adopted) heads")
                out.expect(failed > 0, "it was never lied to")
            },
            Drill("attack 54: a light node follows a set that changes, past a forger") {
                seed, out in
                var cluster = forged(seed, followers: 1)
                cluster.submitValidators(
                    weights: [0: 10, 2: 10, 3: 10, 4: 10], approvedBy: [0, 2, 3], at: 0)
                cluster.run(untilMilliseconds: 22_000)
                out.expectProgress(of: &cluster, withinMilliseconds: 40_000)
                let (adopted, _) = cluster.lightCounts(of: 0)
                out.expect(adopted > 2, "it has adopted \(adopted) heads")
            },
            Drill(
                "attack 54: balances, histories and blocks are shown to light nodes, and every lie"
                    + " about them is seen through"
            ) { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.lightCount = 8
                scenario.paymentsPerSecond = 4
                scenario.accountCount = 8
                scenario.traitors = [1: .badProver]
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 60_000)
                out.expectProgress(of: &cluster)
                for (kind, found, refused) in cluster.lightFindings {
                    out.expect(found > 2, "\(kind) was shown \(found) times")
                    out.expect(refused > 0, "nobody ever lied about \(kind)")
                }
            },
            Drill("attack 54: an anchor older than the trusting period proves nothing") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                cluster.run(untilMilliseconds: 3_000)
                out.expect(cluster.refusesOldAnchor(of: 0), "an old anchor was believed")
            },
        ]
    }

    private static func forged(_ seed: UInt64, followers: Int = 0) -> Cluster {
        var scenario = Scenario(validators: 4)
        // A light node listens to no liar twice; each of them hears another lie first.
        scenario.lightCount = 8
        scenario.epochLength = 8
        scenario.followerCount = followers
        scenario.givesFollowersKeys = followers > 0
        scenario.traitors = [1: .badProver]
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 2_500)
        return cluster
    }
}
