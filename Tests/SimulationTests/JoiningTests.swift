import Primitives
import Replica
import Simulation
import Testing

@Suite("Nodes that join, epochs that pass")
struct JoiningTests {
    @Test("A node that joins late gets the whole chain, through several epochs")
    func lateJoin() {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.epochLength = 9
        var cluster = Cluster(scenario, seed: 2)
        cluster.holdBack(4)
        cluster.run(untilMilliseconds: 10_000)
        let height = cluster.lowestHeight
        #expect(height > Height(25))
        cluster.letIn(4)
        cluster.run(untilMilliseconds: 16_000)
        #expect(cluster.violations == [])
        #expect(cluster.height(of: 4) > height)
        cluster.drain()
        #expect(cluster.violations == [])
        #expect(cluster.stateRoot(of: 4) == cluster.stateRoot(of: 0))
    }

    @Test("Without a quorum nothing becomes final; when the halves meet again, it goes on")
    func partition() {
        var cluster = Cluster(Scenario(validators: 4), seed: 5)
        cluster.plan(.partition([0, 1]), atMilliseconds: 3_000)
        cluster.plan(.heal, atMilliseconds: 12_000)
        cluster.run(untilMilliseconds: 4_500)
        let height = cluster.highestHeight
        cluster.run(untilMilliseconds: 11_900)
        #expect(cluster.highestHeight == height)
        cluster.run(untilMilliseconds: 25_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > height.adding(10))
    }

    @Test("Epochs follow each other without a pause")
    func epochs() {
        var scenario = Scenario(validators: 4)
        scenario.epochLength = 5
        var cluster = Cluster(scenario, seed: 9)
        cluster.run(untilMilliseconds: 10_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > Height(25))
    }
}
