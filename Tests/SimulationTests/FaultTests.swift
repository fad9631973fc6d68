import Primitives
import Replica
import Simulation
import Testing

@Suite("Whole nodes with faults")
struct FaultTests {
    @Test(
        "A campaign of random faults breaks no law and ends with equal states",
        arguments: Seeds.chosen)
    func campaign(seed: UInt64) {
        var campaign = Campaign(seed: seed)
        let report = campaign.run()
        #expect(report.violations == [], Seeds.replay(seed, "FaultTests"))
    }

    @Test("The same seed gives the same history", arguments: Seeds.chosen.prefix(1))
    func determinism(seed: UInt64) {
        let histories = (0..<2).map { _ in
            var campaign = Campaign(seed: seed)
            return campaign.run().history
        }
        #expect(histories[0] == histories[1], Seeds.replay(seed, "FaultTests"))
    }

    @Test("Pitfall 3: all nodes crash at once and go on where they were")
    func allCrash() {
        var cluster = Cluster(Scenario(validators: 4), seed: 1)
        for node in 0..<4 {
            cluster.plan(.crash(node), atMilliseconds: 5_000)
            cluster.plan(.restart(node), atMilliseconds: 6_000 + 100 * UInt64(node))
        }
        cluster.run(untilMilliseconds: 5_500)
        let height = cluster.highestHeight
        cluster.run(untilMilliseconds: 20_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > height.adding(20))
    }

    @Test("A node that joins late gets the whole chain, through several epochs")
    func lateJoin() {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.epochLength = 9
        var cluster = Cluster(scenario, seed: 2)
        cluster.holdBack(4)
        cluster.run(untilMilliseconds: 15_000)
        let height = cluster.lowestHeight
        #expect(height > Height(40))
        cluster.letIn(4)
        cluster.run(untilMilliseconds: 25_000)
        #expect(cluster.violations == [])
        #expect(cluster.height(of: 4) > height)
        cluster.drain()
        #expect(cluster.violations == [])
        #expect(cluster.stateRoot(of: 4) == cluster.stateRoot(of: 0))
    }

    @Test("Pitfall 8: a validator that was away for long catches up and votes again")
    func longAbsence() {
        var cluster = Cluster(Scenario(validators: 4), seed: 3)
        cluster.plan(.crash(1), atMilliseconds: 3_000)
        cluster.plan(.restart(1), atMilliseconds: 25_000)
        // Then another one is needed for a quorum together with it.
        cluster.plan(.crash(2), atMilliseconds: 30_000)
        cluster.run(untilMilliseconds: 31_000)
        let height = cluster.highestHeight
        cluster.run(untilMilliseconds: 50_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > height.adding(5))
    }

    @Test("Attack 48: a third of the weight goes one by one and at once, and comes back")
    func thirdOffline() {
        var cluster = Cluster(Scenario(validators: 7), seed: 4)
        for node in 0..<2 {
            cluster.plan(.crash(node), atMilliseconds: 4_000 + 3_000 * UInt64(node))
            cluster.plan(.restart(node), atMilliseconds: 15_000)
        }
        for node in 2..<5 {
            cluster.plan(.crash(node), atMilliseconds: 20_000)
            cluster.plan(.restart(node), atMilliseconds: 26_000)
        }
        cluster.run(untilMilliseconds: 26_500)
        let height = cluster.highestHeight
        cluster.run(untilMilliseconds: 50_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > height.adding(20))
    }

    @Test("Without a quorum nothing becomes final; when the halves meet again, it goes on")
    func partition() {
        var cluster = Cluster(Scenario(validators: 4), seed: 5)
        cluster.plan(.partition([0, 1]), atMilliseconds: 5_000)
        cluster.plan(.heal, atMilliseconds: 20_000)
        cluster.run(untilMilliseconds: 6_500)
        let height = cluster.highestHeight
        cluster.run(untilMilliseconds: 19_900)
        #expect(cluster.highestHeight == height)
        cluster.run(untilMilliseconds: 40_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > height.adding(20))
    }

    @Test("Attack 51: a validator whose vote log was rolled back does not vote in the epoch")
    func lostVotes() {
        var cluster = Cluster(Scenario(validators: 4), seed: 6)
        cluster.plan(.crash(1), atMilliseconds: 5_000)
        cluster.plan(.loseVotes(1), atMilliseconds: 5_500)
        cluster.plan(.restart(1), atMilliseconds: 6_000)
        cluster.run(untilMilliseconds: 20_000)
        #expect(cluster.violations == [])
        #expect(!cluster.alarms(of: 1).isEmpty)
        #expect(cluster.lowestHeight > Height(40))
    }

    @Test("Attack 49: clocks that differ by less than the precision cost nothing")
    func clocks() {
        var scenario = Scenario(validators: 4)
        scenario.clockOffsetMilliseconds = 200
        scenario.clockDriftMillionths = 300
        var cluster = Cluster(scenario, seed: 7)
        cluster.run(untilMilliseconds: 20_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > Height(60))
    }

    @Test("An idle chain makes a heartbeat block every ten seconds, and no more")
    func heartbeat() {
        var scenario = Scenario(validators: 4)
        scenario.paymentsPerSecond = 0
        var cluster = Cluster(scenario, seed: 8)
        cluster.run(untilMilliseconds: 120_000)
        #expect(cluster.violations == [])
        #expect((Height(9)...Height(14)).contains(cluster.lowestHeight))
    }

    @Test("Epochs follow each other without a pause")
    func epochs() {
        var scenario = Scenario(validators: 4)
        scenario.epochLength = 5
        var cluster = Cluster(scenario, seed: 9)
        cluster.run(untilMilliseconds: 20_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > Height(55))
    }
}
