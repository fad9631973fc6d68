import Gossip
import Primitives
import Testing
import Wire

@Suite("What waits for slow peers")
struct QueueTests {
    static let topic = LoneRouter.topic

    /// Publishes messages of 100,000 bytes that differ in their first bytes.
    static func publish(_ count: Int, from first: Int, on lone: inout LoneRouter)
        -> [GossipRouter.Effect]
    {
        var effects: [GossipRouter.Effect] = []
        for number in first..<first + count {
            var data = [UInt8](repeating: 0, count: 100_000)
            (data[0], data[1]) = (UInt8(number & 255), UInt8(number >> 8))
            effects += lone.handle(.publish(topic, data))
        }
        return effects
    }

    @Test("A stopped peer holds no more than its queue, and others go on")
    func stopped() {
        var lone = LoneRouter()
        let (slow, quick) = (lone.connect(1), lone.connect(2))
        var delivered = 0
        for number in 0..<500 {
            let effects = Self.publish(1, from: number, on: &lone)
            for case .send(let name, let bytes, .own) in effects where name == quick {
                delivered += 1
                lone.flush([.send(name, bytes, .own)])
            }
            if number.isMultiple(of: 20) {
                lone.now = lone.now.advanced(milliseconds: 700)
                for case .send(let name, let bytes, let lane)
                    in lone.handle(.fired(.heartbeat)) where name == quick
                {
                    lone.flush([.send(name, bytes, lane)])
                }
            }
            #expect(lone.router.heldByteCount < (4 + 16 + 64 + 1) << 20)
        }
        #expect(delivered == 500)
        #expect(lone.router.peerNames.contains(slow))
    }

    @Test("Our own messages that did not fit a queue are announced when it is empty, and served")
    func missedOwn() {
        var lone = LoneRouter()
        let slow = lone.connect(1)
        var sent = Self.publish(80, from: 0, on: &lone)
        var have: [MessageID] = []
        var got = 0
        while !sent.isEmpty {
            var next: [GossipRouter.Effect] = []
            for case .send(let name, let bytes, let lane) in sent {
                #expect(name == slow)
                if lane == .own { got += 1 }
                next += lone.handle(.flushed(name, byteCount: bytes.count))
            }
            have += next.rpcs(to: slow).flatMap(\.haves).flatMap(\.ids)
            sent = next
        }
        #expect(got < 80)
        #expect(have.count == 80)
        let want = AbuseTests.control(2, have.flatMap { RpcTests.field(1, $0.bytes.array) })
        let served = lone.receive(want, from: slow).frames(to: slow)
        #expect(!served.isEmpty)
    }

    @Test("Control goes before our own messages, those before forwarded ones")
    func order() {
        var lone = LoneRouter()
        let (slow, source) = (lone.connect(1), lone.connect(2))
        // Fill the transport's window first.
        _ = Self.publish(6, from: 0, on: &lone)
        let forwarded = RpcWriter.publish([7, 7, 7], on: Self.topic)
        for id in lone.receive(forwarded, from: source).validated {
            #expect(lone.handle(.judged(id, .accept)).frames(to: slow).isEmpty)
        }
        #expect(lone.handle(.publish(Self.topic, [8])).frames(to: slow).isEmpty)
        #expect(lone.handle(.leave(Self.topic)).frames(to: slow).isEmpty)
        let lanes = lone.handle(.flushed(slow, byteCount: 600_000)).compactMap {
            effect -> GossipRouter.Lane? in
            guard case .send(slow, _, let lane) = effect else { return nil }
            return lane
        }
        #expect(lanes.first == .control)
        #expect(lanes == lanes.sorted { $0.rawValue < $1.rawValue })
        #expect(lanes.last == .forward)
    }

    @Test("A peer that asks for control answers and never reads is cut off as stalled")
    func stalled() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        _ = Self.publish(6, from: 0, on: &lone)
        var effects: [GossipRouter.Effect] = []
        var number = 0
        while lone.router.peerNames.contains(name), number < 400_000 {
            lone.now = lone.now.advanced(milliseconds: 700)
            _ = lone.handle(.fired(.heartbeat))
            effects = lone.receive(AbuseTests.have(number..<number + 2_500), from: name)
            number += 2_500
        }
        #expect(!lone.router.peerNames.contains(name))
        #expect(number < 400_000)
        _ = effects
    }

    @Test("A message that the peer says it has is taken out of its queue")
    func withdrawn() {
        var lone = LoneRouter()
        let (slow, source) = (lone.connect(1), lone.connect(2))
        _ = Self.publish(6, from: 0, on: &lone)
        let data = [UInt8](repeating: 5, count: 2_000)
        let ids = lone.receive(RpcWriter.publish(data, on: Self.topic), from: source).validated
        for id in ids { lone.handle(.judged(id, .accept)) }
        let unwanted = AbuseTests.control(5, RpcTests.field(1, ids[0].bytes.array))
        lone.receive(unwanted, from: slow)
        let sent = lone.handle(.flushed(slow, byteCount: 600_000))
        let isSent = sent.contains { effect in
            if case .send(slow, _, .forward) = effect { true } else { false }
        }
        #expect(!isSent)
    }

    @Test("Large messages make us tell mesh peers of version 1.2 at once, small ones do not")
    func unwanted() {
        var lone = LoneRouter()
        let (new, old) = (lone.connect(1), lone.connect(2, version: .meshsub11))
        let source = lone.connect(3)
        let large = RpcWriter.publish([UInt8](repeating: 5, count: 1_024), on: Self.topic)
        let effects = lone.receive(large, from: source)
        #expect(effects.rpcs(to: new).first?.unwanted.first?.count == 1)
        #expect(effects.rpcs(to: old).isEmpty)
        #expect(effects.rpcs(to: source).isEmpty)
        let small = RpcWriter.publish([UInt8](repeating: 6, count: 1_023), on: Self.topic)
        #expect(lone.receive(small, from: source).rpcs(to: new).isEmpty)
    }
}
