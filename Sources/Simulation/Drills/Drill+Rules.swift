import Chain
import Consensus
import Primitives
import Replica
import Wire

/// One rule of agreement at a time, where no attack or pitfall has its number.
extension Drill {
    static var rulesOfAgreement: [Drill] {
        [
            Drill("R4: the light ones are no quorum without the heavy one") { seed, out in
                var cluster = Cluster(Scenario(weights: [30, 10, 10, 10, 10]), seed: seed)
                cluster.run(untilMilliseconds: 3_000)
                cluster.holdBack(0)
                cluster.run(untilMilliseconds: 3_400)
                let height = cluster.highestHeight
                cluster.run(untilMilliseconds: 12_000)
                out.expectLaws(of: cluster)
                out.expect(
                    cluster.highestHeight == height,
                    "four of seven parts have made \(cluster.highestHeight) of \(height) final")
                cluster.letIn(0)
                out.expectProgress(of: &cluster)
            },
            Drill("R6: what its leader has given up before is given up when it is entered") {
                seed, out in
                var cluster = besieged(seed)
                cluster.plan(.mute(1), atMilliseconds: cluster.milliseconds)
                let first = cluster.finalView
                let views = cluster.views(ledBy: 1, after: first.next, count: 16)
                for view in views {
                    guard let vote = cluster.vote(.nullify, in: view, by: 1) else { continue }
                    for node in [0, 2, 3] {
                        cluster.inject(
                            ConsensusFrame(.vote(vote)).wire, on: .consensus, from: 1, to: node)
                    }
                }
                let start = cluster.milliseconds
                cluster.run(untilMilliseconds: start + 30_000) {
                    $0.finalView.number >= first.number + 14
                }
                let spent = cluster.milliseconds - start
                let limit = 300 * (14 + UInt64(views.count))
                out.expectLaws(of: cluster)
                out.expect(spent <= limit, "14 views took \(spent) ms, \(views.count) led by it")
            },
            Drill("attack 45: what a validator signed for another chain or epoch proves nothing") {
                seed, out in
                for (isChain, isEpoch) in [(true, false), (false, true)] {
                    var cluster = besieged(seed)
                    let now = cluster.finalView.number
                    for number in now + 3...now + 10 {
                        guard
                            let foreign = cluster.vote(
                                .nullify, in: View(number), by: 2,
                                of: Epoch(isEpoch ? 7 : 0), on: isChain ? .zero : nil)
                        else { continue }
                        let vote = Vote(
                            epoch: Epoch(0), view: foreign.view, subject: foreign.subject,
                            seat: foreign.seat, signature: foreign.signature)
                        cluster.inject(
                            ConsensusFrame(.vote(vote)).wire, on: .consensus, from: 1, to: 0)
                    }
                    cluster.run(untilMilliseconds: cluster.milliseconds + 10)
                    out.expect(!cluster.isConnected(0, 1), "who brought it is still connected")
                    out.expectProgress(of: &cluster, blocks: 12)
                }
            },
            Drill("C32: an epoch's last block that some have given up is proposed again") {
                seed, out in
                for step in 0..<6 as Range<UInt64> {
                    var scenario = Scenario(validators: 4)
                    scenario.epochLength = 2
                    scenario.traitors = [1: .selectiveSender]
                    scenario.faults.lossPerMille = 250
                    var cluster = Cluster(scenario, seed: seed ^ step << 16)
                    cluster.run(untilMilliseconds: 8_000)
                    cluster.becalm()
                    out.expectProgress(of: &cluster, blocks: 6)
                }
            },
            Drill("C43: a mark of a later epoch keeps its owner silent there too") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.epochLength = 20
                var cluster = Cluster(scenario, seed: seed)
                cluster.plan(.backUp(1), atMilliseconds: 2_500)
                let isLater = cluster.run(untilMilliseconds: 20_000) {
                    $0.height(of: 1) > Height(22) && $0.mark(of: 1)?.epoch == Epoch(1)
                }
                out.expect(isLater, "no second epoch began")
                let now = cluster.milliseconds
                cluster.plan(.crash(1), atMilliseconds: now + 1)
                cluster.plan(.restoreBackup(1), atMilliseconds: now + 2)
                cluster.plan(.restart(1), atMilliseconds: now + 3)
                cluster.run(untilMilliseconds: now + 2)
                let mark = cluster.mark(of: 1)
                let hasReturned = cluster.run(untilMilliseconds: now + 20_000) {
                    $0.height(of: 1) >= Height(38)
                }
                out.expectLaws(of: cluster)
                out.expect(hasReturned, "it is at height \(cluster.height(of: 1))")
                out.expect(cluster.mark(of: 1) == mark, "it voted again in the epoch of its mark")
                out.expectProgress(of: &cluster, blocks: 30, withinMilliseconds: 40_000)
            },
            Drill("C45: whose key was used elsewhere stays silent in later epochs too") {
                seed, out in
                var scenario = Scenario(validators: 4)
                scenario.followerCount = 1
                scenario.twins = [4: 1]
                scenario.epochLength = 8
                var cluster = Cluster(scenario, seed: seed)
                let isNoticed = cluster.run(untilMilliseconds: 20_000) {
                    !$0.silenced(among: [1, 4]).isEmpty
                }
                out.expect(isNoticed, "neither host noticed the other")
                cluster.run(untilMilliseconds: cluster.milliseconds + 1_000)
                let silenced = cluster.silenced(among: [1, 4])
                let marks = silenced.map { cluster.mark(of: $0) }
                let height = cluster.highestHeight.adding(24)
                cluster.run(untilMilliseconds: cluster.milliseconds + 40_000) {
                    $0.highestHeight >= height
                }
                out.expect(cluster.highestHeight >= height, "the others have stopped")
                out.expect(
                    silenced.map { cluster.mark(of: $0) } == marks, "a silenced host voted again")
                out.expectProgress(of: &cluster)
            },
        ]
    }
}

extension Cluster {
    /// Views of the epoch that runs at its begin which a founding validator leads.
    func views(ledBy node: Int, after view: View, count: UInt64) -> [View] {
        guard let terms = nodes.lazy.compactMap({ $0.replica?.epoch }).first,
            let seat = terms.set.seat(of: founding.voteKeys[node].publicKey)
        else { return [] }
        let schedule = LeaderSchedule(set: terms.set, seed: terms.seed)
        return (1...count).map { View(view.number + $0) }.filter { schedule[$0] == seat }
    }

    /// What a founding validator signs, on this chain or on another one.
    func vote(
        _ subject: VoteSubject, in view: View, by node: Int, of epoch: Epoch = Epoch(0),
        on chain: Digest? = nil
    ) -> Vote? {
        seat(of: node).map {
            subject.vote(
                by: founding.voteKeys[node], at: $0, in: view, of: epoch,
                on: chain ?? founding.founded.state.chain, scenario.scheme)
        }
    }

    /// Hosts that have heard their own key from elsewhere.
    func silenced(among nodes: [Int]) -> [Int] {
        nodes.filter { node in
            alarms(of: node).contains { if case .keyUsedElsewhere = $0 { true } else { false } }
        }
    }
}
