import Gossip
import Primitives
import Testing
import Wire

/// What a router counts, remembers and forgets; the numbers are those of the specification.
@Suite("Scores and memories of a router")
struct ScoreTests {
    static let topic = LoneRouter.topic

    /// Messages of a peer that the application finds good.
    private static func deliver(
        _ numbers: Range<Int>, from name: PeerName, to lone: inout LoneRouter
    ) {
        for number in numbers {
            let frame = RpcWriter.publish(data(number), on: topic)
            for id in lone.receive(frame, from: name).validated {
                lone.flush(lone.handle(.judged(id, .accept)))
            }
        }
    }

    private static func data(_ number: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func id(_ number: Int) -> MessageID {
        MessageID(topic: topic, data: data(number))
    }

    @Test("G26: first deliveries count up to 20 points, and fade (P2)")
    func firstDeliveries() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        Self.deliver(0..<10, from: name, to: &lone)
        #expect(lone.router.score(of: name) == 5)
        Self.deliver(10..<200, from: name, to: &lone)
        #expect(lone.router.score(of: name) == 20)
        lone.beat()
        #expect(abs(lone.router.score(of: name) - 19.4) < 0.001)
        lone.beat(300)
        #expect(lone.router.score(of: name) == 0)
    }

    @Test("G26: invalid messages count by their square, and fade slowly (P4)")
    func invalid() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        for number in 0..<2 {
            let frame = RpcWriter.publish(Self.data(number), on: Self.topic)
            for id in lone.receive(frame, from: name).validated {
                lone.handle(.judged(id, .reject))
            }
            #expect(lone.router.score(of: name) == (number == 0 ? -10 : -40))
        }
        lone.beat(100)
        #expect((-35 ... -33).contains(lone.router.score(of: name)))
    }

    @Test("G26: the application's opinion is kept within 100 points either way (P5)")
    func opinion() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        for (value, kept) in [(5_000, 100), (-5_000, -100), (-7, -7), (.nan, -7)]
            as [(Double, Double)]
        {
            lone.handle(.rated(name, value))
            #expect(lone.router.score(of: name) == kept)
        }
        lone.handle(.rated(name, -7))
        lone.beat(100)
        #expect(lone.router.score(of: name) == -7, "an opinion stays until there is another")
    }

    @Test("G26: faults beyond four count by their square, and fade (P7)")
    func faults() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let tooMany = (0..<65).flatMap { _ in AbuseTests.graft() }
        lone.receive(tooMany, from: name)
        lone.receive(tooMany, from: name)
        #expect(lone.router.score(of: name) == 0, "four faults are borne")
        lone.receive(tooMany, from: name)
        #expect(lone.router.score(of: name) == -40)
        lone.beat(25)
        #expect(lone.router.score(of: name) == 0)
    }

    @Test("G27: once a minute a poor mesh takes two better peers")
    func opportunistic() {
        var lone = LoneRouter()
        for index in 0..<12 {
            let name = lone.connect(index)
            lone.receive(AbuseTests.graft(), from: name)
        }
        let better = (20..<24).map { lone.connect($0) }
        for (place, name) in better.enumerated() {
            Self.deliver(1_000 * place..<1_000 * place + 40, from: name, to: &lone)
        }
        var grafted: Set<PeerName> = []
        var beats: Set<Int> = []
        for beat in 1...90 {
            let effects = lone.beat()
            for name in better where effects.rpcs(to: name).contains(where: { !$0.grafts.isEmpty })
            {
                grafted.insert(name)
                beats.insert(beat)
            }
        }
        #expect(grafted.count == 2)
        #expect(beats == [85], "85 heartbeats of 0.7 s are a minute")
    }

    @Test("G20: of IDONTWANT a thousand messages and 4,096 ids are kept, for three heartbeats")
    func unwanted() {
        func isSent(_ number: Int, _ lone: inout LoneRouter, _ source: PeerName) -> Bool {
            let target = GossipNetwork.name(1)
            let frame = RpcWriter.publish(Self.data(number), on: Self.topic)
            var effects: [GossipRouter.Effect] = []
            for id in lone.receive(frame, from: source).validated {
                effects += lone.handle(.judged(id, .accept))
            }
            lone.flush(effects)
            return effects.rpcs(to: target).contains { !$0.messages.isEmpty }
        }
        var lone = LoneRouter()
        let (peer, source) = (lone.connect(1), lone.connect(2))
        for first in stride(from: 0, to: 4_200, by: 100) {
            let ids = (first..<first + 100).flatMap {
                RpcTests.field(1, Self.id($0).bytes.array)
            }
            lone.receive(AbuseTests.control(5, ids), from: peer)
        }
        #expect(!isSent(0, &lone, source))
        #expect(!isSent(4_095, &lone, source))
        #expect(isSent(4_096, &lone, source))
        lone.beat(2)
        #expect(!isSent(1, &lone, source))
        lone.beat()
        #expect(isSent(2, &lone, source))

        var other = LoneRouter()
        let (many, another) = (other.connect(1), other.connect(2))
        for number in 0..<1_001 {
            let id = RpcTests.field(1, Self.id(number).bytes.array)
            other.receive(AbuseTests.control(5, id), from: many)
        }
        #expect(!isSent(999, &other, another))
        #expect(isSent(1_000, &other, another))
    }

    @Test("G9: what was seen is not looked at again for ten minutes, and then is")
    func seen() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let frame = RpcWriter.publish([1, 2, 3], on: Self.topic)
        for id in lone.receive(frame, from: name).validated {
            lone.handle(.judged(id, .ignore))
        }
        lone.now = lone.now.advanced(milliseconds: 598_000)
        lone.beat()
        #expect(lone.receive(frame, from: name).validated.isEmpty)
        lone.now = lone.now.advanced(milliseconds: 2_000)
        lone.beat()
        #expect(lone.receive(frame, from: name).validated.count == 1)
    }

    @Test("G12: a message of others can be asked for during six heartbeats")
    func cache() {
        for (beats, isServed) in [(5, true), (6, false)] {
            var lone = LoneRouter()
            let (source, asker) = (lone.connect(1), lone.connect(2, subscribes: false))
            Self.deliver(7..<8, from: source, to: &lone)
            lone.beat(beats)
            let want = AbuseTests.control(2, RpcTests.field(1, Self.id(7).bytes.array))
            let answers = lone.receive(want, from: asker).rpcs(to: asker)
            #expect(answers.contains { !$0.messages.isEmpty } == isServed, "\(beats)")
        }
    }

    @Test("G21: an own message goes to all while they are twelve, else to the mesh")
    func ownMessages() {
        for (count, isFlooded) in [(12, true), (13, false), (30, false)] {
            var lone = LoneRouter()
            for index in 0..<count { lone.connect(index, isOutbound: index % 2 == 0) }
            lone.beat(2)
            let effects = lone.handle(.publish(Self.topic, [9, 9]))
            let receivers = (0..<count).count { index in
                effects.rpcs(to: GossipNetwork.name(index)).contains { !$0.messages.isEmpty }
            }
            let mesh = lone.router.mesh(of: Self.topic).count
            #expect((6...8).contains(mesh))
            #expect(receivers == (isFlooded ? count : mesh), "of \(count)")
        }
    }

    @Test("G16: whoever leaves a topic asks for ten seconds, whoever is refused for sixty")
    func backoffs() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let leaving = lone.handle(.leave(Self.topic)).rpcs(to: name)
        #expect(leaving.flatMap(\.prunes).map(\.backoffSeconds) == [10])
        var other = LoneRouter()
        let refused = other.connect(1, subscribes: false)
        other.handle(.rated(refused, -1))
        let answer = other.receive(AbuseTests.graft(), from: refused).rpcs(to: refused)
        #expect(answer.flatMap(\.prunes).map(\.backoffSeconds) == [60])
    }
}
