import Consensus
import Primitives
import Testing
import Wire

/// Faults at random, then a healed network that must go on: the two phases of `consensus.md` 4.2.
@Suite("Faults, then health")
struct ChaosTests {
    static let weights: [[UInt64]] = [
        [1, 1, 1, 1], [10, 20, 30, 25], [5, 5, 5, 5, 5], [1, 2, 3, 4, 5, 6, 7],
    ]

    @Test(
        "Loss, delay, cuts and crashes break no rule, and health brings blocks again",
        arguments: 0..<24 as Range<UInt64>)
    func chaos(seed: UInt64) {
        let replay: Comment = "replay: seed \(seed)"
        var options = ClusterOptions()
        options.seed = seed
        options.weights = Self.weights[Int(seed % 4)]
        options.lossPercent = [0, 5, 20][Int(seed % 3)]
        options.duplicatePercent = 10
        options.delay = 5...[60, 200, 600][Int(seed / 3 % 3)]
        var cluster = Cluster(options)
        var random = Chance(seed: seed ^ 0xfa17)
        cluster.startAll()
        for _ in 0..<20 { disturb(&cluster, &random) }
        cluster.heal()
        for index in cluster.nodes.indices where !cluster.nodes[index].isUp { cluster.start(index) }
        #expect(cluster.checker.violations == [], replay)
        let views = cluster.nodes.map(\.machine.finalizedView)
        let target = (views.max() ?? View(0)).adding(5)
        let took = cluster.run(
            until: { $0.nodes.allSatisfy { $0.machine.finalizedView >= target } }, limit: 240_000)
        #expect(took != nil, "\(replay): stands at \(cluster.nodes.map(\.machine.status))")
        #expect(cluster.checker.violations == [], replay)
        for node in cluster.nodes {
            #expect(node.evidence == [], replay)
            #expect(node.alarms == [], replay)
            #expect(node.faults == [], replay)
        }
    }

    /// One fault, and some time under it.
    private func disturb(_ cluster: inout Cluster, _ random: inout Chance) {
        let count = UInt64(cluster.nodes.count)
        let index = Int(random.below(count))
        switch random.below(6) {
        case 0, 1:
            if cluster.nodes[index].isUp { cluster.crash(index) } else { cluster.start(index) }
        case 2: cluster.partition(Set((0..<cluster.nodes.count).filter { _ in random.chance(50) }))
        case 3: cluster.heal()
        case 4:
            for each in cluster.nodes.indices where random.chance(50) { cluster.crash(each) }
            cluster.run(milliseconds: random.below(500))
            for each in cluster.nodes.indices where !cluster.nodes[each].isUp {
                cluster.start(each)
            }
        default: break
        }
        cluster.run(milliseconds: 200 + random.below(6_000))
    }

    @Test("The same seed gives the same history")
    func determinism() {
        let histories = (0..<2).map { _ in
            var options = ClusterOptions()
            options.seed = 77
            options.lossPercent = 10
            var cluster = Cluster(options)
            var random = Chance(seed: 7)
            cluster.startAll()
            for _ in 0..<6 { disturb(&cluster, &random) }
            let states = cluster.nodes.map {
                "\($0.machine.status) \($0.machine.finalization?.wire ?? [])"
            }
            return "\(states) \(cluster.messageCount) \(cluster.now)"
        }
        #expect(histories[0] == histories[1])
    }

    @Test("Pitfall 14: one message lost in a hundred costs few blocks")
    func lossyNode() {
        var blocks: [Int] = []
        for loss in [0, 1] as [UInt64] {
            var options = ClusterOptions()
            options.weights = [1, 1, 1, 1, 1, 1, 1]
            options.lossPercent = loss
            var cluster = Cluster(options)
            cluster.startAll()
            cluster.run(milliseconds: 60_000)
            blocks.append(cluster.checker.finalCount)
            #expect(cluster.checker.violations == [])
        }
        #expect(blocks[1] * 10 > blocks[0] * 7, "\(blocks)")
    }
}
