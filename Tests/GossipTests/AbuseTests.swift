import Gossip
import Primitives
import Testing
import Wire

@Suite("Peers that break the rules")
struct AbuseTests {
    static let topic = LoneRouter.topic

    static func control(_ field: UInt8, _ body: [UInt8]) -> [UInt8] {
        RpcTests.field(3, RpcTests.field(field, body))
    }

    static func topicField() -> [UInt8] { RpcTests.field(1, topic.name) }

    static func graft() -> [UInt8] { control(3, topicField()) }

    static func prune(backoff: UInt64) -> [UInt8] {
        var body = topicField() + [0x18]
        Varint.append(backoff, to: &body)
        return control(4, body)
    }

    static func id(_ number: Int) -> MessageID {
        var bytes = FixedBytes<20>()
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
        return MessageID(bytes)
    }

    static func ids(_ field: UInt8, _ numbers: Range<Int>) -> [UInt8] {
        numbers.flatMap { RpcTests.field(field, Self.id($0).bytes.array) }
    }

    static func have(_ numbers: Range<Int>) -> [UInt8] {
        control(1, topicField() + ids(2, numbers))
    }

    static func want(_ numbers: Range<Int>) -> [UInt8] { control(2, ids(1, numbers)) }

    @Test("Three messages found wrong bring a peer below the graylist threshold, and it is cut off")
    func rejection() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        var cuts: [GossipRouter.Effect] = []
        for number in 0..<3 {
            let frame = RpcWriter.publish([1, UInt8(number)], on: Self.topic)
            let ids = lone.receive(frame, from: name).validated
            #expect(ids.count == 1)
            cuts = lone.handle(.judged(ids[0], .reject))
        }
        #expect(lone.router.score(of: name) < -80)
        #expect(cuts == [.disconnect(name, .graylisted)])
        #expect(lone.router.peerNames.isEmpty)
        // Coming back at once does not help: the record stays.
        lone.connect(1, subscribes: false)
        #expect(lone.receive(Self.graft(), from: name) == [.disconnect(name, .graylisted)])
    }

    @Test("A message that is ignored costs its sender nothing")
    func ignoring() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        for number in 0..<100 {
            let frame = RpcWriter.publish([2, UInt8(number)], on: Self.topic)
            for id in lone.receive(frame, from: name).validated {
                #expect(lone.handle(.judged(id, .ignore)).isEmpty)
            }
        }
        #expect(lone.router.score(of: name) == 0)
        #expect(lone.router.counters.ignored == 100)
    }

    @Test("A rejected message is not looked at twice, and its later senders are charged too")
    func rejectedOnce() {
        var lone = LoneRouter()
        let (first, second) = (lone.connect(1), lone.connect(2))
        let frame = RpcWriter.publish([3], on: Self.topic)
        for id in lone.receive(frame, from: first).validated { lone.handle(.judged(id, .reject)) }
        #expect(lone.receive(frame, from: second).validated.isEmpty)
        #expect(lone.router.score(of: second) < 0)
    }

    @Test("A late copy of a valid message is no fault")
    func duplicates() {
        var lone = LoneRouter()
        let (first, second) = (lone.connect(1), lone.connect(2))
        let frame = RpcWriter.publish([3], on: Self.topic)
        for id in lone.receive(frame, from: first).validated { lone.handle(.judged(id, .accept)) }
        for _ in 0..<1_000 { lone.receive(frame, from: second) }
        #expect(lone.router.score(of: second) == 0)
        #expect(lone.router.score(of: first) > 0)
    }

    @Test("A message with an author, a number or a signature is refused (StrictNoSign)")
    func authors() throws {
        for extra: [UInt8] in [[0x0a, 1, 1], [0x1a, 1, 1], [0x2a, 1, 1], [0x32, 1, 1]] {
            var lone = LoneRouter()
            let name = lone.connect(1)
            let plain = RpcTests.field(2, [1, 2, 3]) + RpcTests.field(4, Self.topic.name)
            let frame = RpcTests.field(2, plain + extra)
            #expect(lone.receive(frame, from: name).validated.isEmpty)
            #expect(lone.router.score(of: name) < 0)
        }
    }

    @Test("A peer that grafts again and again within its backoff is cut off")
    func graftFlood() {
        var lone = LoneRouter()
        let name = lone.connect(1, subscribes: false)
        lone.handle(.rated(name, -1))
        let refusal = lone.receive(Self.graft(), from: name).rpcs(to: name)
        #expect(refusal.first?.prunes.first?.backoffSeconds == 60)
        var effects: [GossipRouter.Effect] = []
        for _ in 0..<10 where lone.router.peerNames == [name] {
            effects = lone.receive(Self.graft(), from: name)
        }
        #expect(effects.contains(.disconnect(name, .graylisted)))
    }

    @Test("The longest backoff that a peer can ask for is an hour, and no number overflows")
    func backoff() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        #expect(lone.router.mesh(of: Self.topic) == [name])
        lone.receive(Self.prune(backoff: .max), from: name)
        #expect(lone.router.mesh(of: Self.topic).isEmpty)
        lone.beat(60)
        #expect(lone.router.mesh(of: Self.topic).isEmpty)
        lone.now = lone.now.advanced(milliseconds: 3_602_000)
        lone.beat()
        #expect(lone.router.mesh(of: Self.topic) == [name])
    }

    @Test("A pruned peer is not grafted before its backoff is over")
    func obeysBackoff() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        lone.receive(Self.prune(backoff: 10), from: name)
        for _ in 0..<15 {
            let isQuiet = lone.beat().rpcs(to: name).allSatisfy(\.grafts.isEmpty)
            #expect(isQuiet)
        }
        let later = lone.beat(3)
        #expect(later.rpcs(to: name).contains { !$0.grafts.isEmpty })
    }

    @Test("A GRAFT for an unknown topic is ignored")
    func unknownTopic() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let frame = Self.control(3, RpcTests.field(1, Array("elsewhere".utf8)))
        #expect(lone.receive(frame, from: name).isEmpty)
        #expect(lone.router.score(of: name) == 0)
    }

    @Test("A full mesh refuses inbound peers and still takes outbound ones")
    func fullMesh() {
        var lone = LoneRouter()
        for index in 0..<12 {
            let name = lone.connect(index)
            lone.receive(Self.graft(), from: name)
        }
        #expect(lone.router.mesh(of: Self.topic).count == 12)
        let inbound = lone.connect(20)
        let refusal = lone.receive(Self.graft(), from: inbound).rpcs(to: inbound)
        #expect(refusal.first?.prunes.count == 1)
        let outbound = lone.connect(21, isOutbound: true)
        lone.receive(Self.graft(), from: outbound)
        #expect(lone.router.mesh(of: Self.topic).contains(outbound))
    }

    @Test("Announcements beyond the limits of a heartbeat are not looked at")
    func haveFlood() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        var asked = 0
        for round in 0..<100 {
            let effects = lone.receive(Self.have(round * 1_000..<(round + 1) * 1_000), from: name)
            asked += effects.rpcs(to: name).reduce(0) { $0 + $1.wants.count }
            lone.flush(effects)
        }
        #expect(asked == 5_000)
        #expect(lone.router.heldByteCount < 1 << 20)
    }

    @Test("Attack 63: a peer that announces and withholds is passed over and pays for it")
    func withholding() {
        var lone = LoneRouter()
        let (liar, honest) = (lone.connect(1), lone.connect(2))
        #expect(lone.receive(Self.have(0..<1), from: liar).rpcs(to: liar).first?.wants.count == 1)
        #expect(lone.receive(Self.have(0..<1), from: honest).isEmpty)
        var asked = false
        for _ in 0..<3 where !asked {
            asked = lone.beat().rpcs(to: honest).contains { !$0.wants.isEmpty }
        }
        #expect(asked, "another peer is asked within two seconds and a heartbeat")
        for round in 1..<60 where lone.router.peerNames.contains(liar) {
            lone.receive(Self.have(round..<round + 1), from: liar)
            lone.beat()
        }
        #expect(lone.router.score(of: liar) < 0)
    }

    @Test("Attack 57: fifty thousand requests without reading hold no more than the queue's limit")
    func requestsWithoutReading() {
        var lone = LoneRouter()
        let (name, other) = (lone.connect(1), lone.connect(2))
        var wanted: [UInt8] = []
        for number in 0..<60 {
            let data = [UInt8](repeating: UInt8(number), count: 200_000)
            let frame = RpcWriter.publish(data, on: Self.topic)
            let effects = lone.receive(frame, from: other)
            lone.flush(effects)
            for id in effects.validated {
                lone.flush(lone.handle(.judged(id, .accept)))
                wanted += RpcTests.field(1, id.bytes.array)
            }
        }
        let held = lone.router.heldByteCount
        var isCut = false
        for _ in 0..<900 where !isCut {
            for effect in lone.receive(Self.control(2, wanted), from: name) {
                if case .disconnect = effect { isCut = true }
            }
        }
        #expect(lone.router.heldByteCount <= held + (5 << 20))
    }

    @Test("A message is served to one peer three times and not a fourth")
    func serving() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let effects = lone.handle(.publish(Self.topic, [1, 2, 3]))
        lone.flush(effects)
        let id = MessageID(topic: Self.topic, data: [1, 2, 3])
        let want = Self.control(2, RpcTests.field(1, id.bytes.array))
        for _ in 0..<3 {
            #expect(lone.receive(want, from: name).rpcs(to: name).count == 1)
        }
        #expect(lone.receive(want, from: name).isEmpty)
        #expect(lone.receive(Self.want(500..<501), from: name).isEmpty)
    }

    @Test("Ten thousand subscriptions leave nothing behind")
    func subscriptions() {
        var lone = LoneRouter()
        let name = lone.connect(1, subscribes: false)
        for number in 0..<10_000 {
            let topic = Topic(name: Array("t\(number)".utf8))
            lone.receive(RpcWriter.subscriptions([topic], isJoin: true), from: name)
        }
        #expect(lone.router.subscribers(of: Self.topic).isEmpty)
        #expect(lone.router.heldByteCount == 0)
    }

    @Test("Frames over a limit cost the peer its place after a few")
    func overLimit() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let flood = Self.control(2, [UInt8](repeating: 0x0a, count: 1_000_000))
        var effects: [GossipRouter.Effect] = []
        for _ in 0..<8 where lone.router.peerNames == [name] {
            effects = lone.receive(flood, from: name)
        }
        #expect(effects == [.disconnect(name, .graylisted)])
    }

    @Test("Bytes that are not the protocol end the connection")
    func malformed() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        #expect(lone.receive([0xff, 0xff], from: name) == [.disconnect(name, .malformed)])
        #expect(lone.receive([0xff], from: name).isEmpty)
    }

    @Test("More than eight peers on one host lose their score, loopback ones do not")
    func oneHost() throws {
        let place = try #require(NetworkPlace(ip: [20, 1, 2, 3]))
        let loopback = try #require(NetworkPlace(ip: [127, 0, 0, 1]))
        var lone = LoneRouter()
        for index in 0..<10 { lone.connect(index, place: place) }
        for index in 20..<40 { lone.connect(index, place: loopback) }
        #expect(lone.router.score(of: GossipNetwork.name(0)) == -40)
        // An eleventh would bring all of them below the graylist threshold: it is the one to go.
        lone.connect(10, place: place)
        #expect(lone.router.score(of: GossipNetwork.name(0)) == -40)
        #expect(lone.router.score(of: GossipNetwork.name(20)) == 0)
    }
}
