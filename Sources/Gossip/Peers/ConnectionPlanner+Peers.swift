import Primitives
import Wire

// Connections as they open, and what peers tell of each other.

extension ConnectionPlanner {
    /// Peers asked for more addresses: often while there are too few, seldom otherwise.
    static let hungryRequestMilliseconds: UInt64 = 2_000
    static let calmRequestMilliseconds: UInt64 = 120_000
    /// Answers that a peer gets: ten at once, then one in five seconds.
    static let answerLimit = 10
    static let answerMilliseconds: UInt64 = 5_000
    /// Addresses taken from a peer: a thousand at once, then one in ten seconds.
    static let namedLimit = 1_000
    static let namedMilliseconds: UInt64 = 10_000
    /// The share of the book that one answer shows, and the least worth asking for.
    static let answerPercent = 23
    static let answerLeast = 32

    mutating func connect(
        _ name: PeerName, _ connection: Connection, now: Instant, wall: Timestamp
    ) -> [Effect] {
        // A peer that dialled us meanwhile came for more than a try.
        let isFeeler = dials.reached(name) && connection.isOutbound
        guard name != own else { return [.disconnect(name, .ownName)] }
        let isBanned =
            bans.isBanned(name, now: wall) || bans.isBanned(host: connection.place.host)
        guard !isBanned || dials.isKept(name) else { return [.disconnect(name, .banned)] }
        var effects: [Effect] = []
        if connection.isOutbound {
            book.succeeded(name, now: wall)
        } else {
            switch makeRoom(for: name, connection) {
            case .free: break
            case .refused: return [.disconnect(name, .full)]
            case .evicted(let other):
                links.remove(other)
                effects.append(.disconnect(other, .evicted))
            }
        }
        links.insert(
            name,
            Link(
                connection: connection,
                inbound: InboundPeer(name: name, place: connection.place, since: now),
                isFeeler: isFeeler,
                answers: TokenBucket(
                    capacity: Self.answerLimit, refillMilliseconds: Self.answerMilliseconds,
                    now: now),
                named: TokenBucket(
                    capacity: Self.namedLimit, refillMilliseconds: Self.namedMilliseconds,
                    now: now)))
        if isFeeler { return effects + [.disconnect(name, .feelerDone)] }
        if connection.role == .full, !isFull { effects.append(request(name)) }
        return effects
    }

    /// A newcomer has said what it is, and moves to a place of that kind.
    mutating func classify(_ name: PeerName, _ role: PeerLink.Role, now: Instant) -> [Effect] {
        guard let link = links[name], link.connection.role == nil else { return [] }
        var effects: [Effect] = []
        if link.connection.isOutbound {
            // Light nodes have nothing that we could ask for.
            guard role == .full else { return [.disconnect(name, .unfit)] }
        } else {
            var connection = link.connection
            connection.role = role
            switch placeFor(connection) {
            case .free: break
            case .refused: return [.disconnect(name, .full)]
            case .evicted(let other):
                links.remove(other)
                effects.append(.disconnect(other, .evicted))
            }
        }
        links[name]?.connection.role = role
        if role == .full, !isFull { effects.append(request(name)) }
        return effects
    }

    private enum Room { case free, refused, evicted(PeerName) }

    private func makeRoom(for name: PeerName, _ connection: Connection) -> Room {
        if links[name] != nil { return .free }  // The same peer again, on a newer connection.
        guard admits(connection.place) else { return .refused }
        return placeFor(connection)
    }

    private func placeFor(_ connection: Connection) -> Room {
        switch connection.role {
        case nil:
            let newcomers = links.names.compactMap { links[$0]?.inbound }.filter {
                links[$0.name]?.connection.isOutbound == false
                    && links[$0.name]?.connection.role == nil
            }
            guard newcomers.count >= limits.newcomers else { return .free }
            // Whoever has had the most time has the least left to say.
            return newcomers.min { ($0.since, $0.name) < ($1.since, $1.name) }
                .map { .evicted($0.name) } ?? .refused
        case .light:
            let count = links.count {
                !$0.connection.isOutbound && $0.connection.role == .light
            }
            return count < limits.light ? .free : .refused
        case .full:
            let inbound = links.names.compactMap { links[$0] }
                .filter { !$0.connection.isOutbound && $0.connection.role == .full }
            guard inbound.count >= limits.inbound else { return .free }
            let candidates = inbound.map(\.inbound).filter { !dials.isKept($0.name) }
            guard let victim = InboundEviction.choose(from: candidates, key: key) else {
                return .refused
            }
            return .evicted(victim)
        }
    }

    private var isFull: Bool { outboundCount >= outboundWanted }

    // MARK: Records

    mutating func identify(_ name: PeerName, _ record: SignedPeerRecord, wall: Timestamp) {
        guard links[name] != nil, record.peer == name, record.isValid(scheme: scheme) else {
            return
        }
        add(record, source: links[name]?.connection.place.group, wall: wall)
        book.keep(record)
    }

    private mutating func add(
        _ record: SignedPeerRecord, source: NetworkGroup?, wall: Timestamp
    ) {
        let addresses = record.addresses.compactMap { bytes -> BookAddress? in
            // Names are for lists that people publish; a record could make us ask any name server.
            guard NetworkPlace.isEndpoint(bytes), let place = NetworkPlace(multiaddr: bytes),
                isDiallable(bytes)
            else { return nil }
            return BookAddress(bytes, group: place.group)
        }
        guard let first = addresses.first else { return }
        book.add(
            record.peer, at: addresses, sequence: record.sequence, source: source ?? first.group,
            now: wall, using: &chance)
    }

    /// Takes up peers that another peer named, as many as it may name.
    mutating func take(
        _ envelopes: [[UInt8]], from name: PeerName, now: Instant, wall: Timestamp
    ) {
        guard let link = links[name] else { return }
        let allowed = links[name]?.named.take(envelopes.count, now: now) ?? 0
        for envelope in envelopes.prefix(allowed) {
            guard let record = SignedPeerRecord(envelope: envelope), record.peer != own else {
                continue
            }
            // A record that we have is not checked again.
            if let known = book[record.peer], known.sequence >= record.sequence { continue }
            guard record.isValid(scheme: scheme) else { continue }
            add(record, source: link.connection.place.group, wall: wall)
        }
    }

    // MARK: Exchange

    private mutating func request(_ name: PeerName) -> Effect {
        let count = links[name]?.openRequests ?? 0
        links[name]?.openRequests = min(count + 1, Self.answerLimit)
        return .send(name, ExchangeMessage.request.wire)
    }

    mutating func ask(now: Instant, wall: Timestamp) -> [Effect] {
        let pause = isFull ? Self.calmRequestMilliseconds : Self.hungryRequestMilliseconds
        guard now.milliseconds(since: pace.lastRequest) >= pause else { return [] }
        let candidates = links.names.filter {
            links[$0]?.connection.role == .full && links[$0]?.isFeeler == false
        }
        guard let name = candidates.randomElement(using: &chance) else { return [] }
        pace.lastRequest = now
        return [request(name)]
    }

    mutating func receive(
        _ bytes: [UInt8], from name: PeerName, now: Instant, wall: Timestamp
    ) -> [Effect] {
        guard let link = links[name] else { return [] }
        let message: ExchangeMessage
        do throws(WireError) { message = try ExchangeMessage(wire: bytes) } catch {
            return [.disconnect(name, .malformed)]
        }
        switch message {
        case .request:
            guard links[name]?.answers.take(now: now) == 1 else { return [] }
            return [.send(name, ExchangeMessage.answer(answer(for: name)).wire)]
        case .answer(let records):
            guard link.openRequests > 0 else { return [.disconnect(name, .unsolicited)] }
            links[name]?.openRequests = link.openRequests - 1
            take(records, from: name, now: now, wall: wall)
            return dial(now: now, wall: wall)
        }
    }

    /// Records of peers that we know ourselves: connected now, or reached once.
    ///
    /// Peers that we only heard of are not passed on, so that nobody's invention travels (attack 65).
    private mutating func answer(for name: PeerName) -> [[UInt8]] {
        let known = book.recorded.compactMap { book[$0] }.filter { entry in
            entry.name != name && (entry.isTried || links[entry.name] != nil)
        }
        let share = max(Self.answerLeast, known.count * Self.answerPercent / 100)
        return known.sample(min(share, ExchangeMessage.recordLimit), using: &chance)
            .map(\.envelope)
    }
}
