import Consensus
import Primitives
import Testing

@Suite("Agreement of a few validators")
struct ClusterTests {
    @Test("Four validators agree on block after block", arguments: 1...4 as ClosedRange<UInt64>)
    func steady(seed: UInt64) {
        var cluster = Cluster(ClusterOptions(seed: seed))
        cluster.startAll()
        cluster.run(milliseconds: 20_000)
        #expect(cluster.checker.violations == [], "seed \(seed)")
        #expect(cluster.checker.finalCount > 80, "seed \(seed)")
        for node in cluster.nodes {
            #expect(node.alarms == [])
            #expect(node.evidence == [])
            #expect(node.faults == [])
        }
    }
}
