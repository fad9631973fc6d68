import Primitives
import Testing
import Transport
import Wire

private let consensusName = "/argosy/00000000/consensus/1"
private let lightName = "/argosy/00000000/light/1"

@Suite("Streams of a peer")
struct SessionTests {
    @Test("Attack 55: a message that comes one byte at a time is cut off after its time")
    func slowMessage() throws {
        var bench = SessionBench()
        let id = try bench.open(consensusName)
        try bench.write(id, [0x80, 0x80, 0x40])  // One MiB is announced.
        for _ in 0..<59 {
            try bench.pass(milliseconds: 1_000)
            try bench.flow()
            try bench.write(id, [1])
        }
        #expect(throws: ConnectionFault.unfinishedMessage(.consensus)) {
            try bench.pass(milliseconds: 1_500)
        }
    }

    @Test("A slow message is not the peer's fault while we hold the stream back")
    func heldBack() throws {
        var bench = SessionBench()
        let id = try bench.open(consensusName)
        try bench.write(id, [1, 7] + [0x80, 0x80, 0x40, 0])
        for _ in 0..<200 {
            try bench.pass(milliseconds: 1_000)
            try bench.flow()
        }
        #expect(bench.messageCount == 1)
    }

    @Test(
        "Attack 56: a length above the limit ends the connection before memory is reserved",
        arguments: [
            [0x81, 0x80, 0x80, 0x01], [0xff, 0xff, 0xff, 0xff, 0x7f],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ] as [[UInt8]])
    func announcedLength(bytes: [UInt8]) throws {
        var bench = SessionBench()
        let id = try bench.open(consensusName)
        #expect(throws: ConnectionFault.badMessage(.consensus)) { try bench.write(id, bytes) }
        var second = SessionBench()
        let request = try second.open(lightName)
        try second.write(request, bytes)
        #expect(second.wasReset(request), "a request only loses its stream")
    }

    @Test("Attack 57: of 5,000 requests whose answers are not read, four are held at a time")
    func requestFlood() throws {
        var bench = SessionBench()
        var held = 0
        for _ in 0..<5_000 {
            guard let id = bench.foreign.session.open(.gossip) else { break }
            bench.foreign.session.write(
                id, DialNegotiation([lightName]).opening + FrameAssembler.frame([1]))
            try bench.flow()
            held = max(held, bench.session.yamuxStreamCount)
            bench.foreign.events.removeAll()
            // The foreign side forgets streams that were reset; the four stay open.
        }
        #expect(bench.requests.count == 4)
        #expect(held <= 33)
    }

    @Test("A request's place is free again when its answer has been sent")
    func requestPlaces() throws {
        var bench = SessionBench()
        for round in 0..<20 as Range<UInt8> {
            let id = try bench.open(lightName)
            try bench.write(id, FrameAssembler.frame([round]))
            bench.foreign.session.finish(id)
            let (stream, body) = try #require(bench.requests.last)
            #expect(body == [round])
            bench.session.respond(stream, [round, round], now: bench.now)
            try bench.flow()
            #expect(bench.foreign.received[id]?.suffix(3) == [2, round, round])
        }
        try bench.flow()
        #expect(bench.session.yamuxStreamCount == 1, "only our identify is open")
    }

    @Test("Attack 58: requests of no bytes and of the longest length are served, longer ones not")
    func requestLengths() throws {
        for (count, isServed) in [(0, true), (64 << 10, true), ((64 << 10) + 1, false)] {
            var bench = SessionBench()
            let id = try bench.open(lightName)
            try bench.write(id, FrameAssembler.frame([UInt8](repeating: 1, count: count)))
            #expect(bench.requests.map(\.1.count) == (isServed ? [count] : []))
            #expect(bench.wasReset(id) == !isServed)
        }
    }

    @Test("A request that is cut off, doubled or reset leaves nothing behind")
    func brokenRequests() throws {
        var bench = SessionBench()
        for kind in 0..<30 {
            let id = try bench.open(lightName)
            switch kind % 3 {
            case 0:
                try bench.write(id, [5, 1, 2])
                bench.foreign.session.finish(id)
            case 1: try bench.write(id, [1, 7, 1, 8])
            default:
                try bench.write(id, [1, 7])
                bench.foreign.session.reset(id)
            }
            try bench.flow()
        }
        #expect(bench.session.yamuxStreamCount == 1)
        let id = try bench.open(lightName)
        try bench.write(id, [1, 9])
        #expect(bench.requests.last?.1 == [9])
    }

    @Test("An answer that the node never gives is a reset after its time")
    func unanswered() throws {
        var bench = SessionBench()
        let id = try bench.open(lightName)
        try bench.write(id, [1, 9])
        for _ in 0..<31 {
            try bench.pass(milliseconds: 1_000)
            try bench.flow()
        }
        #expect(bench.wasReset(id))
    }

    @Test("Attack 59: a third ping stream is refused, and unread answers end the first two")
    func pingStreams() throws {
        var bench = SessionBench()
        let ids = try (0..<3).map { _ in try bench.open(PingProtocol.name) }
        #expect(ids.map { bench.wasReset($0) } == [false, false, true])
        let block = [UInt8](repeating: 3, count: 32)
        try bench.write(ids[0], block + block.prefix(8))
        #expect(bench.foreign.received[ids[0]]?.suffix(32) == block[...])
        for _ in 0..<1_000 { bench.foreign.session.write(ids[1], block) }
        let flood = bench.foreign.write()
        try bench.give(flood)
        try bench.flow()
        #expect(bench.wasReset(ids[1]))
    }

    @Test("Attack 60: a stream that never agrees on a protocol is reset after its time")
    func endlessNegotiation() throws {
        var bench = SessionBench()
        let id = try bench.foreign.open(.gossip)
        for _ in 0..<11 {
            try bench.write(id, [0x13])
            try bench.pass(milliseconds: 1_000)
            try bench.flow()
        }
        #expect(bench.wasReset(id))
        let second = try bench.foreign.open(.gossip)
        try bench.write(second, Negotiation.encode(Negotiation.header))
        for index in 0..<20 { try bench.write(second, Negotiation.encode("/x/\(index)")) }
        #expect(bench.wasReset(second))
    }

    @Test("A consumer that holds its messages stops that stream after 256 KiB, and no other")
    func backPressure() throws {
        var bench = SessionBench()
        let consensus = try bench.open(consensusName)
        let gossip = try bench.open("/meshsub/1.1.0")
        let frame = FrameAssembler.frame([UInt8](repeating: 1, count: 10_000))
        for _ in 0..<200 { bench.foreign.session.write(consensus, frame) }
        try bench.flow()
        #expect(bench.messageCount == 26, "26 messages of 10 KiB fill the window")
        try bench.write(gossip, frame)
        #expect(bench.messageCount == 27)
        while let index = bench.events.firstIndex(where: {
            if case .messages(.consensus, _, _, _) = $0 { true } else { false }
        }) {
            guard case .messages(_, let id, _, let count) = bench.events.remove(at: index) else {
                break
            }
            bench.session.release(id, count)
            try bench.flow()
        }
        #expect(bench.foreign.session.queuedByteCount(consensus) == 0)
    }

    @Test("A busy stream is given 1 MiB, two at a time; one that nobody empties keeps 256 KiB")
    func wideWindows() throws {
        let rows =
            TestHost.rows + [
                StreamProtocol(
                    ProtocolID(3), .messages, dialNames: ["/third/1"], priority: .gossip,
                    frameByteLimit: 1 << 20, queueByteLimit: 1 << 20)
            ]
        var bench = SessionBench(rows: rows)
        let frame = FrameAssembler.frame([UInt8](repeating: 1, count: 8_000))
        /// Sends 4 MiB of which the first bytes are used at once, and says how many more come.
        func heldByteCount(_ id: StreamID, using used: Int) throws -> Int {
            for _ in 0..<(4 << 20) / frame.count { bench.foreign.session.write(id, frame) }
            var (seen, held) = (0, 0)
            bench.events = []
            try bench.flow()
            while !bench.events.isEmpty {
                let events = bench.events
                bench.events = []
                for event in events {
                    guard case .messages(_, let stream, _, let byteCount) = event else { continue }
                    seen += byteCount
                    if seen <= used {
                        bench.session.release(stream, byteCount)
                    } else {
                        held += byteCount
                    }
                }
                try bench.flow()
            }
            return held
        }
        let expected = [(1 << 20), 1 << 20, 256 << 10]
        for (name, window) in zip([consensusName, "/meshsub/1.1.0", "/third/1"], expected) {
            let id = try bench.open(name)
            let held = try heldByteCount(id, using: 600 << 10)
            #expect(held <= window && held > window - 2 * frame.count - (128 << 10), "\(name)")
        }
        var other = SessionBench()
        let id = try other.open(consensusName)
        for _ in 0..<200 { other.foreign.session.write(id, frame) }
        try other.flow()
        #expect(other.messageCount <= (256 << 10) / 8_000)
    }

    @Test("Messages far above the window pass one by one, and never more than one is held")
    func largeMessages() throws {
        var bench = SessionBench()
        let id = try bench.open(consensusName)
        let frame = FrameAssembler.frame([UInt8](repeating: 1, count: 2 << 20))
        for _ in 0..<4 { bench.foreign.session.write(id, frame) }
        for count in 1...4 {
            try bench.flow()
            #expect(bench.messageCount == count)
            bench.session.release(id, 2 << 20)
        }
    }

    @Test("A second stream of messages takes the place of the first")
    func replacedStream() throws {
        var bench = SessionBench()
        let first = try bench.open(consensusName)
        let second = try bench.open(consensusName)
        #expect(bench.wasReset(first) && !bench.wasReset(second))
        try bench.write(second, [1, 5])
        #expect(bench.messageCount == 1)
    }

    @Test("A peer is pinged every 15 s and let go when it is silent for 10 s")
    func keepAlive() throws {
        var bench = SessionBench()
        for _ in 0..<120 {
            try bench.pass(milliseconds: 1_000)
            try bench.flow()
        }
        for _ in 0..<15 { try bench.pass(milliseconds: 1_000) }
        #expect(throws: ConnectionFault.unresponsive) {
            for _ in 0..<11 { try bench.pass(milliseconds: 1_000) }
        }
    }

    @Test("Messages sent ahead of the agreement arrive; one of an unknown protocol is refused")
    func outgoing() throws {
        var bench = SessionBench()
        bench.session.openMessages(.consensus, now: bench.now)
        #expect(bench.session.messageRoom(.consensus) == nil)
        try bench.flow()
        let id = try #require(
            bench.foreign.received.keys.sorted().last { $0.number % 2 == 0 })
        let opening = DialNegotiation([consensusName]).opening
        #expect(bench.foreign.received[id] == opening)
        try bench.write(
            id, ListenNegotiation.opening + Negotiation.encode(consensusName))
        #expect(bench.session.messageRoom(.consensus) == PeerSession.readyByteCount)
        bench.session.sendMessages(.consensus, [1, 9])
        try bench.flow()
        #expect(bench.foreign.received[id] == opening + [1, 9])

        bench.session.openMessages(.gossip, now: bench.now)
        try bench.flow()
        let other = try #require(
            bench.foreign.received.keys.sorted().last { $0.number % 2 == 0 })
        try bench.write(other, ListenNegotiation.opening + Negotiation.encode("na"))
        #expect(
            bench.events.contains { if case .refused(.gossip) = $0 { true } else { false } })
        #expect(!bench.session.hasMessageStream(.gossip))
    }

    @Test("Random bytes on any stream never stop the program", arguments: 0..<16 as Range<UInt64>)
    func hostile(seed: UInt64) throws {
        var random = Chance(seed: seed)
        let names = [
            consensusName, lightName, "/meshsub/1.2.0", PingProtocol.name,
            IdentifyMessage.protocolName, "/none",
        ]
        for _ in 0..<60 {
            var bench = SessionBench()
            do {
                for _ in 0..<20 {
                    let name = names[Int(random.next() % 6)]
                    guard let id = bench.foreign.session.open(.gossip) else { break }
                    bench.foreign.session.write(id, DialNegotiation([name]).opening)
                    bench.foreign.session.write(id, random.bytes(Int(random.next() % 300)))
                    try bench.flow()
                    if random.next() % 3 == 0 { bench.foreign.session.finish(id) }
                    if random.next() % 5 == 0 { bench.foreign.session.reset(id) }
                    if random.next() % 4 == 0 { try bench.give(random.bytes(40)) }
                    for (stream, _) in bench.requests where random.next() % 2 == 0 {
                        bench.session.respond(stream, [1], now: bench.now)
                    }
                    try bench.pass(milliseconds: 500)
                }
            } catch is ConnectionFault {
                continue
            } catch is YamuxFault {
                continue
            }
        }
    }
}
