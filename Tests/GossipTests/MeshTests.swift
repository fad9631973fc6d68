import Gossip
import Primitives
import Testing
import Wire

@Suite("Recommendations, fanout, shares")
struct MeshTests {
    static let topic = LoneRouter.topic

    static func record(_ index: Int) -> (name: PeerName, record: SignedPeerRecord) {
        let key = SigningKey(seed: FixedBytes(repeating: UInt8(index + 1)))
        let address: [UInt8] = [4, 50, UInt8(index), 1, 1, 6, 15, 161]
        let record = SignedPeerRecord(
            signing: [address], sequence: 1, with: key, scheme: .simulated)
        return (record.peer, record)
    }

    static func link(_ index: Int) -> PeerLink {
        PeerLink(isOutbound: false, place: GossipNetwork.place(index))
    }

    /// A router whose mesh of twelve refuses a thirteenth peer, and what it answers.
    static func refusal() -> (frames: [[UInt8]], refused: PeerName) {
        var lone = LoneRouter()
        for index in 0..<13 {
            let (name, record) = record(index)
            lone.handle(.connected(name, link(index)))
            lone.receive(RpcWriter.subscriptions([topic], isJoin: true), from: name)
            lone.handle(.identified(name, record))
            if index < 12 { lone.receive(AbuseTests.graft(), from: name) }
        }
        let refused = record(12).name
        return (lone.receive(AbuseTests.graft(), from: refused).frames(to: refused), refused)
    }

    @Test("A full mesh recommends its peers; only a peer of good standing is believed")
    func recommendations() throws {
        let (frames, refused) = Self.refusal()
        let rpc = try Rpc(frame: try #require(frames.first), topics: [Self.topic])
        #expect(rpc.prunes.first?.records.count == 12)
        for deliveries in [0, 25] {
            var lone = LoneRouter()
            let source = lone.connect(1)
            for number in 0..<deliveries {
                let message = RpcWriter.publish([UInt8(number)], on: Self.topic)
                for id in lone.receive(message, from: source).validated {
                    lone.handle(.judged(id, .accept))
                }
            }
            var learned: [SignedPeerRecord] = []
            for case .learned(let records, source) in lone.receive(frames[0], from: source) {
                learned = records
            }
            #expect(learned.count == (deliveries == 0 ? 0 : 12))
            #expect(!learned.contains { $0.peer == refused })
        }
    }

    @Test(
        "Attack 65: a peer's recommendations are checked sixteen in a heartbeat, forgeries drop out"
    )
    func recommendationFlood() throws {
        var lone = LoneRouter()
        let source = lone.connect(1)
        for number in 0..<25 {
            let message = RpcWriter.publish([UInt8(number)], on: Self.topic)
            for id in lone.receive(message, from: source).validated {
                lone.handle(.judged(id, .accept))
            }
        }
        var learned = 0
        for round in 0..<20 {
            var body = AbuseTests.topicField()
            for index in 0..<16 {
                var envelope = Self.record(round * 10 + index % 10).record.envelope
                if index.isMultiple(of: 2) { envelope[envelope.count - 1] ^= 1 }
                body += RpcTests.field(2, RpcTests.field(2, envelope))
            }
            for case .learned(let records, _) in lone.receive(
                AbuseTests.control(4, body), from: source)
            {
                learned += records.count
            }
        }
        #expect(learned == 8)
    }

    @Test("A node that has not joined publishes to eight peers, and to the same ones for a minute")
    func fanout() {
        var lone = LoneRouter()
        lone.handle(.leave(Self.topic))
        for index in 0..<30 { lone.connect(index) }
        func receivers(_ data: [UInt8]) -> Set<PeerName> {
            let effects = lone.handle(.publish(Self.topic, data))
            lone.flush(effects)
            return Set(
                effects.compactMap { effect in
                    if case .send(let name, _, .own) = effect { name } else { nil }
                })
        }
        let first = receivers([1])
        #expect(first.count == 8)
        lone.beat(10)
        #expect(receivers([2]) == first)
        let next = receivers([3])
        #expect(next == first)
    }

    @Test("Light peers publish and are neither sent messages nor taken into the mesh")
    func lightPeers() {
        var lone = LoneRouter()
        let (light, full) = (lone.connect(1, role: .light), lone.connect(2))
        lone.receive(AbuseTests.graft(), from: light)
        #expect(lone.router.mesh(of: Self.topic) == [full])
        let frame = RpcWriter.publish([1, 2], on: Self.topic)
        var forwarded: [GossipRouter.Effect] = []
        for id in lone.receive(frame, from: light).validated {
            forwarded = lone.handle(.judged(id, .accept))
        }
        #expect(forwarded.frames(to: full).count == 1)
        #expect(lone.handle(.publish(Self.topic, [3])).frames(to: light).isEmpty)
    }

    @Test("Attack 66: a peer that floods holds its share of what is being checked, and no more")
    func share() {
        var lone = LoneRouter()
        let (flooder, light) = (lone.connect(1), lone.connect(2, role: .light))
        let honest = lone.connect(3)
        var (taken, lightTaken) = (0, 0)
        for number in 0..<200 {
            var data = [UInt8](repeating: 1, count: 200_000)
            data[0] = UInt8(number)
            let frame = RpcWriter.publish(data, on: Self.topic)
            taken += lone.receive(frame, from: flooder).validated.count
            data[1] = 2
            let other = RpcWriter.publish(data, on: Self.topic)
            lightTaken += lone.receive(other, from: light).validated.count
        }
        #expect(taken == 83, "16 MiB of 200,000 bytes each")
        #expect(lightTaken == 1, "256 KiB")
        #expect(lone.router.heldByteCount < 18 << 20)
        let message = RpcWriter.publish([9], on: Self.topic)
        #expect(lone.receive(message, from: honest).validated.count == 1)
    }

    @Test("Messages that nobody judges are let go after a minute")
    func unjudged() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        let frame = RpcWriter.publish([UInt8](repeating: 1, count: 1_000), on: Self.topic)
        let ids = lone.receive(frame, from: name).validated
        #expect(lone.router.heldByteCount == 1_000)
        lone.beat(90)
        #expect(lone.router.heldByteCount == 0)
        #expect(lone.handle(.judged(ids[0], .accept)).isEmpty)
    }

    @Test("Attack 59: a flood of empty and unknown frames leaves nothing and answers nothing")
    func emptyFrames() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        for number in 0..<10_000 {
            let unknown: [UInt8] = [0x7a, 4] + (0..<4).map { UInt8(number >> $0 & 255) }
            #expect(lone.receive(number.isMultiple(of: 2) ? [] : unknown, from: name).isEmpty)
        }
        #expect(lone.router.heldByteCount == 0)
    }

    @Test("Attack 60: a request that says it goes on and does not is refused at once")
    func endless() {
        for frame: [UInt8] in [
            [0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x12], [0x1a, 0x02, 0x12, 0x7f],
            [0x1a, 0x05, 0x12, 0x03, 0x0a, 0x80, 0x80], [0x80, 0x80, 0x80, 0x80],
        ] {
            var lone = LoneRouter()
            let name = lone.connect(1)
            #expect(lone.receive(frame, from: name) == [.disconnect(name, .malformed)])
        }
    }

    @Test(
        "A peer that left keeps its record for an hour, and a bounded number of such records is kept"
    )
    func records() {
        var lone = LoneRouter()
        let name = lone.connect(1)
        for number in 0..<2 {
            let frame = RpcWriter.publish([1, UInt8(number)], on: Self.topic)
            for id in lone.receive(frame, from: name).validated {
                lone.handle(.judged(id, .reject))
            }
        }
        lone.handle(.disconnected(name))
        #expect(lone.router.score(of: name) == -40)
        for index in 2..<500 {
            let other = lone.connect(index, subscribes: false)
            lone.handle(.disconnected(other))
        }
        lone.connect(1)
        #expect(lone.router.score(of: name) < -39)
        lone.handle(.disconnected(name))
        lone.now = lone.now.advanced(milliseconds: 3_600_000)
        lone.beat()
        #expect(lone.router.score(of: name) == 0)
    }
}
