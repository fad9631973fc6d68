import Gossip
import Primitives
import Wire

/// Routers joined by links with delay, under a clock of their own.
struct GossipNetwork {
    enum Happening {
        case event(GossipRouter.Event, at: Int)
        case frame([UInt8], from: Int, to: Int)
    }

    struct Entry {
        let time: Instant
        let order: Int
        let happening: Happening
    }

    static let topic = Topic.transactions(genesis: .zero)

    var routers: [GossipRouter] = []
    var now = Instant(1_000_000_000)
    var chance: Chance
    var links: Set<[Int]> = []
    /// How often each message was handed to each router's application.
    var deliveries: [MessageID: [Int: Int]] = [:]
    var cuts: [(by: Int, of: PeerName, fault: GossipRouter.Fault)] = []
    var learned: [Int: [SignedPeerRecord]] = [:]
    var latencyMicroseconds: ClosedRange<UInt64> = 200...800
    var validationMilliseconds: UInt64 = 5
    var verdict: (Int, [UInt8]) -> GossipRouter.Verdict = { _, _ in .accept }
    /// Frames of messages that get lost on the way, in a million.
    var lossPerMillion: UInt64 = 0
    private var agenda: [Entry] = []
    private var order = 0

    init(count: Int, seed: UInt64, version: PeerLink.Version = .meshsub12, joins: Bool = true) {
        chance = Chance(seed: seed)
        self.version = version
        for index in 0..<count {
            routers.append(
                GossipRouter(
                    own: Self.name(index), topics: [Self.topic], scheme: .simulated,
                    chance: Chance(seed: chance.next())))
        }
        for index in 0..<count {
            // Heartbeats of different nodes do not fall together.
            schedule(.event(.started, at: index), afterMicroseconds: UInt64(index) * 37_000)
            if joins { perform(routers[index].handle(.join(Self.topic), now: now), by: index) }
        }
    }

    let version: PeerLink.Version

    static func name(_ index: Int) -> PeerName {
        var bytes = FixedBytes<32>(repeating: 7)
        bytes[30] = UInt8(index >> 8)
        bytes[31] = UInt8(truncatingIfNeeded: index)
        return PeerName(bytes)
    }

    static func index(_ name: PeerName) -> Int { Int(name.bytes[30]) << 8 | Int(name.bytes[31]) }

    static func place(_ index: Int) -> NetworkPlace {
        let ip: [UInt8] = [20, UInt8(index >> 8), UInt8(truncatingIfNeeded: index), 1]
        guard let place = NetworkPlace(ip: ip) else { preconditionFailure("four bytes") }
        return place
    }

    mutating func connect(_ dialer: Int, _ listener: Int) {
        guard dialer != listener, links.insert([dialer, listener].sorted()).inserted else { return }
        for (one, other, isOutbound) in [(dialer, listener, true), (listener, dialer, false)] {
            let link = PeerLink(
                isOutbound: isOutbound, place: Self.place(other), version: version)
            handle(.connected(Self.name(other), link), at: one)
        }
    }

    mutating func disconnect(_ one: Int, _ other: Int) {
        guard links.remove([one, other].sorted()) != nil else { return }
        handle(.disconnected(Self.name(other)), at: one)
        handle(.disconnected(Self.name(one)), at: other)
    }

    mutating func connectAll() {
        for one in routers.indices { for other in 0..<one { connect(one, other) } }
    }

    mutating func connectLine() { for index in 1..<routers.count { connect(index, index - 1) } }

    /// Each node dials so many others.
    mutating func connectRandomly(dials: Int) {
        for index in 1..<routers.count { connect(index, index - 1) }
        for index in routers.indices {
            for _ in 1..<dials {
                connect(index, Int.random(in: routers.indices, using: &chance))
            }
        }
    }

    mutating func handle(_ event: GossipRouter.Event, at index: Int) {
        perform(routers[index].handle(event, now: now), by: index)
    }

    @discardableResult
    mutating func publish(_ data: [UInt8], at index: Int) -> MessageID {
        handle(.publish(Self.topic, data), at: index)
        return MessageID(topic: Self.topic, data: data)
    }

    mutating func schedule(_ happening: Happening, afterMicroseconds delay: UInt64) {
        let time = now.adding(delay * 1_000)
        order += 1
        agenda.append(Entry(time: time, order: order, happening: happening))
        var child = agenda.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            agenda.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (agenda[one].time, agenda[one].order) < (agenda[other].time, agenda[other].order)
    }

    private mutating func next() -> Entry? {
        guard let first = agenda.first else { return nil }
        let last = agenda.removeLast()
        guard !agenda.isEmpty else { return first }
        agenda[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < agenda.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return first }
            agenda.swapAt(parent, least)
            parent = least
        }
    }

    mutating func run(milliseconds: UInt64) {
        let end = now.advanced(milliseconds: milliseconds)
        while let time = agenda.first?.time, time <= end, let entry = next() {
            now = entry.time
            switch entry.happening {
            case .event(let event, let index): handle(event, at: index)
            case .frame(let bytes, let from, let to):
                guard links.contains([from, to].sorted()) else { continue }
                handle(.flushed(Self.name(to), byteCount: bytes.count), at: from)
                handle(.received(Self.name(from), bytes), at: to)
            }
        }
        now = end
    }

    private mutating func perform(_ effects: [GossipRouter.Effect], by index: Int) {
        for effect in effects {
            switch effect {
            case .send(let name, let bytes, let lane):
                let to = Self.index(name)
                let isLost = lane != .control && chance.happens(perMillion: lossPerMillion)
                if isLost {
                    schedule(
                        .event(.flushed(name, byteCount: bytes.count), at: index),
                        afterMicroseconds: 1)
                    continue
                }
                // Links keep order: the delay belongs to the link, not to the frame.
                let spread = latencyMicroseconds.upperBound - latencyMicroseconds.lowerBound + 1
                let delay =
                    latencyMicroseconds.lowerBound + UInt64(index * 31 + to * 17) % spread
                schedule(.frame(bytes, from: index, to: to), afterMicroseconds: delay)
            case .validate(let id, _, let data, _):
                deliveries[id, default: [:]][index, default: 0] += 1
                schedule(
                    .event(.judged(id, verdict(index, data)), at: index),
                    afterMicroseconds: validationMilliseconds * 1_000)
            case .disconnect(let name, let fault):
                cuts.append((index, name, fault))
                disconnect(index, Self.index(name))
            case .learned(let records, _): learned[index, default: []] += records
            case .arm(let timer, let milliseconds):
                schedule(
                    .event(.fired(timer), at: index), afterMicroseconds: milliseconds * 1_000)
            }
        }
    }

    /// Copies of messages that all routers got, new and known.
    var copyCount: UInt64 {
        routers.reduce(0) { $0 + $1.counters.received + $1.counters.duplicates }
    }

    /// Whether every router but the publisher got the message exactly once.
    func isEverywhereOnce(_ id: MessageID, publisher: Int) -> Bool {
        let counts = deliveries[id, default: [:]]
        return routers.indices.allSatisfy {
            counts[$0, default: 0] == ($0 == publisher ? 0 : 1)
        }
    }
}

/// A router alone, with peers that the test plays.
struct LoneRouter {
    static let topic = GossipNetwork.topic
    var router: GossipRouter
    var now = Instant(1_000_000_000)

    init(seed: UInt64 = 1) {
        router = GossipRouter(
            own: GossipNetwork.name(999), topics: [Self.topic], scheme: .simulated,
            chance: Chance(seed: seed))
        _ = router.handle(.started, now: now)
        _ = router.handle(.join(Self.topic), now: now)
    }

    @discardableResult
    mutating func handle(_ event: GossipRouter.Event) -> [GossipRouter.Effect] {
        router.handle(event, now: now)
    }

    @discardableResult
    mutating func connect(
        _ index: Int, isOutbound: Bool = false, version: PeerLink.Version = .meshsub12,
        role: PeerLink.Role = .full, place: NetworkPlace? = nil, subscribes: Bool = true
    ) -> PeerName {
        let name = GossipNetwork.name(index)
        let link = PeerLink(
            isOutbound: isOutbound, place: place ?? GossipNetwork.place(index), version: version,
            role: role)
        handle(.connected(name, link))
        if subscribes {
            handle(.received(name, RpcWriter.subscriptions([Self.topic], isJoin: true)))
        }
        return name
    }

    @discardableResult
    mutating func receive(_ bytes: [UInt8], from name: PeerName) -> [GossipRouter.Effect] {
        handle(.received(name, bytes))
    }

    /// Passes time, heartbeat by heartbeat, with all writes done at once.
    @discardableResult
    mutating func beat(_ count: Int = 1) -> [GossipRouter.Effect] {
        var effects: [GossipRouter.Effect] = []
        for _ in 0..<count {
            now = now.advanced(milliseconds: GossipRouter.heartbeatMilliseconds)
            effects += handle(.fired(.heartbeat))
        }
        flush(effects)
        return effects
    }

    mutating func flush(_ effects: [GossipRouter.Effect]) {
        for case .send(let name, let bytes, _) in effects {
            handle(.flushed(name, byteCount: bytes.count))
        }
    }
}

extension [GossipRouter.Effect] {
    /// The frames sent to a peer.
    func frames(to name: PeerName) -> [[UInt8]] {
        compactMap { effect in
            guard case .send(name, let bytes, _) = effect else { return nil }
            return bytes
        }
    }

    /// The frames sent to a peer, read.
    func rpcs(to name: PeerName) -> [Rpc] {
        frames(to: name).compactMap { try? Rpc(frame: $0, topics: [GossipNetwork.topic]) }
    }

    var validated: [MessageID] {
        compactMap { effect in
            guard case .validate(let id, _, _, _) = effect else { return nil }
            return id
        }
    }
}
