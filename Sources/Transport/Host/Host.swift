import NIOCore
import NIOPosix
import Primitives
import Synchronization

/// The node's end of the network: listens, dials, sends, and reports what arrives.
///
/// Every method can be called from any thread or task. Inside, everything runs on one event loop
/// of the host's own. Its rules are in the Transport specification, W28 to W38.
public final class Host: Sendable {
    /// Receives all events of one turn of the event loop, on that loop; must not block.
    public typealias Handler = @Sendable ([HostEvent]) -> Void

    private static let tickMilliseconds: Int64 = 250
    private static let backlog: Int32 = 256
    private static let lowWaterBytes = 64 << 10
    private static let highWaterBytes = 256 << 10

    public let id: PeerID
    private let configuration: HostConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let gate: LoopGate
    private let core: NIOLoopBoundBox<HostCore>
    private let directory = Directory()

    /// Starts the event loop; opens no socket.
    ///
    /// - Precondition: protocol ids count up from zero, and there are at most 64.
    public init(_ configuration: HostConfiguration, handler: @escaping Handler) {
        let numbers = configuration.protocols.map { Int($0.id.number) }
        precondition(numbers == Array(0..<numbers.count), "protocol ids count up from zero")
        precondition(numbers.count <= 64, "a host has at most 64 protocols")
        self.configuration = configuration
        id = PeerID(configuration.identity.publicKey)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        gate = LoopGate(loop)
        core = NIOLoopBoundBox.makeBoxSendingValue(
            HostCore(configuration, gate: gate, directory: directory, handler: handler),
            eventLoop: loop)
        let core = self.core
        loop.scheduleRepeatedTask(
            initialDelay: .milliseconds(Self.tickMilliseconds),
            delay: .milliseconds(Self.tickMilliseconds)
        ) { task in
            guard !core.value.isClosing else { return task.cancel() }
            core.value.tick()
        }
    }

    /// Hands work to the event loop, unless that ends.
    @discardableResult
    private func enqueue(_ work: @escaping @Sendable (HostCore) -> Void) -> Bool {
        gate.enqueue { [core] in work(core.value) }
    }

    /// Does something on the event loop and waits for what it gives; a host that is closed gives
    /// `closed` at once.
    private func onLoop<Value: Sendable>(
        orClosed closed: Value,
        _ body: @escaping @Sendable (HostCore, @escaping @Sendable (Value) -> Void) -> Void
    ) async -> Value {
        await withCheckedContinuation { continuation in
            let isHanded = enqueue { core in body(core) { continuation.resume(returning: $0) } }
            if !isHanded { continuation.resume(returning: closed) }
        }
    }

    private func onLoop<Value: Sendable>(
        orClosed closed: Value, _ body: @escaping @Sendable (HostCore) -> Value
    ) async -> Value {
        await onLoop(orClosed: closed) { core, answer in answer(body(core)) }
    }
}

// MARK: Messages

extension Host {
    /// Queues a message; never waits.
    ///
    /// - Parameters:
    ///   - frame: the message; the buffer is shared, not copied, however many peers it goes to.
    ///   - peer: a connected peer.
    ///   - protocolID: a protocol of shape `messages`.
    ///   - isKept: whether the message may not be dropped for newer ones.
    /// - Returns: what happened to it. A message that was queued is still lost when the
    ///   connection ends first.
    @discardableResult
    public func send(
        _ frame: [UInt8], to peer: PeerID, on protocolID: ProtocolID, isKept: Bool = false
    ) -> SendResult {
        precondition(
            configuration.protocols[Int(protocolID.number)].shape == .messages,
            "a protocol of requests has no messages")
        guard let entry = directory.find(peer) else { return .notConnected }
        let (result, mustTell) = entry.outbox.push(frame, protocolID, isKept: isKept)
        if mustTell { enqueue { _ in entry.handler.value.pump() } }
        return result
    }

    /// Queues one message for many peers.
    public func send(
        _ frame: [UInt8], to peers: [PeerID], on protocolID: ProtocolID, isKept: Bool = false
    ) {
        for peer in peers { send(frame, to: peer, on: protocolID, isKept: isKept) }
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - body: the request, within the protocol's `frameByteLimit`.
    ///   - peer: a connected peer.
    ///   - protocolID: a protocol of shape `requests`.
    ///   - responseByteLimit: the longest answer that is taken.
    ///   - deadline: from now to the last byte of the answer.
    /// - Returns: the answer.
    /// - Throws: ``TransportError``: `declined`, `notSpoken`, `timedOut`, `notConnected`, `closed`,
    ///   `tooLong`, `limitReached`.
    public func request(
        _ body: [UInt8], from peer: PeerID, on protocolID: ProtocolID, responseByteLimit: Int,
        deadline: Duration
    ) async throws(TransportError) -> [UInt8] {
        precondition(
            configuration.protocols[Int(protocolID.number)].shape == .requests,
            "a protocol of messages has no requests")
        return try await exchange(with: peer) { session, token, now in
            session.request(
                protocolID, body, token: token, responseByteLimit: responseByteLimit,
                deadline: now.advanced(milliseconds: deadline.wholeMilliseconds), now: now)
        }
    }

    /// Measures a round trip.
    public func ping(
        _ peer: PeerID, deadline: Duration = .seconds(10)
    ) async throws(TransportError) -> Duration {
        let start = ContinuousClock.now
        _ = try await exchange(with: peer) { session, token, now in
            session.ping(
                token: token,
                deadline: now.advanced(milliseconds: deadline.wholeMilliseconds), now: now)
        }
        return ContinuousClock.now - start
    }

    private func exchange(
        with peer: PeerID,
        _ begin: @escaping @Sendable (inout PeerSession, RequestToken, Instant) -> Void
    ) async throws(TransportError) -> [UInt8] {
        let result: Result<[UInt8], TransportError> = await onLoop(
            orClosed: .failure(.closed)
        ) { core, answer in
            guard let handler = core.peer(peer) else { return answer(.failure(.notConnected)) }
            let token = core.nextToken()
            handler.waiting[token] = answer
            let now = core.now
            handler.connection.withSession { begin(&$0, token, now) }
            handler.deliver()
            handler.pump()
        }
        return try result.get()
    }
}

// MARK: Connections

extension Host {
    /// Opens a port.
    ///
    /// - Parameter address: `/ip4/…/tcp/…` or `/ip6/…/tcp/…`; port 0 takes a free one.
    /// - Returns: the address with the port that was opened, and this host's id.
    /// - Throws: ``TransportError``: `unusableAddress`, `socket`, `closed`.
    public func listen(_ address: Multiaddr) async throws(TransportError) -> Multiaddr {
        guard let place = SocketPlace(address),
            let socket = try? SocketAddress(ipAddress: place.host, port: place.port)
        else { throw .unusableAddress }
        let bound: Result<any Channel, TransportError> = await onLoop(
            orClosed: .failure(.closed)
        ) { [loop = gate.loop, core] _, answer in
            ServerBootstrap(group: loop)
                .serverChannelOption(.backlog, value: Self.backlog)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .childChannelOption(.writeBufferWaterMark, value: Self.waterMark)
                .childChannelOption(.recvAllocator, value: Self.receiveAllocator)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try core.value.accept(channel) }
                }
                .bind(to: socket)
                .whenComplete { answer($0.mapError { .socket("\($0)") }) }
        }
        let channel = try bound.get()
        guard let opened = Multiaddr(channel.localAddress) else {
            throw .socket("the system gave no address")
        }
        let isOpen = await onLoop(orClosed: false) { core in
            guard !core.isClosing else { return false }
            core.listeners.append(channel)
            if !opened.isUnspecified { core.info.listenAddresses.append(opened) }
            return true
        }
        guard isOpen else {
            channel.close(promise: nil)
            throw .closed
        }
        return opened.with(id)
    }

    /// Connects to a peer; ends when the handshake is complete, or gives the existing connection.
    ///
    /// - Parameter address: with the id of who must answer there: `…/p2p/12D3KooW…`.
    /// - Returns: the id of the peer.
    /// - Throws: ``TransportError``: `unusableAddress`, `selfDial`, `wrongPeer`, `limitReached`,
    ///   `notAdmitted`, `timedOut`, `handshake`, `socket`, `closed`.
    public func dial(_ address: Multiaddr) async throws(TransportError) -> PeerID {
        guard let expected = address.peer, let place = SocketPlace(address) else {
            throw .unusableAddress
        }
        guard expected != id else { throw .selfDial }
        let limits = configuration.limits
        let result: Result<PeerID, TransportError> = await onLoop(
            orClosed: .failure(.closed)
        ) { [loop = gate.loop, core] here, answer in
            guard here.peer(expected) == nil else { return answer(.success(expected)) }
            if let refusal = here.refusal(address, .outbound) { return answer(.failure(refusal)) }
            let token = here.startDial(answer)
            let bootstrap = ClientBootstrap(group: loop)
                .connectTimeout(.milliseconds(Int64(clamping: limits.handshakeMilliseconds)))
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.writeBufferWaterMark, value: Self.waterMark)
                .channelOption(.recvAllocator, value: Self.receiveAllocator)
                // What the listener says at once must not arrive before its reader is there.
                .channelOption(.autoRead, value: false)
            // A name is looked up on another thread, a literal address needs none.
            let socket = try? SocketAddress(ipAddress: place.host, port: place.port)
            let channel =
                socket.map { bootstrap.connect(to: $0) }
                ?? bootstrap.connect(host: place.host, port: place.port)
            channel.whenComplete { result in
                let answer = core.value.endDial(token)
                switch result {
                case .failure(let error): answer?(.failure(Self.translate(error)))
                case .success(let channel):
                    core.value.adopt(channel, address, expected) { answer?($0) }
                }
            }
        }
        return try result.get()
    }

    /// Ends the connection to a peer, if there is one.
    public func disconnect(_ peer: PeerID) {
        enqueue { core in
            guard let handler = core.peer(peer) else { return }
            core.remove(handler, .requested, .closed)
        }
    }

    /// The envelope that identify gives to peers from now on.
    public func setSignedPeerRecord(_ envelope: [UInt8]) {
        enqueue { core in core.info.signedPeerRecord = envelope }
    }

    /// The addresses that identify gives to peers from now on.
    public func setListenAddresses(_ addresses: [Multiaddr]) {
        enqueue { core in core.info.listenAddresses = addresses }
    }

    /// The connected peers, oldest connection first; none of a host that is closed.
    public func connectedPeers() async -> [PeerID] {
        await onLoop(orClosed: []) { core in core.connected.compactMap(\.peer) }
    }

    /// What the host has counted; zeros when it is closed.
    public func statistics() async -> HostStatistics {
        await onLoop(orClosed: HostStatistics()) { core in core.currentStatistics }
    }

    /// Ends every connection and the event loop.
    ///
    /// From then on nothing is connected, every request, listen and dial throws `closed` at once, and
    /// another call does nothing.
    public func close() async {
        let listeners: [any Channel] = await onLoop(orClosed: []) { core in
            core.removeAll()
            core.flushEvents()
            return core.listeners
        }
        for listener in listeners {
            // A port that is closed already needs no closing.
            try? await listener.close().get()
        }
        if gate.close() { try? await group.shutdownGracefully() }
    }

    private static var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: lowWaterBytes, high: highWaterBytes)
    }

    private static var receiveAllocator: any RecvByteBufferAllocator {
        // Large enough that most frames of 64 KiB lie whole in one read.
        AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 256 << 10)
    }

    private static func translate(_ error: any Error) -> TransportError {
        if case ChannelError.connectTimeout = error { return .timedOut }
        return .socket("\(error)")
    }
}

extension HostCore {
    /// Takes a socket that the system accepted.
    func accept(_ channel: any Channel) throws {
        guard let remote = Multiaddr(channel.remoteAddress) else {
            throw TransportError.unusableAddress
        }
        if let error = refusal(remote, .inbound) {
            statistics.refusedCount += 1
            throw error
        }
        let handler = makeHandler(isDialer: false, remote: remote, expected: nil)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Takes a socket that we opened.
    func adopt(
        _ channel: any Channel, _ address: Multiaddr, _ expected: PeerID,
        _ dialled: @escaping (Result<PeerID, TransportError>) -> Void
    ) {
        if let error = refusal(address, .outbound) {
            channel.close(promise: nil)
            return dialled(.failure(error))
        }
        let handler = makeHandler(
            isDialer: true, remote: address, expected: expected, dialled: dialled)
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
            guard let options = channel.syncOptions else {
                preconditionFailure("a socket channel has options that can be set at once")
            }
            try options.setOption(.autoRead, value: true)
        } catch {
            remove(handler, .remoteClosed, .socket("\(error)"))
            channel.close(promise: nil)
        }
    }
}

/// Which peers are connected, for callers on any thread.
final class Directory: Sendable {
    struct Entry: Sendable {
        let outbox: Outbox
        let handler: NIOLoopBound<ConnectionHandler>
    }

    private let entries = Mutex<[PeerID: Entry]>([:])

    func find(_ peer: PeerID) -> Entry? { entries.withLock { $0[peer] } }

    func add(_ peer: PeerID, _ handler: ConnectionHandler, loop: any EventLoop) {
        let entry = Entry(
            outbox: handler.outbox, handler: NIOLoopBound(handler, eventLoop: loop))
        entries.withLock { $0[peer] = entry }
    }

    func remove(_ peer: PeerID, _ handler: ConnectionHandler) {
        let outbox = handler.outbox
        entries.withLock { entries in
            if entries[peer]?.outbox === outbox { entries[peer] = nil }
        }
    }
}
