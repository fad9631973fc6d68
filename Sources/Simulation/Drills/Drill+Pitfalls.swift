import Consensus
import Primitives
import Replica

/// What went wrong elsewhere (`consensus.md` 1.12), by its number there.
extension Drill {
    static var pitfalls: [Drill] {
        [
            Drill("pitfall 1: some nullified, some notarized, and all go on") { seed, out in
                for step in 0..<4 as Range<UInt64> {
                    var scenario = Scenario(validators: 4)
                    scenario.traitors = [1: .selectiveSender]
                    scenario.faults.lossPerMille = 250
                    var cluster = Cluster(scenario, seed: seed ^ step << 16)
                    cluster.run(untilMilliseconds: 8_000)
                    cluster.becalm()
                    out.expectProgress(of: &cluster)
                }
            },
            Drill("pitfall 2: a leader that goes dark after its proposal is not the only source") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                for step in 0..<4 as Range<UInt64> {
                    let (node, time) = (Int(step % 4), 2_000 + 2_500 * step)
                    cluster.plan(.mute(node), atMilliseconds: time)
                    cluster.plan(.heal, atMilliseconds: time + 2_000)
                }
                cluster.run(untilMilliseconds: 12_500)
                out.expectProgress(of: &cluster)
            },
            Drill("pitfall 3: the last quorum crashes after giving a view up, and goes on") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                cluster.plan(.crash(3), atMilliseconds: 2_000)
                // Each alone: all give the view up, and none hears of it.
                for node in 0..<3 { cluster.plan(.isolate(node), atMilliseconds: 3_000) }
                for node in 0..<3 { cluster.plan(.crash(node), atMilliseconds: 7_000) }
                cluster.plan(.heal, atMilliseconds: 7_100)
                for node in 0..<3 { cluster.plan(.restart(node), atMilliseconds: 7_200) }
                cluster.run(untilMilliseconds: 7_500)
                out.expectProgress(of: &cluster, withinMilliseconds: 25_000)
            },
            Drill("pitfall 5 and 13: a long absence ends by catching up, beside a liar") {
                seed, out in
                expectTruth(beside: .liar, seed, epochLength: 9, &out)
            },
            Drill("pitfall 7: what one peer does not answer is asked of another") { seed, out in
                expectTruth(beside: .withholder, seed, &out)
                expectTruth(beside: .silent, seed, &out)
            },
            Drill("pitfall 7: who catches up beside peers that do not answer asks the next") {
                seed, out in
                for step in 0..<3 as Range<UInt64> {
                    expectArrival(beside: [1, 4, 5, 6], seed ^ step << 16, &out)
                }
            },
            Drill("pitfall 7: an honest peer that answers late is not let go") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.followerCount = 1
                var cluster = Cluster(scenario, seed: seed)
                cluster.holdBack(4)
                cluster.run(untilMilliseconds: 4_000)
                cluster.plan(.slow(4, milliseconds: 1_700), atMilliseconds: 4_000)
                cluster.run(untilMilliseconds: 4_001)
                cluster.letIn(4)
                cluster.run(untilMilliseconds: 60_000)
                out.expectProgress(of: &cluster, withinMilliseconds: 60_000)
            },
            Drill("pitfall 8: a validator that was away for long votes again") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.epochLength = 20
                var cluster = Cluster(scenario, seed: seed)
                cluster.plan(.crash(1), atMilliseconds: 2_000)
                cluster.plan(.restart(1), atMilliseconds: 12_000)
                cluster.plan(.crash(2), atMilliseconds: 16_000)
                cluster.run(untilMilliseconds: 16_500)
                out.expectProgress(of: &cluster)
            },
            Drill("pitfall 9: a claimed height that falls is not chased") { seed, out in
                var cluster = cluster(with: .liar, seed)
                cluster.run(untilMilliseconds: 40_000) { !$0.isConnected(0, 1) }
                out.expect(!cluster.isConnected(0, 1), "the liar is still connected")
                out.expectProgress(of: &cluster)
            },
            Drill("pitfall 9: claims that overtake each other on their way are nobody's lies") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.faults.reorderPerMille = 500
                scenario.faults.reorderMilliseconds = 6_000
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 90_000)
                out.expectLaws(of: cluster)
                cluster.becalm()
                out.expectProgress(of: &cluster, withinMilliseconds: 120_000)
            },
            Drill("pitfall 14: two in a hundred frames of each are lost, and finality stays") {
                seed, out in
                var scenario = Scenario(validators: 7)
                scenario.faults.lossPerMille = 20
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 3_000)
                out.expectProgress(of: &cluster, blocks: 12, withinMilliseconds: 15_000)
            },
            Drill("R6: on a network slower than the timers, longer timers end the standstill") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.faults.extraMilliseconds = 1_800
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 20_000)
                out.expectProgress(of: &cluster, blocks: 2, withinMilliseconds: 240_000)
            },
            Drill("pitfall 13: a follower whom only a forger serves believes nothing") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.followerCount = 1
                scenario.traitors = [1: .forger]
                scenario.links = (0..<4).flatMap { one in
                    (0..<one).map { Scenario.Link($0, one) }
                }
                scenario.links?.append(Scenario.Link(1, 4))
                var cluster = Cluster(scenario, seed: seed)
                cluster.holdBack(4)
                cluster.run(untilMilliseconds: 6_000)
                cluster.letIn(4)
                cluster.run(untilMilliseconds: 16_000)
                out.expectLaws(of: cluster)
                let height = cluster.height(of: 4)
                out.expect(height == Height(0), "it took \(height) blocks from a forger")
                if case .halted(let reason) = cluster.phase(of: 4) {
                    out.expect(false, "a forger stopped it: \(reason)")
                }
            },
            Drill("R10: certificates that were lost on all links are said again") { seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                var lossy = NetworkFaults()
                lossy.lossPerMille = 1_000
                for step in 0..<3 as Range<UInt64> {
                    let time = 2_000 + 3_100 * step
                    cluster.plan(.network(lossy), atMilliseconds: time)
                    cluster.plan(.network(NetworkFaults()), atMilliseconds: time + 1_700)
                }
                cluster.run(untilMilliseconds: 11_000)
                out.expectProgress(of: &cluster)
            },
            Drill("C27: a peer that repeats another's votes as its own hides nobody for long") {
                seed, out in
                // All four in the line are needed, and the parrot is everyone's neighbour.
                var scenario = Scenario(weights: [10, 10, 10, 10, 19])
                scenario.traitors = [4: .parrot]
                scenario.links =
                    (0..<3).map { Scenario.Link($0, $0 + 1) } + (0..<4).map { Scenario.Link($0, 4) }
                scenario.paymentsPerSecond = 4
                for count in 0..<4 as Range<UInt64> {
                    var cluster = Cluster(scenario, seed: seed + count)
                    cluster.run(untilMilliseconds: 20_000)
                    out.expectProgress(of: &cluster, blocks: 3, withinMilliseconds: 120_000)
                }
            },
            Drill("the last block of an epoch is proposed until it is final") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.epochLength = 4
                scenario.faults.lossPerMille = 100
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 10_000)
                cluster.becalm()
                out.expectProgress(of: &cluster, blocks: 10)
            },
            Drill("hundreds of payments at one moment are all final in the end") { seed, out in
                var scenario = Scenario(validators: 4)
                (scenario.accountCount, scenario.paymentsPerSecond) = (300, 1)
                scenario.workload.burstPerMille = 1_000
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 2_500)
                cluster.drain()
                out.expectLaws(of: cluster)
                let count = cluster.finalityMilliseconds.count
                out.expect(count >= 299, "only \(count) payments are final")
            },
            Drill("an idle chain makes a heartbeat block every ten seconds, and no more") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.paymentsPerSecond = 0
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 120_000)
                out.expectLaws(of: cluster)
                let height = cluster.lowestHeight
                out.expect(
                    (Height(9)...Height(14)).contains(height), "\(height) blocks in 120 s")
            },
        ]
    }

    /// A node that comes late reaches the head although most of its peers never answer.
    private static func expectArrival(
        beside withholders: [Int], _ seed: UInt64, _ out: inout Findings
    ) {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 4
        for node in withholders { scenario.traitors[node] = .withholder }
        var cluster = Cluster(scenario, seed: seed)
        cluster.holdBack(7)
        cluster.run(untilMilliseconds: 6_000)
        let height = cluster.highestHeight
        cluster.letIn(7)
        cluster.run(untilMilliseconds: 20_000) { $0.height(of: 7) >= height }
        out.expectLaws(of: cluster)
        out.expect(
            cluster.height(of: 7) >= height, "the late node is at \(cluster.height(of: 7))")
    }

    /// Each kind of traitor alone among four: nothing breaks, nothing stops.
    static var traitorDrills: [Drill] {
        TraitorKind.allCases.map { kind in
            Drill("one traitor of four: \(kind.rawValue)") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.traitors = [1: kind]
                scenario.epochLength = 24
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 6_000)
                out.expectProgress(of: &cluster)
                cluster.drain()
                out.expectLaws(of: cluster)
            }
        }
    }
}
