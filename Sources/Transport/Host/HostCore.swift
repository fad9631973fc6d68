import NIOCore
import Primitives
import Wire

/// What a host has counted since it started.
public struct HostStatistics: Sendable {
    public var receivedByteCount: UInt64 = 0
    public var sentByteCount: UInt64 = 0
    public var connectionCount = 0
    public var handshakeCount = 0
    /// Sockets closed at once, or after the handshake, because a limit or the admission said no.
    public var refusedCount: UInt64 = 0
    /// Handshakes that failed or took too long.
    public var failedHandshakeCount: UInt64 = 0
    /// Messages that did not fit into a queue, of the connections that are open.
    public var droppedMessageCounts: [ProtocolID: UInt64] = [:]
}

/// Everything of a host that lives on its event loop.
final class HostCore {
    /// Within this time of each other two connections of one peer count as dialled at once.
    private static let simultaneousMilliseconds: UInt64 = 10_000

    let configuration: HostConfiguration
    let gate: LoopGate
    let own: PeerID
    let directory: Directory
    var statistics = HostStatistics()
    var info: PeerInfo
    var listeners: [any Channel] = []
    var room = Room()
    private(set) var isClosing = false
    private let handler: Host.Handler
    private var events: [HostEvent] = []
    private var isDelivering = false
    private var peers: [PeerID: ConnectionHandler] = [:]
    /// All sockets, by a number of our own, with those whose handshake still runs.
    private var handlers: [ObjectIdentifier: ConnectionHandler] = [:]
    private var lastToken: UInt64 = 0
    /// Who waits for a socket that is being opened.
    private var dialling: [RequestToken: @Sendable (Result<PeerID, TransportError>) -> Void] = [:]

    /// Memory that all connections use in turn, as their reads and writes never overlap.
    struct Room {
        var plaintext: [UInt8] = []
        var buffers = WriteBuffers()
    }

    init(
        _ configuration: HostConfiguration, gate: LoopGate, directory: Directory,
        handler: @escaping Host.Handler
    ) {
        self.configuration = configuration
        self.gate = gate
        self.directory = directory
        self.handler = handler
        own = PeerID(configuration.identity.publicKey)
        let names = configuration.protocols.flatMap(\.acceptNames)
        info = PeerInfo(
            agent: configuration.agent, protocolVersion: configuration.protocolVersion,
            protocolNames: [IdentifyMessage.protocolName, PingProtocol.name] + names)
    }

    var now: Instant { Instant(NIODeadline.now().uptimeNanoseconds) }

    func nextToken() -> RequestToken {
        lastToken += 1
        return RequestToken(lastToken)
    }

    // MARK: Dials

    /// Notes who waits for a socket; he is told once, at the latest when the host ends.
    func startDial(
        _ answer: @escaping @Sendable (Result<PeerID, TransportError>) -> Void
    ) -> RequestToken {
        let token = nextToken()
        dialling[token] = answer
        return token
    }

    /// Whom to tell how a dial ended; `nil` when he was told already.
    func endDial(
        _ token: RequestToken
    ) -> (@Sendable (Result<PeerID, TransportError>) -> Void)? {
        dialling.removeValue(forKey: token)
    }

    // MARK: Events

    /// Hands an event over at the end of this turn of the loop, with all others of the turn.
    func emit(_ event: HostEvent) {
        events.append(event)
        guard !isDelivering else { return }
        isDelivering = true
        let bound = NIOLoopBound(self, eventLoop: gate.loop)
        gate.enqueue { bound.value.flushEvents() }
    }

    func flushEvents() {
        isDelivering = false
        guard !events.isEmpty else { return }
        let batch = events
        events = []
        handler(batch)
    }

    // MARK: Connections

    func peer(_ id: PeerID) -> ConnectionHandler? { peers[id] }

    var connected: [ConnectionHandler] {
        peers.values.sorted { left, right in
            (left.establishedAt ?? now) < (right.establishedAt ?? now)
        }
    }

    private var handshakes: [ConnectionHandler] {
        handlers.values.filter { $0.establishedAt == nil }
    }

    /// Whether a new socket may begin its handshake; says why not.
    func refusal(_ remote: Multiaddr, _ direction: Direction) -> TransportError? {
        if isClosing { return .closed }
        guard configuration.admission(remote, nil, direction) else { return .notAdmitted }
        let limits = configuration.limits
        let pending = handshakes
        guard pending.count < limits.handshakeLimit else { return .limitReached("handshakes") }
        guard peers.count < limits.connectionLimit else { return .limitReached("connections") }
        guard direction == .inbound, !(limits.exemptsLoopback && remote.isLoopback) else {
            return nil
        }
        let group = remote.addressGroup
        let pendingOfGroup = pending.filter { !$0.isDialer && $0.remote.addressGroup == group }
        guard pendingOfGroup.count < limits.handshakesPerAddressLimit else {
            return .limitReached("handshakes of one address")
        }
        let ofGroup = peers.values.filter { $0.remote.addressGroup == group }
        guard ofGroup.count < limits.connectionsPerAddressLimit else {
            return .limitReached("connections of one address")
        }
        return nil
    }

    /// Makes the handler of a new socket.
    func makeHandler(
        isDialer: Bool, remote: Multiaddr, expected: PeerID?,
        dialled: ((Result<PeerID, TransportError>) -> Void)? = nil
    ) -> ConnectionHandler {
        var random = SystemRandomNumberGenerator()
        let setup = PeerSession.Setup(
            protocols: configuration.protocols, limits: configuration.limits, info: info,
            key: configuration.identity.publicKey, remote: remote.withoutPeer)
        let connection = Connection(
            isDialer: isDialer, identity: configuration.identity, expected: expected,
            staticKey: AgreementKey(secret: .random(using: &random)),
            ephemeralKey: AgreementKey(secret: .random(using: &random)), setup: setup)
        let deadline = now.advanced(milliseconds: configuration.limits.handshakeMilliseconds)
        let handler = ConnectionHandler(
            core: self, connection: connection, isDialer: isDialer, remote: remote,
            deadline: deadline, expected: expected, dialled: dialled)
        handlers[ObjectIdentifier(handler)] = handler
        return handler
    }

    /// A handshake is complete; decides whether the connection stays.
    func established(_ handler: ConnectionHandler, _ peer: PeerID) -> Bool {
        let limits = configuration.limits
        guard configuration.admission(handler.remote, peer, handler.direction) else {
            statistics.refusedCount += 1
            remove(handler, .requested, .notAdmitted)
            return false
        }
        if let other = peers[peer] {
            guard prefers(handler, over: other) else {
                // The dialer has what it asked for: a connection to this peer.
                finishDial(handler, .success(peer))
                remove(handler, .duplicate, .closed)
                return false
            }
            remove(other, .duplicate, .closed)
        } else if peers.count >= limits.connectionLimit {
            statistics.refusedCount += 1
            remove(handler, .requested, .limitReached("connections"))
            return false
        }
        handler.establishedAt = now
        peers[peer] = handler
        directory.add(peer, handler, loop: gate.loop)
        emit(.connected(peer, handler.direction, remote: handler.remote))
        finishDial(handler, .success(peer))
        return true
    }

    /// Which of two connections of one peer stays; both sides come to the same answer (rule W29).
    private func prefers(_ new: ConnectionHandler, over old: ConnectionHandler) -> Bool {
        guard let peer = new.peer, let since = old.establishedAt, new.isDialer != old.isDialer,
            now.milliseconds(since: since) < Self.simultaneousMilliseconds
        else { return true }
        // Dialled from both sides at once: the one of the smaller id.
        return new.isDialer == (own < peer)
    }

    private func finishDial(
        _ handler: ConnectionHandler, _ result: Result<PeerID, TransportError>
    ) {
        let dialled = handler.dialled
        handler.dialled = nil
        dialled?(result)
    }

    // MARK: Ends

    /// Ends a connection whose peer broke a rule.
    func fail(_ handler: ConnectionHandler, _ fault: ConnectionFault) {
        let error: TransportError
        switch fault {
        case .selfDial: error = .selfDial
        case .wrongPeer(let expected, let found):
            error = .wrongPeer(expected: expected, found: found)
        case .goneAway: error = .closed
        case .negotiation, .noise, .yamux, .handshakeTooLong, .unresponsive, .unfinishedMessage,
            .badMessage:
            error = .handshake("\(fault)")
        }
        let reason: DisconnectReason
        switch fault {
        case .goneAway: reason = .remoteClosed
        case .unresponsive: reason = .unresponsive
        default: reason = .violation("\(fault)")
        }
        remove(handler, reason, error)
    }

    /// Lets a connection go; does nothing when it is gone already.
    func remove(
        _ handler: ConnectionHandler, _ reason: DisconnectReason, _ error: TransportError
    ) {
        guard handlers.removeValue(forKey: ObjectIdentifier(handler)) != nil else { return }
        handler.close()
        if handler.establishedAt == nil { statistics.failedHandshakeCount += 1 }
        if let expected = handler.expected, peers[expected] != nil {
            // The peer has ended this one in favour of its own, which stands already.
            finishDial(handler, .success(expected))
        } else {
            finishDial(handler, .failure(error))
        }
        let waiting = handler.waiting
        handler.waiting = [:]
        for completion in waiting.values { completion(.failure(.closed)) }
        guard let peer = handler.peer, peers[peer] === handler else { return }
        peers[peer] = nil
        directory.remove(peer, handler)
        emit(.disconnected(peer, reason))
    }

    func removeAll() {
        isClosing = true
        let waiting = dialling.values
        dialling = [:]
        // A name may still be looked up, elsewhere and for long; nobody waits for that.
        for answer in waiting { answer(.failure(.closed)) }
        for handler in Array(handlers.values) { remove(handler, .closing, .closed) }
    }

    /// Lets time pass for every connection.
    func tick() {
        let now = self.now
        for handler in Array(handlers.values) {
            if handler.establishedAt == nil, handler.deadline <= now {
                remove(handler, .unresponsive, .timedOut)
            } else {
                handler.tick(now: now)
            }
        }
        room.buffers.releaseUnused()
    }

    var currentStatistics: HostStatistics {
        var statistics = self.statistics
        statistics.connectionCount = peers.count
        statistics.handshakeCount = handlers.count - peers.count
        for handler in peers.values {
            statistics.droppedMessageCounts.merge(handler.outbox.droppedCounts, uniquingKeysWith: +)
        }
        return statistics
    }
}

extension FixedBytes<32> {
    /// 32 bytes from the system's source of secrets.
    static func random(using random: inout SystemRandomNumberGenerator) -> FixedBytes<32> {
        var bytes = FixedBytes<32>()
        for index in 0..<32 { bytes[index] = UInt8.random(in: .min ... .max, using: &random) }
        return bytes
    }
}
