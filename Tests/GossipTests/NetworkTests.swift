import Gossip
import Primitives
import Testing

@Suite("Messages spread through a network")
struct NetworkTests {
    static func data(_ number: Int, size: Int) -> [UInt8] {
        var chance = Chance(seed: UInt64(number))
        return (0..<size).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
    }

    @Test(
        "Every message reaches each of twenty nodes exactly once, with at most 2.5 copies each",
        arguments: [300, 4_000, 60_000], 0..<2 as Range<UInt64>)
    func twentyNodes(size: Int, seed: UInt64) {
        var network = GossipNetwork(count: 20, seed: seed)
        network.connectRandomly(dials: 8)
        network.run(milliseconds: 5_000)
        let before = network.copyCount
        var sent: [(MessageID, Int)] = []
        // Large ones are fewer: what they cost here is time, and they behave like the middle ones.
        for number in 0..<(size > 10_000 ? 5 : 30) {
            let publisher = number % 20
            sent.append((network.publish(Self.data(number, size: size), at: publisher), publisher))
            network.run(milliseconds: 50)
        }
        network.run(milliseconds: 3_000)
        for (id, publisher) in sent {
            #expect(network.isEverywhereOnce(id, publisher: publisher), "seed \(seed)")
        }
        let copies = Double(network.copyCount - before) / Double(sent.count * 20)
        #expect(copies <= 2.5, "seed \(seed): \(copies) copies")
        #expect(network.cuts.isEmpty)
    }

    @Test("A line of nodes passes everything from end to end", arguments: 0..<4 as Range<UInt64>)
    func line(seed: UInt64) {
        var network = GossipNetwork(count: 8, seed: seed)
        network.connectLine()
        network.run(milliseconds: 1_000)
        let ids = (0..<20).map { network.publish(Self.data($0, size: 300), at: 0) }
        network.run(milliseconds: 3_000)
        for id in ids { #expect(network.isEverywhereOnce(id, publisher: 0), "seed \(seed)") }
    }

    @Test(
        "A network of two to five nodes has no empty mesh, joined late or early", arguments: 2...5)
    func small(count: Int) {
        var network = GossipNetwork(count: count, seed: 9, joins: false)
        network.connectAll()
        network.run(milliseconds: 500)
        for index in 0..<count { network.handle(.join(GossipNetwork.topic), at: index) }
        network.run(milliseconds: 100)
        for round in 0..<20 {
            network.run(milliseconds: 700)
            for router in network.routers {
                #expect(!router.mesh(of: GossipNetwork.topic).isEmpty, "round \(round)")
            }
        }
    }

    @Test("A node that leaves a topic and joins again misses nothing in a small network")
    func rejoin() {
        var network = GossipNetwork(count: 3, seed: 2)
        network.connectAll()
        network.run(milliseconds: 2_000)
        network.handle(.leave(GossipNetwork.topic), at: 1)
        network.run(milliseconds: 500)
        network.handle(.join(GossipNetwork.topic), at: 1)
        network.run(milliseconds: 1_000)
        let id = network.publish([1, 2, 3], at: 0)
        network.run(milliseconds: 1_000)
        #expect(network.isEverywhereOnce(id, publisher: 0))
        #expect(network.cuts.isEmpty)
    }

    @Test("What is published with nobody there reaches those who come later")
    func alone() {
        var network = GossipNetwork(count: 4, seed: 3)
        let id = network.publish([9, 9, 9], at: 0)
        network.run(milliseconds: 30_000)
        network.connectLine()
        network.run(milliseconds: 5_000)
        #expect(network.isEverywhereOnce(id, publisher: 0))
    }

    @Test(
        "Lost frames are made good by announcements",
        arguments: 0..<4 as Range<UInt64>)
    func loss(seed: UInt64) {
        var network = GossipNetwork(count: 12, seed: seed)
        network.connectRandomly(dials: 6)
        network.run(milliseconds: 3_000)
        network.lossPerMillion = 200_000
        var ids: [MessageID] = []
        for number in 0..<40 {
            ids.append(network.publish(Self.data(number, size: 500), at: 0))
            network.run(milliseconds: 30)
        }
        network.lossPerMillion = 0
        network.run(milliseconds: 8_000)
        let missed = ids.filter { !network.isEverywhereOnce($0, publisher: 0) }
        #expect(missed.isEmpty, "seed \(seed)")
    }

    @Test("Meshes settle between six and twelve peers, two of them of the node's own dialling")
    func degrees() {
        var network = GossipNetwork(count: 40, seed: 4)
        network.connectRandomly(dials: 10)
        network.run(milliseconds: 20_000)
        for (index, router) in network.routers.enumerated() {
            let size = router.mesh(of: GossipNetwork.topic).count
            #expect((6...13).contains(size), "node \(index) has \(size)")
        }
        #expect(network.cuts.isEmpty)
    }

    @Test("The same seed gives the same history")
    func determinism() {
        let histories = (0..<2).map { _ in
            var network = GossipNetwork(count: 10, seed: 11)
            network.connectRandomly(dials: 5)
            for number in 0..<30 {
                network.publish(Self.data(number, size: 700), at: number % 10)
                network.run(milliseconds: 20)
            }
            network.run(milliseconds: 2_000)
            return network.routers.map(\.counters)
        }
        #expect(histories[0] == histories[1])
    }
}
