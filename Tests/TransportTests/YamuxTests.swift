import Primitives
import Testing
import Transport

/// A session with everything that it has said and heard.
struct YamuxEnd {
    var session: YamuxSession
    var received: [StreamID: [UInt8]] = [:]
    var events: [YamuxSession.Event] = []
    /// Whether read bytes are granted again at once.
    var consumes = true

    init(isDialer: Bool, limits: YamuxSession.Limits = YamuxSession.Limits()) {
        session = YamuxSession(isDialer: isDialer, limits: limits)
    }

    mutating func read(_ bytes: [UInt8]) throws(YamuxFault) {
        var offset = 0
        while let event = try session.next(of: bytes.span, at: &offset, end: bytes.count) {
            if case .data(let id, let range) = event {
                received[id, default: []] += bytes[range]
                if consumes { session.consume(id, range.count) }
            } else {
                events.append(event)
            }
        }
    }

    struct NoStream: Error {}

    mutating func open(_ priority: Priority) throws -> StreamID {
        guard let id = session.open(priority) else { throw NoStream() }
        return id
    }

    mutating func write(limit: Int = 65_519) -> [UInt8] {
        var output: [UInt8] = []
        _ = session.takeOutput(into: &output, limit: limit)
        return output
    }
}

private func frame(
    _ kind: YamuxFrame.Kind, _ flags: YamuxFrame.Flags = [], _ stream: UInt32, _ length: UInt32 = 0
) -> [UInt8] {
    var output: [UInt8] = []
    YamuxFrame(kind, flags, stream: stream, length: length).append(to: &output)
    return output
}

@Suite("Yamux")
struct YamuxTests {
    @Test("Frames have the bytes that other programs give them")
    func vectors() throws {
        let expected: [(String, [UInt8])] = [
            ("open_stream_1", frame(.windowUpdate, .syn, 1)),
            ("ack_stream_1", frame(.windowUpdate, .ack, 1)),
            ("data", frame(.data, [], 1, 5) + Array("hello".utf8)),
            ("fin", frame(.windowUpdate, .fin, 1)), ("rst", frame(.windowUpdate, .rst, 1)),
            ("ping_syn", frame(.ping, .syn, 0, 7)), ("ping_ack", frame(.ping, .ack, 0, 7)),
            ("goaway_normal", frame(.goAway, [], 0)),
            ("window_update_262144", frame(.windowUpdate, [], 1, 262_144)),
        ]
        for (name, bytes) in expected {
            #expect(try Vectors().bytes("yamux", name) == bytes)
        }
    }

    @Test("A session says what the vectors say")
    func sessionBytes() throws {
        let vectors = try Vectors()
        var dialer = YamuxEnd(isDialer: true)
        var listener = YamuxEnd(isDialer: false)
        let id = try dialer.open(.gossip)
        let opening = dialer.write()
        #expect(opening == (try vectors.bytes("yamux", "open_stream_1")))
        try listener.read(opening)
        #expect(listener.events == [.opened(id)])
        #expect(listener.write() == (try vectors.bytes("yamux", "ack_stream_1")))
        dialer.session.write(id, Array("hello".utf8))
        #expect(dialer.write() == (try vectors.bytes("yamux", "data")))
        dialer.session.finish(id)
        #expect(dialer.write() == (try vectors.bytes("yamux", "fin")))
        dialer.session.reset(id)
        #expect(dialer.write() == (try vectors.bytes("yamux", "rst")))
        try dialer.read(try vectors.bytes("yamux", "ping_syn"))
        #expect(dialer.write() == (try vectors.bytes("yamux", "ping_ack")))
        dialer.session.goAway(0)
        #expect(dialer.write() == (try vectors.bytes("yamux", "goaway_normal")))
    }

    @Test("A stream opened by a data frame, finished by a data frame, is read whole")
    func flagsOnData() throws {
        var listener = YamuxEnd(isDialer: false)
        try listener.read(frame(.data, [.syn, .fin], 1, 3) + [1, 2, 3])
        #expect(listener.events == [.opened(StreamID(1)), .finished(StreamID(1))])
        #expect(listener.received[StreamID(1)] == [1, 2, 3])
    }

    @Test("Half-closed: one side has finished, the other still sends; then the stream is gone")
    func halfClose() throws {
        var dialer = YamuxEnd(isDialer: true)
        var listener = YamuxEnd(isDialer: false)
        let id = try dialer.open(.gossip)
        dialer.session.write(id, [1])
        dialer.session.finish(id)
        dialer.session.write(id, [2])
        try listener.read(dialer.write())
        #expect(listener.received[id] == [1], "nothing after the end")
        listener.session.write(id, [3, 4])
        try dialer.read(listener.write())
        #expect(dialer.received[id] == [3, 4])
        listener.session.finish(id)
        try dialer.read(listener.write())
        #expect(dialer.session.streamCount == 0 && listener.session.streamCount == 0)
    }

    @Test("After a reset late frames are read over and cost the session nothing")
    func lateFrames() throws {
        var dialer = YamuxEnd(isDialer: true)
        let id = try dialer.open(.gossip)
        dialer.session.reset(id)
        try dialer.read(frame(.data, .ack, id.number, 4) + [1, 2, 3, 4])
        try dialer.read(frame(.windowUpdate, [], id.number, 100))
        try dialer.read(frame(.windowUpdate, .fin, id.number))
        try dialer.read(frame(.windowUpdate, .rst, 77))
        #expect(dialer.events == [] && dialer.received == [:])
    }

    @Test("A sender stops at 256 KiB, and goes on when half of the window was read")
    func window() throws {
        var dialer = YamuxEnd(isDialer: true)
        var listener = YamuxEnd(isDialer: false)
        listener.consumes = false
        let id = try dialer.open(.gossip)
        dialer.session.write(id, [UInt8](repeating: 7, count: 1 << 20))
        func flow() throws {
            while true {
                let bytes = dialer.write()
                if bytes.isEmpty { return }
                try listener.read(bytes)
            }
        }
        try flow()
        #expect(listener.received[id]?.count == 256 << 10)
        #expect(listener.write() == frame(.windowUpdate, .ack, 1))
        listener.session.consume(id, (128 << 10) - 1)
        #expect(listener.write() == [], "not yet half")
        listener.session.consume(id, 1)
        let grant = listener.write()
        #expect(grant == frame(.windowUpdate, [], 1, 128 << 10))
        try dialer.read(grant)
        try flow()
        #expect(listener.received[id]?.count == 384 << 10)
    }

    @Test("Data beyond the granted window resets the stream and nothing else")
    func beyondWindow() throws {
        var listener = YamuxEnd(isDialer: false)
        listener.consumes = false
        let payload = [UInt8](repeating: 1, count: 200_000)
        try listener.read(frame(.data, .syn, 1, 200_000) + payload)
        try listener.read(frame(.data, [], 1, 100_000) + payload.prefix(100_000))
        #expect(listener.events == [.opened(StreamID(1)), .reset(StreamID(1))])
        #expect(listener.received[StreamID(1)]?.count == 200_000)
        #expect(listener.write() == frame(.windowUpdate, .rst, 1))
        try listener.read(frame(.windowUpdate, .syn, 3))
        #expect(listener.session.streamCount == 1)
    }

    @Test("Window updates that add up to more than 32 bits reset the stream")
    func windowOverflow() throws {
        var listener = YamuxEnd(isDialer: false)
        try listener.read(frame(.windowUpdate, .syn, 1, .max))
        #expect(listener.events == [.reset(StreamID(1))])
        try listener.read(frame(.windowUpdate, .syn, 3))
        try listener.read(frame(.windowUpdate, [], 3, .max - 262_144))
        try listener.read(frame(.windowUpdate, [], 3, 1))
        #expect(listener.events.last == .reset(StreamID(3)))
    }

    @Test(
        "What no stream can answer for ends the session",
        arguments: [
            frame(.windowUpdate, .syn, 2), frame(.windowUpdate, .syn, 0), frame(.data, [], 0, 1),
            frame(.data, [], 1, (1 << 20) + 1), frame(.data, .syn, 1, .max),
            [1] + frame(.data, [], 1).dropFirst(), [0, 4] + frame(.data, [], 1).dropFirst(2),
            frame(.windowUpdate, .syn, 1) + frame(.windowUpdate, .syn, 1),
        ])
    func faults(bytes: [UInt8]) {
        var listener = YamuxEnd(isDialer: false)
        #expect(throws: YamuxFault.self) { try listener.read(bytes) }
    }

    @Test("A stream above the limit is refused, and the others go on")
    func streamLimit() throws {
        var listener = YamuxEnd(isDialer: false)
        let limit = UInt32(listener.session.limits.inboundStreamLimit)
        for index in 0...limit { try listener.read(frame(.windowUpdate, .syn, 2 * index + 1)) }
        #expect(listener.session.inboundStreamCount == Int(limit))
        var output = listener.write()
        #expect(output.suffix(12) == frame(.windowUpdate, .rst, 2 * limit + 1)[...])
        try listener.read(frame(.windowUpdate, .rst, 1))
        try listener.read(frame(.windowUpdate, .syn, 2 * limit + 3))
        output = listener.write()
        #expect(output == frame(.windowUpdate, .ack, 2 * limit + 3))
    }

    @Test("No more than 256 streams are opened before the peer answers")
    func unacknowledged() throws {
        var dialer = YamuxEnd(isDialer: true)
        for _ in 0..<256 { _ = try dialer.open(.gossip) }
        #expect(throws: YamuxEnd.NoStream.self) { try dialer.open(.gossip) }
        try dialer.read(frame(.windowUpdate, .ack, 1))
        _ = try dialer.open(.gossip)
        try dialer.read(frame(.goAway, [], 0, 4_101))
        try dialer.read(frame(.windowUpdate, .ack, 3))
        #expect(throws: YamuxEnd.NoStream.self, "not after a go-away") {
            try dialer.open(.gossip)
        }
    }

    @Test("Attack 59: pings that are never read end the session; those that are read cost nothing")
    func pingFlood() throws {
        var listener = YamuxEnd(isDialer: false)
        for value in 0..<20_000 as Range<UInt32> {
            try listener.read(frame(.ping, .syn, 0, value))
            #expect(listener.write() == frame(.ping, .ack, 0, value))
        }
        #expect(throws: YamuxFault.unansweredFrames) {
            for value in 0..<2_000 as Range<UInt32> {
                try listener.read(frame(.ping, .syn, 0, value))
            }
        }
    }

    @Test("Attack 60: tiny window updates and empty data frames without end leave nothing behind")
    func tinyFrames() throws {
        var listener = YamuxEnd(isDialer: false)
        try listener.read(frame(.windowUpdate, .syn, 1))
        _ = listener.write()
        for _ in 0..<20_000 {
            try listener.read(frame(.windowUpdate, [], 1, 1) + frame(.data, [], 1, 0))
        }
        #expect(!listener.session.hasOutput)
        #expect(listener.session.streamCount == 1)
    }

    @Test("Opening and resetting streams without end leaves nothing behind")
    func rapidReset() throws {
        var listener = YamuxEnd(isDialer: false)
        for index in 0..<10_000 as Range<UInt32> {
            let id = 2 * index + 1
            try listener.read(frame(.windowUpdate, .syn, id) + frame(.windowUpdate, .rst, id))
            _ = listener.write()
        }
        #expect(listener.session.streamCount == 0)
    }

    @Test("Every class gets its share of each round, the first class first")
    func priorities() throws {
        var dialer = YamuxEnd(isDialer: true)
        var ids: [StreamID: Priority] = [:]
        for priority in Priority.allCases {
            let id = try dialer.open(priority)
            ids[id] = priority
            try dialer.read(frame(.windowUpdate, .ack, id.number, 64 << 20))
            dialer.session.write(id, [UInt8](repeating: 0, count: 8 << 20))
        }
        var sent: [Priority: Int] = [:]
        var order: [Priority] = []
        var output: [UInt8] = []
        while output.count < 4 << 20 {
            let start = output.count
            _ = dialer.session.takeOutput(into: &output, limit: 65_519)
            var offset = start
            while offset < output.count {
                let stream = UInt32(output[offset + 7])
                let isData = output[offset + 1] == 0
                let length = (8..<12).reduce(0) { $0 << 8 | Int(output[offset + $1]) }
                if isData, let priority = ids[StreamID(stream)] {
                    sent[priority, default: 0] += length
                    if order.last != priority { order.append(priority) }
                }
                offset += 12 + (isData ? length : 0)
            }
        }
        #expect(order.prefix(4) == [.consensus, .sync, .light, .gossip])
        for priority in Priority.allCases { #expect(sent[priority, default: 0] > 256 << 10) }
        #expect(sent[.consensus, default: 0] > 3 * sent[.gossip, default: 0])
    }
}
