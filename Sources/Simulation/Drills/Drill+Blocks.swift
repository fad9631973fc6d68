import Consensus
import Primitives
import Replica
import Wire

/// Attacks 42 to 44: blocks that are wrong, and validators that sign twice.
extension Drill {
    static var attacksOnBlocks: [Drill] {
        [
            Drill("attack 42: a block whose transactions are spent is given up, and no more") {
                seed, out in
                expectTruth(beside: .invalidBlock, seed, &out)
            },
            Drill("attack 42: transactions that do not decode end the connection") { seed, out in
                var cluster = besieged(seed)
                cluster.inject(
                    [0x0a, 0x02, 0x12, 0x00, 0x1a, 0x01, 0xff], on: .consensus, from: 1, to: 0)
                cluster.run(untilMilliseconds: cluster.milliseconds + 10)
                out.expect(!cluster.isConnected(0, 1), "the sender is still connected")
                out.expectProgress(of: &cluster)
            },
            Drill("attack 42: a proposal on another state than its parent's is refused") {
                seed, out in
                var cluster = cluster(with: .wrongRoot, seed)
                out.expectProgress(of: &cluster)
                out.expect(
                    cluster.evidence.contains { $0.kind == .stateDisagreement },
                    "nobody noticed two states under one block")
            },
            Drill("attack 43: a leader with two proposals is named by a final block") { seed, out in
                expectEvidence(against: .equivocatingLeader, seed, &out)
            },
            Drill("attack 43: a validator that gives up and finalizes is named by a final block") {
                seed, out in
                expectEvidence(against: .nullifiesToo, seed, &out)
            },
            Drill("attack 43: one key on two hosts: nothing forks, nothing stops") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.followerCount = 1
                scenario.twins = [4: 1]
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 8_000)
                out.expectProgress(of: &cluster)
                let alarms = [1, 4].flatMap { cluster.alarms(of: $0) }
                let hasHeard = alarms.contains {
                    if case .keyUsedElsewhere = $0 { true } else { false }
                }
                out.expect(hasHeard, "neither host noticed the other")
            },
            Drill("attack 43: who is proved guilty is sent away by the others") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.traitors = [1: .equivocatingLeader]
                scenario.epochLength = 8
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 20_000) { $0.finalEvidenceCount > 0 }
                out.expect(cluster.finalEvidenceCount > 0, "no evidence is final")
                cluster.submitValidators(
                    weights: [0: 10, 2: 10, 3: 10], approvedBy: [0, 2, 3], at: 0)
                let isGone = cluster.run(untilMilliseconds: cluster.milliseconds + 60_000) {
                    $0.validatorSet(of: 0)?.count == 3
                }
                out.expect(isGone, "it still has its seat")
                out.expectProgress(of: &cluster, blocks: 10, withinMilliseconds: 40_000)
            },
            Drill("attack 44: evidence of another epoch, or against the innocent, spoils a block") {
                seed, out in
                expectTruth(beside: .oldEvidence, seed, epochLength: 8, &out)
            },
            Drill("attack 44: evidence is in the chain once") { seed, out in
                var cluster = cluster(with: .equivocatingLeader, seed)
                cluster.run(untilMilliseconds: 12_000)
                out.expectProgress(of: &cluster)
                out.expect(cluster.finalEvidenceCount > 0, "no evidence is final")
                out.expect(
                    cluster.repeatedEvidenceCount == 0,
                    "\(cluster.repeatedEvidenceCount) pieces of evidence are final twice")
            },
            Drill("attack 44: evidence that comes late, when a block has it, is not repeated") {
                seed, out in
                var cluster = besieged(seed)
                // It has finalized the view, and now gives it up as well.
                guard let vote = cluster.vote(.nullify, in: cluster.finalView, by: 1) else {
                    return out.expect(false, "node 1 has no seat")
                }
                let frame = ConsensusFrame(.vote(vote)).wire
                for node in [0, 2] {
                    cluster.inject(frame, on: .consensus, from: 1, to: node)
                }
                cluster.run(untilMilliseconds: cluster.milliseconds + 3_000) {
                    $0.finalEvidenceCount > 0
                }
                out.expect(cluster.finalEvidenceCount > 0, "no evidence is final")
                // It is final at somebody; two blocks later it is so at node 3 as well.
                let height = cluster.highestHeight.adding(2)
                cluster.run(untilMilliseconds: cluster.milliseconds + 3_000) {
                    $0.height(of: 3) >= height
                }
                let count = cluster.evidence.count
                cluster.inject(frame, on: .consensus, from: 1, to: 3)
                cluster.run(untilMilliseconds: cluster.milliseconds + 10)
                out.expect(cluster.evidence.count > count, "node 3 has not noticed")
                out.expectProgress(of: &cluster, blocks: 12)
                out.expect(cluster.repeatedEvidenceCount == 0, "evidence is final twice")
            },
            Drill("a leader that builds on old blocks forks nothing") { seed, out in
                expectTruth(beside: .forkingLeader, seed, &out)
            },
            Drill("a leader that skips a view which was not given up gets no vote") { seed, out in
                expectTruth(beside: .skippingLeader, seed, &out)
            },
            Drill("above a third: two of four fork the chain, and the proof names both") {
                seed, out in
                expectFork(seed, &out)
            },
        ]
    }

    static func cluster(with traitor: TraitorKind, _ seed: UInt64) -> Cluster {
        var scenario = Scenario(validators: 4)
        scenario.traitors = [1: traitor]
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 8_000)
        return cluster
    }

    private static func expectEvidence(
        against traitor: TraitorKind, _ seed: UInt64, _ out: inout Findings
    ) {
        var cluster = cluster(with: traitor, seed)
        out.expectProgress(of: &cluster)
        cluster.run(untilMilliseconds: 15_000) { $0.finalEvidenceCount > 0 }
        out.expectLaws(of: cluster)
        out.expect(!cluster.evidence.isEmpty, "nobody has evidence")
        out.expect(cluster.finalEvidenceCount > 0, "no evidence is final")
    }

    /// Two traitors with a second host each on either side of a cut: each side has a quorum.
    private static func expectFork(_ seed: UInt64, _ out: inout Findings) {
        let pattern = ForkTrials.Pattern.usual
        var cluster = ForkTrials.forked(by: pattern, seed)
        let isForked = cluster.violations.contains { $0.law == "I1" }
        out.expect(isForked, "a quorum on each side made no fork")
        let others = cluster.violations.filter { !["I1", "I2", "I3", "I4", "I8"].contains($0.law) }
        out.expect(others.isEmpty, "\(others)")
        let guilty = cluster.guiltyByCertificates
        let wanted = pattern.guilty.compactMap { cluster.seat(of: $0) }
        out.expect(
            guilty == wanted.sorted(), "the certificates name \(guilty), not \(wanted.sorted())")
        let end = ForkTrials.heal(&cluster, pattern)
        out.expect(end.hasHalted, "no node halts with both certificates once the cut is healed")
    }
}
