import Chain
import Consensus
import Ledger
import Primitives
import Replica

/// Attacks 46 to 49: sets that change, validators that go and come, clocks that are wrong.
extension Drill {
    static var attacksOnValidators: [Drill] {
        [
            Drill("attack 46: a change of validators that is no set never becomes one") {
                seed, out in
                var cluster = changing(seed)
                let before = cluster.validatorSet(of: 0)
                cluster.submitValidators(
                    weights: [0: 10, 1: 10, 2: 10, 3: 0], approvedBy: [0, 1, 2], at: 0)
                cluster.submitValidators(weights: [:], approvedBy: [0, 1, 2], at: 0)
                cluster.submitValidators(
                    weights: [0: 40, 1: 10, 2: 10, 3: 10], approvedBy: [0], at: 0)
                cluster.run(untilMilliseconds: cluster.milliseconds + 10_000)
                out.expectProgress(of: &cluster)
                out.expect(cluster.validatorSet(of: 0) == before, "the set has changed")
            },
            Drill("attack 47: one validator leaves and another enters in one block") { seed, out in
                var cluster = changing(seed)
                let before = cluster.validatorSet(of: 0)
                cluster.submitValidators(
                    weights: [0: 10, 1: 10, 2: 10, 4: 10], approvedBy: [0, 1, 2], at: 0)
                let isDone = cluster.run(untilMilliseconds: cluster.milliseconds + 40_000) {
                    $0.validatorSet(of: 0) != before
                }
                out.expect(isDone, "the set has not changed")
                out.expectProgress(of: &cluster, blocks: 12, withinMilliseconds: 40_000)
            },
            Drill("attack 48: a third goes one by one, then more at once, and comes back") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 7), seed: seed)
                for node in 0..<2 {
                    cluster.plan(.crash(node), atMilliseconds: 2_000 + 1_500 * UInt64(node))
                    cluster.plan(.restart(node), atMilliseconds: 9_000)
                }
                for node in 2..<5 {
                    cluster.plan(.crash(node), atMilliseconds: 11_000)
                    cluster.plan(.restart(node), atMilliseconds: 14_000)
                }
                cluster.run(untilMilliseconds: 8_000)
                out.expectProgress(of: &cluster, blocks: 1, withinMilliseconds: 5_000)
                cluster.run(untilMilliseconds: 14_500)
                out.expectProgress(of: &cluster)
            },
            Drill("attack 49: one clock ten minutes off costs nothing but its own votes") {
                seed, out in
                for jump in [-600_000, 600_000] as [Int64] {
                    var cluster = Cluster(Scenario(validators: 4), seed: seed)
                    cluster.plan(.jump(1, milliseconds: jump), atMilliseconds: 2_000)
                    cluster.run(untilMilliseconds: 4_000)
                    out.expectProgress(of: &cluster)
                    expectTrueTimes(of: cluster, &out)
                }
            },
            Drill("attack 49: f + 1 clocks off stop the chain and do not break it") { seed, out in
                for jump in [-600_000, 600_000] as [Int64] {
                    var cluster = Cluster(Scenario(validators: 4), seed: seed)
                    for node in [0, 1] {
                        cluster.plan(.jump(node, milliseconds: jump), atMilliseconds: 3_000)
                        cluster.plan(.jump(node, milliseconds: -jump), atMilliseconds: 9_000)
                    }
                    cluster.run(untilMilliseconds: 4_000)
                    let height = cluster.highestHeight
                    cluster.run(untilMilliseconds: 8_900)
                    let blocks = cluster.highestHeight.number - height.number
                    out.expect(blocks == 0, "\(blocks) blocks without a quorum of right clocks")
                    expectTrueTimes(of: cluster, &out)
                    out.expectProgress(of: &cluster, withinMilliseconds: 60_000)
                    expectTrueTimes(of: cluster, &out)
                }
            },
            Drill("attack 49: clocks that differ by less than the precision cost nothing") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.clockOffsetMilliseconds = 200
                scenario.clockDriftMillionths = 50_000
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 2_000)
                out.expectProgress(of: &cluster, blocks: 15, withinMilliseconds: 8_000)
            },
            Drill("attack 49: a leader that dates its blocks ahead gets none") { seed, out in
                var cluster = cluster(with: .wrongTime, seed)
                out.expectProgress(of: &cluster)
                expectTrueTimes(of: cluster, &out)
            },
        ]
    }

    /// Epochs of few blocks, and payments that end them.
    private static func changing(_ seed: UInt64) -> Cluster {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.epochLength = 8
        scenario.givesFollowersKeys = true
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 2_500)
        return cluster
    }

    /// No block is dated farther ahead than clocks may differ.
    private static func expectTrueTimes(of cluster: Cluster, _ out: inout Findings) {
        let ahead = cluster.farthestAheadMilliseconds
        let limit = cluster.scenario.pace.precision
        out.expect(ahead <= limit, "a final block is dated \(ahead) ms ahead")
    }
}
