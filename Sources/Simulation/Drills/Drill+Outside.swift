import Chain
import Consensus
import LightClient
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
            Drill("attack 54: a third of the old keys or more, but no quorum, proves nothing") {
                seed, out in
                var cluster = forged(seed, validators: 7, stolen: [1, 2, 3])
                cluster.run(untilMilliseconds: 16_000)
                out.expectProgress(of: &cluster)
                let (adopted, _) = cluster.lightCounts(of: 0)
                out.expect(adopted > 2, "it has adopted \(adopted) heads")
                let (isShort, isForeign) = (
                    cluster.lightFaults.contains {
                        if case .certificate(.noQuorum) = $0 { true } else { false }
                    },
                    cluster.lightFaults.contains {
                        // A step that is too far is tried shorter, and there the set is known.
                        if case .wrongSet = $0 { true } else { false }
                    }
                )
                out.expect(isShort, "no header that the thieves alone signed was refused")
                out.expect(isForeign, "no set of their own was refused")
            },
            Drill("attack 54: a quorum of old keys in wrong hands makes light nodes stop and show")
            {
                seed, out in
                var cluster = forged(seed, stolen: [1, 2, 3])
                cluster.run(untilMilliseconds: 16_000)
                out.expectProgress(of: &cluster)
                out.expect(!cluster.lightStops.isEmpty, "no light node has noticed")
                for stop in cluster.lightStops { expectProof(in: stop, cluster, &out) }
            },
            Drill("attack 54: an anchor older than the trusting period proves nothing") {
                seed, out in
                var cluster = Cluster(Scenario(validators: 4), seed: seed)
                cluster.run(untilMilliseconds: 3_000)
                out.expect(cluster.refusesOldAnchor(of: 0), "an old anchor was believed")
            },
        ]
    }

    /// What a light node shows proves that more than a third signed twice, all of them thieves.
    private static func expectProof(
        in stop: LightClient.Stop, _ cluster: Cluster, _ out: inout Findings
    ) {
        guard case .conflict(let conflict) = stop else {
            return out.expect(false, "a light node has stopped for \(stop)")
        }
        out.expect(conflict.isReal, "the two headers do not exclude each other")
        let set = cluster.founding.set
        let chain = cluster.founding.founded.state.chain
        for header in [conflict.first, conflict.second] {
            do throws(LightFault) {
                try header.verify(in: set, chain: chain, scheme: cluster.scenario.scheme)
            } catch { out.expect(false, "a header that is shown proves nothing: \(error)") }
        }
        let signers = [conflict.first, conflict.second].map {
            Set($0.finalization.certificate.signers)
        }
        let guilty = signers[0].intersection(signers[1])
        let thieves = cluster.scenario.stolenKeys.compactMap { cluster.seat(of: $0) }
        let weight = guilty.reduce(0) { $0 + (set[$1]?.weight ?? 0) }
        out.expect(guilty.isSubset(of: thieves), "it names \(guilty.sorted())")
        out.expect(3 * weight > set.totalWeight, "it names \(weight) of \(set.totalWeight)")
    }

    private static func forged(
        _ seed: UInt64, validators: Int = 4, followers: Int = 0, stolen: [Int] = []
    ) -> Cluster {
        var scenario = Scenario(validators: validators)
        scenario.stolenKeys = stolen
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
