import Consensus
import Primitives
import Replica

/// Attacks 50 and 51: disks that lose, lie, fill up and are copied.
extension Drill {
    static var attacksOnDisks: [Drill] {
        [
            Drill(
                "attack 50: a crash at any point between signing and the disk signs nothing twice"
            ) { seed, out in
                for count in 0..<16 as Range<UInt64> {
                    var cluster = Cluster(Scenario(validators: 4), seed: seed ^ count)
                    let node = Int(count % 4)
                    cluster.plan(.crashAfter(node, effects: count), atMilliseconds: 2_500)
                    cluster.plan(.crashAfter(node, effects: count), atMilliseconds: 4_500)
                    cluster.run(untilMilliseconds: 5_800)
                    out.expectProgress(of: &cluster, blocks: 1)
                }
            },
            Drill(
                "attack 50: the leader crashes with its proposal on disk, and proposes nothing else"
            ) { seed, out in
                for count in 0..<8 as Range<UInt64> {
                    var cluster = Cluster(Scenario(validators: 4), seed: seed ^ count << 8)
                    cluster.run(untilMilliseconds: 2_500 + 10 * count)
                    guard let leader = cluster.nextLeader else { continue }
                    cluster.plan(.crashOnProposal(leader), atMilliseconds: cluster.milliseconds)
                    cluster.run(untilMilliseconds: 5_800)
                    out.expectProgress(of: &cluster, blocks: 1)
                }
            },
            Drill("attack 50: a full disk and a failed write stop the node before it votes") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                cluster.plan(.fillDisk(1), atMilliseconds: 2_500)
                cluster.plan(.failWrite(2), atMilliseconds: 5_000)
                cluster.plan(.freeDisk(1), atMilliseconds: 7_000)
                cluster.run(untilMilliseconds: 4_000)
                let mark = cluster.mark(of: 1)
                out.expect(!cluster.isUp(1), "a node whose disk is full goes on")
                cluster.run(untilMilliseconds: 6_900)
                out.expect(!cluster.isUp(1) && cluster.mark(of: 1) == mark, "it has voted")
                cluster.run(untilMilliseconds: 7_500)
                out.expect(cluster.highestHeight > Height(10), "three of four did not go on")
                out.expectProgress(of: &cluster)
                let votesAgain = mark.map { (cluster.mark(of: 1) ?? $0) > $0 } ?? false
                out.expect(votesAgain, "it never votes again")
            },
            Drill("attack 50: writes that are torn or lost in a crash are as if never made") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                for step in 0..<6 as Range<UInt64> {
                    let (node, time) = (Int(step % 4), 2_000 + 1_200 * step)
                    cluster.plan(.tearWrite(node), atMilliseconds: time)
                    cluster.plan(.restart(node), atMilliseconds: time + 600)
                }
                cluster.run(untilMilliseconds: 9_500)
                out.expectProgress(of: &cluster)
            },
            Drill(
                "attack 50: a bit that flips in a stored block is never served or voted on"
            ) { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.followerCount = 1
                var cluster = Cluster(scenario, seed: seed)
                cluster.holdBack(4)
                for step in 0..<4 as Range<UInt64> {
                    cluster.plan(.flipBit(Int(step % 2)), atMilliseconds: 3_000 + 500 * step)
                }
                cluster.run(untilMilliseconds: 6_000)
                cluster.letIn(4)
                out.expectProgress(of: &cluster)
            },
            Drill("attack 51: a vote log that was rolled back keeps its owner silent for the epoch")
            {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                cluster.plan(.crash(1), atMilliseconds: 3_000)
                cluster.plan(.loseVotes(1), atMilliseconds: 3_200)
                cluster.plan(.restart(1), atMilliseconds: 3_400)
                cluster.run(untilMilliseconds: 6_000)
                out.expectProgress(of: &cluster)
                out.expect(!cluster.alarms(of: 1).isEmpty, "the owner was not told")
            },
            Drill("attack 51: a data directory from a backup does not vote where it voted") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                cluster.plan(.backUp(1), atMilliseconds: 2_500)
                cluster.plan(.crash(1), atMilliseconds: 5_000)
                cluster.plan(.restoreBackup(1), atMilliseconds: 5_200)
                cluster.plan(.restart(1), atMilliseconds: 5_400)
                cluster.run(untilMilliseconds: 9_000)
                out.expectProgress(of: &cluster)
            },
            Drill("attack 51: a backup of an earlier epoch does not vote again in a later one") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.epochLength = 20
                for node in 0..<4 {
                    var cluster = Cluster(scenario, seed: seed)
                    cluster.plan(.backUp(node), atMilliseconds: 2_500)
                    let isLater = cluster.run(untilMilliseconds: 20_000) {
                        $0.height(of: node) > Height(22)
                    }
                    out.expect(isLater, "no second epoch began")
                    let now = cluster.milliseconds
                    cluster.plan(.crash(node), atMilliseconds: now + 1)
                    cluster.plan(.restoreBackup(node), atMilliseconds: now + 2)
                    cluster.plan(.restart(node), atMilliseconds: now + 3)
                    cluster.run(untilMilliseconds: now + 5_000)
                    out.expectProgress(of: &cluster)
                    out.expect(!cluster.alarms(of: node).isEmpty, "the owner was not told")
                }
            },
            Drill("attack 51: a copied data directory listens again after each restart") {
                seed, out in
                var cluster = copied(seed)
                // It is down for most of the time, and never hears enough in one go.
                for step in 0..<6 as Range<UInt64> {
                    cluster.plan(.restart(4), atMilliseconds: 4_100 + 300 * step)
                    cluster.plan(.crash(4), atMilliseconds: 4_350 + 300 * step)
                }
                cluster.plan(.restart(4), atMilliseconds: 6_100)
                expectSilence(of: &cluster, &out)
            },
            Drill("attack 51: a copied data directory without a network does not listen to nobody")
            {
                seed, out in
                var cluster = copied(seed)
                cluster.plan(.isolate(4), atMilliseconds: 4_060)
                cluster.plan(.restart(4), atMilliseconds: 4_100)
                cluster.plan(.heal, atMilliseconds: 16_000)
                cluster.run(untilMilliseconds: 17_000)
                expectSilence(of: &cluster, &out)
            },
            Drill("attack 51: a home that was moved to another machine votes after it has listened")
            {
                seed, out in
                var cluster = copied(seed)
                cluster.plan(.crash(1), atMilliseconds: 4_010)
                cluster.plan(.restart(4), atMilliseconds: 4_100)
                cluster.run(untilMilliseconds: 4_050)
                let copied = cluster.mark(of: 4)
                cluster.run(untilMilliseconds: 20_000)
                out.expect(cluster.mark(of: 4) != copied, "the new machine has not voted")
                // From now on the log is its own: it votes at once.
                let now = cluster.milliseconds
                cluster.plan(.crash(4), atMilliseconds: now + 1)
                cluster.plan(.restart(4), atMilliseconds: now + 2)
                cluster.run(untilMilliseconds: now + 3)
                let mark = cluster.mark(of: 4)
                cluster.run(untilMilliseconds: now + 2_000)
                out.expect(cluster.mark(of: 4) != mark, "it listens a second time")
                out.expectLaws(of: cluster)
            },
            Drill("a pause that ends early hands over what waited, in its order") { seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                for step in 0..<8 as Range<UInt64> {
                    let (node, time) = (Int(step % 4), 2_000 + 400 * step)
                    cluster.plan(.slowDisk(node, milliseconds: 300), atMilliseconds: time)
                    cluster.plan(.pause(node, milliseconds: 30_000), atMilliseconds: time + 100)
                    cluster.run(untilMilliseconds: time + 390)
                    cluster.becalm()
                }
                out.expectProgress(of: &cluster)
            },
            Drill("attack 51: a copied data directory hears its own key and never votes") {
                seed, out in
                for count in 0..<4 as Range<UInt64> {
                    var cluster = copied(seed + count)
                    cluster.plan(.restart(4), atMilliseconds: 4_100)
                    expectSilence(of: &cluster, &out)
                }
            },
        ]
    }

    /// A fifth machine, which is given the data and key of the second after four seconds.
    private static func copied(_ seed: UInt64) -> Cluster {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.clones = [4: 1]
        var cluster = Cluster(scenario, seed: seed)
        cluster.holdBack(4)
        cluster.plan(.clone(from: 1, to: 4), atMilliseconds: 4_000)
        return cluster
    }

    /// The copy has signed nothing, and its operator knows why.
    private static func expectSilence(of cluster: inout Cluster, _ out: inout Findings) {
        cluster.run(untilMilliseconds: max(cluster.milliseconds, 4_050))
        let copied = cluster.mark(of: 4)
        cluster.run(untilMilliseconds: max(cluster.milliseconds, 4_000) + 5_000)
        let mark = cluster.mark(of: 4)
        out.expect(copied != nil && mark == copied, "the copy has voted")
        out.expectProgress(of: &cluster)
        out.expect(!cluster.alarms(of: 4).isEmpty, "the copy was not told")
    }
}
