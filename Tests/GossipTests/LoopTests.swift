import Gossip
import Primitives
import Testing

@Suite("Messages that come back")
struct LoopTests {
    static let topic = GossipNetwork.topic

    @Test("Attack 67: the largest message, sent back again and again, is forwarded once")
    func largest() {
        var lone = LoneRouter()
        let peers = (1...5).map { lone.connect($0) }
        let data = [UInt8](repeating: 7, count: Rpc.dataByteLimit)
        let frame = RpcWriter.publish(data, on: Self.topic)
        var forwarded: [GossipRouter.Effect] = []
        for id in lone.receive(frame, from: peers[0]).validated {
            forwarded += lone.handle(.judged(id, .accept))
        }
        let takers = peers.dropFirst().filter { !forwarded.frames(to: $0).isEmpty }
        #expect(takers.count == 2, "two get it whole, the others are told of it")
        #expect(forwarded.frames(to: peers[0]).isEmpty, "it does not go back")
        let held = lone.router.heldByteCount
        for round in 0..<8 {
            for peer in peers {
                let effects = lone.receive(frame, from: peer)
                #expect(effects.validated.isEmpty, "round \(round)")
                #expect(effects.frames(to: peer).isEmpty, "round \(round)")
            }
            if round.isMultiple(of: 2) { lone.beat() }
        }
        #expect(lone.router.heldByteCount <= held)
        #expect(lone.router.counters.duplicates == 40)
        #expect(lone.router.counters.accepted == 1)
    }

    @Test(
        "Attack 67: a message over the limit is neither judged nor forwarded, and costs its sender")
    func tooLarge() {
        var lone = LoneRouter()
        let (sender, other) = (lone.connect(1), lone.connect(2))
        let data = [UInt8](repeating: 7, count: Rpc.dataByteLimit + 1)
        let frame = RpcWriter.publish(data, on: Self.topic)
        var isCut = false
        for _ in 0..<4 {
            let effects = lone.receive(frame, from: sender)
            #expect(effects.validated.isEmpty)
            #expect(effects.frames(to: other).isEmpty)
            isCut = isCut || effects.contains(.disconnect(sender, .graylisted))
        }
        #expect(isCut, "the frames count two faults each")
        #expect(lone.router.heldByteCount == 0)
    }

    @Test("Attack 67: round a ring of nodes a message passes each of them once")
    func ring() {
        var network = GossipNetwork(count: 6, seed: 3)
        network.connectLine()
        network.connect(5, 0)
        network.run(milliseconds: 2_000)
        let id = network.publish([UInt8](repeating: 3, count: 100_000), at: 2)
        network.run(milliseconds: 30_000)
        #expect(network.deliveries[id]?.values.allSatisfy { $0 == 1 } == true)
        #expect(network.deliveries[id]?.count == 5, "everyone but the publisher")
        let copies = network.routers.reduce(0) { $0 + $1.counters.duplicates }
        #expect(copies <= 6, "at most one copy crosses each link twice")
    }
}
