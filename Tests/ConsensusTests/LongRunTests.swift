import Consensus
import Primitives
import Testing

@Suite("A long run")
struct LongRunTests {
    @Test("Five hundred views leave no view behind and no memory of old ones")
    func longRun() {
        var options = ClusterOptions()
        options.isChecked = false
        options.execution = 0...1
        options.delay = 1...3
        var cluster = Cluster(options)
        cluster.startAll()
        cluster.run(until: { $0.nodes[0].machine.view > View(500) }, limit: 60_000)
        let machine = cluster.nodes[0].machine
        #expect(machine.view > View(500))
        #expect(machine.finalizedView.adding(4) > machine.view)
        // Two messages a view to each of three others, and little beside.
        #expect(cluster.messageCount < 500 * 4 * 3 * 3)
    }
}
