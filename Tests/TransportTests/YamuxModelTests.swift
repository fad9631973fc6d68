import Primitives
import Testing
import Transport

/// Two sessions over pipes that deliver in random pieces at random times, beside a simple model:
/// what was written, what was finished, what was reset.
struct YamuxModel {
    struct Half {
        var written = 0
        var isFinished = false
        var read = 0
        var sawEnd = false
    }

    struct Key: Hashable {
        var stream: StreamID
        var fromDialer: Bool
    }

    var random: Chance
    var ends: [YamuxSession]
    var pipes: [[UInt8]] = [[], []]
    var halves: [Key: Half] = [:]
    var resets: Set<StreamID> = []
    var live: [StreamID] = []
    var unread: [[StreamID: Int]] = [[:], [:]]
    var faults: [String] = []
    let streamLimit: Int
    var openedCount = 0

    init(seed: UInt64, windowBytes: Int, streamLimit: Int) {
        random = Chance(seed: seed)
        var limits = YamuxSession.Limits()
        limits.windowBytes = windowBytes
        limits.inboundStreamLimit = streamLimit
        ends = [true, false].map { YamuxSession(isDialer: $0, limits: limits) }
        self.streamLimit = streamLimit
    }

    /// The byte at a place of a half, so that every byte says where it belongs.
    static func byte(_ key: Key, _ offset: Int) -> UInt8 {
        UInt8(
            truncatingIfNeeded: UInt64(key.stream.number) &* 31 &+ (key.fromDialer ? 7 : 0)
                &+ UInt64(offset) &* 0x9e37_79b9 >> 3)
    }

    mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }
    mutating func number(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

    mutating func step(isClosing: Bool) {
        let side = number(2)
        if !isClosing {
            if chance(10), live.count < streamLimit { open(side) }
            if !live.isEmpty, chance(40) { write(side, live[number(live.count)]) }
            if !live.isEmpty, chance(4) { finish(side, live[number(live.count)]) }
            if !live.isEmpty, chance(1) { reset(side, live[number(live.count)]) }
            if chance(1) { _ = ends[side].ping() }
        } else {
            for id in live { finish(side, id) }
        }
        if chance(60) {
            _ = ends[side].takeOutput(into: &pipes[side], limit: 1_100 + number(9_000))
        }
        if chance(60) { deliver(to: side, all: isClosing) }
        if chance(50) || isClosing { consume(side, all: isClosing) }
    }

    mutating func open(_ side: Int) {
        guard let id = ends[side].open(Priority.allCases[number(4)]) else { return }
        openedCount += 1
        live.append(id)
        for fromDialer in [true, false] {
            halves[Key(stream: id, fromDialer: fromDialer)] = Half()
        }
    }

    mutating func write(_ side: Int, _ id: StreamID) {
        let key = Key(stream: id, fromDialer: side == 0)
        // A side knows of a stream when it opened it or has heard of it.
        guard let half = halves[key], !half.isFinished, ends[side].queuedByteCount(id) != nil
        else { return }
        let count = number(400)
        ends[side].write(id, (0..<count).map { Self.byte(key, half.written + $0) })
        halves[key]?.written += count
    }

    mutating func finish(_ side: Int, _ id: StreamID) {
        let key = Key(stream: id, fromDialer: side == 0)
        guard ends[side].queuedByteCount(id) != nil else { return }
        ends[side].finish(id)
        halves[key]?.isFinished = true
    }

    mutating func reset(_ side: Int, _ id: StreamID) {
        guard ends[side].queuedByteCount(id) != nil else { return }
        ends[side].reset(id)
        resets.insert(id)
        live.removeAll { $0 == id }
    }

    mutating func deliver(to side: Int, all: Bool) {
        let available = pipes[1 - side].count
        let count = all ? available : min(available, number(3_000))
        guard count > 0 else { return }
        let bytes = Array(pipes[1 - side].prefix(count))
        pipes[1 - side].removeFirst(count)
        var offset = 0
        do {
            while let event = try ends[side].next(of: bytes.span, at: &offset, end: count) {
                note(event, bytes, side)
            }
        } catch {
            faults.append("\(error)")
        }
    }

    mutating func note(_ event: YamuxSession.Event, _ bytes: [UInt8], _ side: Int) {
        switch event {
        case .data(let id, let range):
            let key = Key(stream: id, fromDialer: side == 1)
            guard var half = halves[key] else { return faults.append("data of no stream") }
            for index in range {
                if bytes[index] != Self.byte(key, half.read) { faults.append("wrong byte") }
                half.read += 1
            }
            if half.read > half.written { faults.append("more than was written") }
            if half.sawEnd { faults.append("data after the end") }
            halves[key] = half
            unread[side][id, default: 0] += range.count
        case .finished(let id):
            let key = Key(stream: id, fromDialer: side == 1)
            let half = halves[key] ?? Half()
            if !half.isFinished || half.read != half.written { faults.append("early end") }
            halves[key]?.sawEnd = true
        case .reset(let id):
            if !resets.contains(id) { faults.append("reset by nobody") }
        case .opened(let id):
            if halves[Key(stream: id, fromDialer: true)] == nil { faults.append("unknown") }
        case .pong: break
        case .goAway: faults.append("go-away")
        }
    }

    mutating func consume(_ side: Int, all: Bool) {
        for id in unread[side].keys.sorted() {
            let count = unread[side][id] ?? 0
            let part = all ? count : number(count + 1)
            ends[side].consume(id, part)
            unread[side][id] = count - part
        }
    }
}

@Suite("Yamux against a model")
struct YamuxModelTests {
    @Test(
        "Streams over a slow pipe with tiny windows carry every byte, in order, once",
        arguments: 0..<24 as Range<UInt64>)
    func model(seed: UInt64) {
        let windows = [64, 256, 1_000, 4_096, 256 << 10]
        var model = YamuxModel(
            seed: seed, windowBytes: windows[Int(seed) % windows.count], streamLimit: 100)
        for _ in 0..<6_000 { model.step(isClosing: false) }
        for _ in 0..<20_000 where model.ends.contains(where: { $0.streamCount > 0 }) {
            model.step(isClosing: true)
        }
        #expect(model.faults == [], "seed \(seed)")
        #expect(model.openedCount > 100, "seed \(seed)")
        #expect(model.ends.map(\.streamCount) == [0, 0], "seed \(seed)")
        for (key, half) in model.halves where !model.resets.contains(key.stream) {
            #expect(half.read == half.written && half.sawEnd, "seed \(seed), stream \(key)")
        }
    }

    @Test(
        "Random frames are read, refused, or end the session, and never stop the program",
        arguments: 0..<8 as Range<UInt64>)
    func hostile(seed: UInt64) {
        var random = Chance(seed: seed)
        for _ in 0..<2_000 {
            var session = YamuxSession(isDialer: random.next() % 2 == 0)
            _ = session.open(.gossip)
            var bytes: [UInt8] = []
            for _ in 0..<24 {
                var kind = UInt8(random.next() % 4)
                if random.next() % 40 == 0 { kind = UInt8(truncatingIfNeeded: random.next()) }
                let lengths: [UInt32] = [0, 1, 7, 300, 262_144, .max]
                let length = lengths[Int(random.next() % 6)]
                bytes += [0, kind, 0, UInt8(random.next() % 16), 0, 0, 0, UInt8(random.next() % 6)]
                for shift in [24, 16, 8, 0] as [UInt32] {
                    bytes.append(UInt8(truncatingIfNeeded: length >> shift))
                }
                if kind == 0, length <= 300 { bytes += random.bytes(Int(length)) }
            }
            var offset = 0
            do {
                while let event = try session.next(of: bytes.span, at: &offset, end: bytes.count) {
                    if case .opened(let id) = event { session.write(id, [1, 2, 3]) }
                }
            } catch {
                continue  // A fault is one of the two right answers.
            }
            var output: [UInt8] = []
            while session.takeOutput(into: &output, limit: 4_000) {}
            #expect(output.count < 1 << 20)
        }
    }
}
