import Consensus
import Primitives
import Testing

@Suite("Speed of simulated agreement")
struct SpeedTests {
    /// How fast it goes is measured by the benchmarks; here only that long runs are possible.
    @Test("Seven validators go through two thousand views without a gap")
    func longRun() {
        var options = ClusterOptions()
        options.weights = [1, 1, 1, 1, 1, 1, 1]
        options.isChecked = false
        options.execution = 0...1
        options.delay = 1...3
        var cluster = Cluster(options)
        cluster.startAll()
        let clock = ContinuousClock()
        let took = clock.measure {
            cluster.run(until: { $0.nodes[0].machine.view > View(2_000) }, limit: 600_000)
        }
        print("speed: \(took) \(cluster.messageCount) messages")
        #expect(cluster.nodes[0].machine.view > View(2_000))
    }
}
