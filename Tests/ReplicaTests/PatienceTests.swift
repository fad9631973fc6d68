import Primitives
import Simulation
import Testing

@Suite("Peers that answer late")
struct PatienceTests {
    /// A follower joins behind a link on which question and answer take five seconds.
    @Test("A peer whose answers are late is not let go, and its answers are waited for")
    func slowLink() {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.paymentsPerSecond = 4
        scenario.links = (0..<4).flatMap { one in (0..<one).map { Scenario.Link($0, one) } }
        scenario.links?.append(Scenario.Link(0, 4))
        var cluster = Cluster(scenario, seed: 1)
        cluster.holdBack(4)
        cluster.run(untilMilliseconds: 10_000)
        let height = cluster.lowestHeight
        #expect(height > Height(20))
        var faults = NetworkFaults()
        faults.extraMilliseconds = 2_500
        cluster.plan(.network(faults), atMilliseconds: 10_001)
        cluster.run(untilMilliseconds: 10_100)
        cluster.letIn(4)
        cluster.run(untilMilliseconds: 60_000)
        #expect(cluster.violations == [])
        let isConnected = cluster.isConnected(0, 4)
        #expect(isConnected)
        let reached = cluster.height(of: 4)
        #expect(reached >= height)
    }
}
