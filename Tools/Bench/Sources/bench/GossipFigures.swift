import Gossip
import Primitives
import Synchronization
import Transport
import Wire

/// A gossip router on a host of its own; it takes every well-formed batch, and checks no signature,
/// so that what it costs is the wire.
final class GossipEnd: Sendable {
    static let topic = Topic.transactions(genesis: .zero)
    static let gossip = ProtocolID(0)

    struct State {
        var router: GossipRouter
        /// Transactions that came, by the number that they begin with.
        var arrived = [Bool](repeating: false, count: 1 << 20)
        var arrivedCount = 0
    }

    let host: Host
    private let state: Mutex<State>
    private let own: PeerName

    init(_ number: Int) {
        let key = SigningKey.numbered(1 << 46 | number)
        own = PeerName(key.publicKey)
        state = Mutex(
            State(
                router: GossipRouter(
                    own: own, topics: [Self.topic], chance: Chance(seed: UInt64(number)))))
        let link = Weak<GossipEnd>()
        host = Host(
            HostConfiguration(
                identity: key,
                protocols: [
                    StreamProtocol(
                        Self.gossip, .messages, dialNames: ["/meshsub/1.1.0"],
                        acceptNames: ["/meshsub/1.2.0", "/meshsub/1.1.0"], priority: .gossip,
                        frameByteLimit: 1 << 20, queueByteLimit: 8 << 20)
                ])
        ) { events in link.value?.take(events) }
        link.value = self
        handle(.started)
        handle(.join(Self.topic))
    }

    private var now: Instant {
        let origin = Self.origin
        let elapsed = (ContinuousClock.now - origin).components
        return Instant(
            UInt64(1_000_000_000 + elapsed.seconds * 1_000_000_000)
                + UInt64(elapsed.attoseconds / 1_000_000_000))
    }
    private static let origin = ContinuousClock.now

    private func take(_ events: [HostEvent]) {
        for event in events {
            switch event {
            case .connected(let peer, let direction, _):
                guard let place = NetworkPlace(ip: [127, 0, 0, 1]) else { continue }
                let link = PeerLink(isOutbound: direction == .outbound, place: place)
                handle(.connected(PeerName(peer.key), link))
            case .disconnected(let peer, _): handle(.disconnected(PeerName(peer.key)))
            case .messages(let batch):
                for frame in batch.frames { handle(.received(PeerName(batch.peer.key), frame)) }
            default: continue
            }
        }
    }

    private func handle(_ event: GossipRouter.Event) {
        let now = now
        var timers: [(GossipRouter.Timer, UInt64)] = []
        state.withLock { state in
            var events = [event]
            while let next = events.popLast() {
                for effect in state.router.handle(next, now: now) {
                    switch effect {
                    case .send(let name, let frame, let lane):
                        host.send(
                            frame, to: PeerID(name.key), on: Self.gossip, isKept: lane != .forward)
                        events.append(.flushed(name, byteCount: frame.count))
                    case .validate(let id, _, let data, _):
                        events.append(.judged(id, Self.judge(data, &state)))
                    case .arm(let timer, let milliseconds): timers.append((timer, milliseconds))
                    case .disconnect(let name, _): host.disconnect(PeerID(name.key))
                    case .learned: continue
                    }
                }
            }
        }
        for (timer, milliseconds) in timers {
            Task { [weak self] in
                try? await Task.sleep(for: .milliseconds(milliseconds))
                self?.handle(.fired(timer))
            }
        }
    }

    private static func judge(_ data: [UInt8], _ state: inout State) -> GossipRouter.Verdict {
        guard let batch = try? TransactionBatch(wire: data) else { return .reject }
        for transaction in batch.transactions {
            let number = (0..<3).reduce(0) { $0 | Int(transaction[$1]) << (8 * $1) }
            if !state.arrived[number] { state.arrivedCount += 1 }
            state.arrived[number] = true
        }
        return .accept
    }

    func publish(_ batch: TransactionBatch) { handle(.publish(Self.topic, batch.wire)) }

    /// Different transactions that came from others.
    var arrivedCount: Int { state.withLock { $0.arrivedCount } }
    var counters: GossipCounters { state.withLock { $0.router.counters } }
    var subscriberCount: Int { state.withLock { $0.router.subscribers(of: Self.topic).count } }
}

/// Filled after the host is made, whose handler needs it.
private final class Weak<Value: AnyObject & Sendable>: Sendable {
    private struct Box { weak var value: Value? }
    private let box = Mutex(Box())

    var value: Value? {
        get { box.withLock { $0.value } }
        set { box.withLock { $0.value = newValue } }
    }
}

/// What gossip costs and how often a message comes twice.
struct GossipFigures {
    static let transactionByteCount = 300
    let isQuick: Bool

    func figures(_ raw: RawVerify) async throws -> [Figure] {
        try await fanOut(raw) + [try await twenty()]
    }

    /// Transactions of 300 bytes, none like another, in batches as a node makes them.
    private static func batches(_ count: Int, from first: Int) -> [TransactionBatch] {
        var builder = BatchBuilder()
        var batches: [TransactionBatch] = []
        for number in first..<first + count {
            var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 300)
            for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
            batches += builder.add(bytes)
        }
        if let last = builder.flush() { batches.append(last) }
        return batches
    }

    private static var local: Multiaddr {
        get throws {
            guard let address = Multiaddr("/ip4/127.0.0.1/tcp/0") else {
                throw BenchError("no address of this machine")
            }
            return address
        }
    }

    private static func connected(_ count: Int, dials: Int) async throws -> [GossipEnd] {
        var (ends, addresses): ([GossipEnd], [Multiaddr]) = ([], [])
        var random = Chance(seed: 5)
        for number in 0..<count {
            let end = GossipEnd(number)
            addresses.append(try await end.host.listen(try local))
            // The first few all know each other; a later one dials some of those before it.
            for place in (0..<number).shuffled(using: &random).prefix(dials) {
                _ = try await end.host.dial(addresses[place])
            }
            ends.append(end)
        }
        return ends
    }

    private func wait(_ what: String, _ holds: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !holds() {
            guard ContinuousClock.now < deadline else { throw BenchError("gossip: \(what)") }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// One publisher, three subscribers that know only it.
    private func fanOut(_ raw: RawVerify) async throws -> [Figure] {
        let publisher = GossipEnd(100)
        let address = try await publisher.host.listen(try Self.local)
        var subscribers: [GossipEnd] = []
        for number in 1...3 {
            let end = GossipEnd(100 + number)
            _ = try await end.host.dial(address)
            subscribers.append(end)
        }
        try await wait("the subscriptions") { publisher.subscriberCount == 3 }
        let count = isQuick ? 60_000 : 300_000
        let batches = Self.batches(count, from: 0)
        let reading = try await Stopwatch.measure {
            for (number, batch) in batches.enumerated() {
                publisher.publish(batch)
                // No further ahead than a node's queue allows.
                let sent = (number + 1) * count / batches.count
                try await wait("a subscriber stands still") {
                    subscribers.allSatisfy { sent - $0.arrivedCount < 10_000 }
                }
            }
            try await wait("transactions were lost") {
                subscribers.allSatisfy { $0.arrivedCount == count }
            }
        }
        for end in subscribers + [publisher] { await end.host.close() }
        let delivered = 3 * count
        let perTransaction = reading.cpu / Double(delivered)
        let perSignature = 1 / raw.one.coreRate(raw.count / 2)
        return [
            Figure(
                name: "gossip_delivered", value: reading.rate(delivered), unit: "tx/s",
                note: "300 bytes, batches of 64 KiB, one publisher to three, all in this process"),
            Figure(
                name: "gossip_wire_cost", value: perTransaction / perSignature * 100, unit: "%",
                note: "processor time of one delivery, both ends, of one signature check"),
        ]
    }

    /// Twenty nodes, each dialling four; batches from all of them.
    private func twenty() async throws -> Figure {
        let ends = try await Self.connected(20, dials: 4)
        try await wait("the meshes") { ends.allSatisfy { $0.subscriberCount >= 4 } }
        try await Task.sleep(for: .seconds(3))
        let rounds = isQuick ? 5 : 20
        var expected = 0
        for round in 0..<rounds {
            for (number, end) in ends.enumerated() {
                let count = 20
                for batch in Self.batches(count, from: (round * 20 + number) * count) {
                    end.publish(batch)
                }
                expected += count
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let own = rounds * 20
        try await wait("a transaction did not come everywhere") {
            ends.allSatisfy { $0.arrivedCount == expected - own }
        }
        let counters = ends.map(\.counters)
        for end in ends { await end.host.close() }
        let received = counters.reduce(0) { $0 + $1.received }
        let duplicates = counters.reduce(0) { $0 + $1.duplicates }
        return Figure(
            name: "gossip_copies", value: Double(received + duplicates) / Double(received),
            unit: "copies",
            note: "20 nodes, every transaction came everywhere; copies a node got, on average")
    }
}
