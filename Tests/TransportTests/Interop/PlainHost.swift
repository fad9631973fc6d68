import NIOCore
import NIOPosix
import Primitives
import Synchronization
import Testing
import Transport
import Wire

/// One connection without encryption: multistream-select, `/plaintext/2.0.0`, Yamux.
///
/// The node has no such mode. Here a foreign peer meets our negotiation and our streams with nothing
/// in between, so that a fault of one layer cannot hide in another.
final class PlainHost: Sendable {
    /// Agreeing on one name, as the side that proposes it or the one that hears it.
    private enum Agreement {
        case dial(DialNegotiation)
        case listen(ListenNegotiation, name: String)

        init(on name: String, isDialer: Bool) {
            self =
                isDialer
                ? .dial(DialNegotiation([name])) : .listen(ListenNegotiation(), name: name)
        }

        var opening: [UInt8] {
            switch self {
            case .dial(let dial): dial.opening
            case .listen: ListenNegotiation.opening
            }
        }

        mutating func receive(
            _ queue: inout ByteQueue
        ) throws(NegotiationError) -> DialNegotiation.Step {
            switch self {
            case .dial(var dial):
                let step = try dial.receive(&queue)
                self = .dial(dial)
                return step
            case .listen(var listen, let name):
                let step = try listen.receive(&queue) { $0 == name }
                self = .listen(listen, name: name)
                return step
            }
        }
    }

    private enum Stage {
        case security(Agreement)
        case exchange
        case muxer(Agreement)
        case open(PeerSession)
        case ended(ConnectionFault?)
    }

    private struct State {
        var stage: Stage
        var queue = ByteQueue()
        var events: [PeerSession.Event] = []
        var bytes: [UInt8] = []
        var frameCount = 0
        var sum: [UInt8] = []
        var lastToken: UInt64 = 0
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let owner: PlainHost

        init(_ owner: PlainHost) { self.owner = owner }

        func channelActive(context: ChannelHandlerContext) { owner.start(context.channel) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            owner.read(Array(unwrapInboundIn(data).readableBytesView))
            owner.flush()
        }

        func channelInactive(context: ChannelHandlerContext) { owner.end(nil) }
    }

    private static let security = "/plaintext/2.0.0"
    private static let muxer = "/yamux/1.0.0"

    private let isDialer: Bool
    private let key = SigningKey(seed: FixedBytes(repeating: 21))
    private let peer: PeerID
    private let rows: [StreamProtocol]
    private let state: Mutex<State>
    private let channel = Mutex<(any Channel)?>(nil)

    var id: PeerID { PeerID(key.publicKey) }

    private init(isDialer: Bool, peer: PeerID, rows: [StreamProtocol]) {
        (self.isDialer, self.peer, self.rows) = (isDialer, peer, rows)
        state = Mutex(
            State(stage: .security(Agreement(on: Self.security, isDialer: isDialer))))
    }

    /// Connects to a foreign peer, or lets it connect.
    static func connected(
        asDialer: Bool, to theirs: ForeignPeer, rows: [StreamProtocol]
    ) async throws -> PlainHost {
        let host = PlainHost(isDialer: asDialer, peer: theirs.id, rows: rows)
        let group = MultiThreadedEventLoopGroup.singleton
        if asDialer {
            _ = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Handler(host))
                    }
                }
                .connect(host: "127.0.0.1", port: Int(try #require(theirs.address.port))).get()
        } else {
            let server = try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Handler(host))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(server.localAddress?.port)
            try theirs.send("dial /ip4/127.0.0.1/tcp/\(port)/p2p/\(host.id)")
            _ = try await theirs.next("dialed")
            try await server.close().get()
        }
        // Then the peer has the connection in its table, too.
        let isIdentified = await host.wait { (state: State) in
            state.events.contains { if case .identified = $0 { true } else { false } }
        }
        try #require(isIdentified)
        return host
    }

    // MARK: Bytes

    private var now: Instant { Instant(NIODeadline.now().uptimeNanoseconds) }

    private func start(_ channel: any Channel) {
        self.channel.withLock { $0 = channel }
        write(Agreement(on: Self.security, isDialer: isDialer).opening)
    }

    /// Writes in the order of the calls, which are made under the lock of the state.
    private func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let channel = channel.withLock({ $0 }) else { return }
        channel.eventLoop.execute {
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        }
    }

    private func read(_ bytes: [UInt8]) {
        state.withLock { state in
            if case .open = state.stage {
                receive(bytes, &state)
                return
            }
            state.queue.append(bytes)
            while step(&state) {}
        }
    }

    /// Takes the next step of the opening; `false` when it waits for more bytes.
    private func step(_ state: inout State) -> Bool {
        switch state.stage {
        case .security(var agreement):
            guard settle(&agreement, &state) else { return false }
            state.stage = .exchange
            write(Self.exchange(key.publicKey))
        case .exchange:
            let expected = Self.exchange(peer.key)
            guard state.queue.count >= expected.count else { return false }
            #expect(state.queue.take(expected.count) == expected, "id and key of the peer")
            let agreement = Agreement(on: Self.muxer, isDialer: isDialer)
            state.stage = .muxer(agreement)
            write(agreement.opening)
        case .muxer(var agreement):
            guard settle(&agreement, &state) else { return false }
            open(&state)
        case .open, .ended: return false
        }
        return true
    }

    /// - Returns: whether the two have agreed.
    private func settle(_ agreement: inout Agreement, _ state: inout State) -> Bool {
        do throws(NegotiationError) {
            let step = try agreement.receive(&state.queue)
            write(step.reply)
            if case .security = state.stage { state.stage = .security(agreement) }
            if case .muxer = state.stage { state.stage = .muxer(agreement) }
            return step.agreed != nil
        } catch {
            state.stage = .ended(.negotiation(error))
            return false
        }
    }

    private func open(_ state: inout State) {
        let names = rows.flatMap(\.acceptNames)
        let setup = PeerSession.Setup(
            protocols: rows, limits: HostLimits(),
            info: PeerInfo(
                agent: "plain",
                protocolNames: [IdentifyMessage.protocolName, PingProtocol.name] + names),
            key: key.publicKey)
        state.stage = .open(PeerSession(isDialer: isDialer, peer: peer, setup: setup, now: now))
        receive(state.queue.takeAll(), &state)
    }

    /// `/plaintext/2.0.0`: a length, field 1 with the peer id, field 2 with the key.
    private static func exchange(_ key: PublicKey) -> [UInt8] {
        let (id, encoded) = (PeerID(key).bytes, LibP2PKey.encode(key))
        return FrameAssembler.frame(
            [0x0a, UInt8(id.count)] + id + [0x12, UInt8(encoded.count)] + encoded)
    }

    // MARK: Streams

    private func receive(_ bytes: [UInt8], _ state: inout State) {
        guard case .open(var session) = state.stage else { return }
        do throws(ConnectionFault) {
            try session.receive(bytes.span, 0..<bytes.count, now: now)
            for event in session.takeEvents() { take(event, &session, &state) }
            state.stage = .open(session)
        } catch { state.stage = .ended(error) }
    }

    private func take(
        _ event: PeerSession.Event, _ session: inout PeerSession, _ state: inout State
    ) {
        switch event {
        case .messages(let row, let id, let frames, let byteCount):
            for frame in frames where row == .consensus {
                state.frameCount += 1
                state.sum = Sha256.hash(state.sum + frame).array
            }
            session.release(id, byteCount)
        case .request(_, let id, let body): session.respond(id, body, now: now)
        default: state.events.append(event)
        }
    }

    func flush() {
        state.withLock { state in
            guard case .open(var session) = state.stage else { return }
            var output: [UInt8] = []
            while session.takeOutput(into: &output, limit: 65_519) {}
            state.stage = .open(session)
            write(output)
        }
    }

    private func end(_ fault: ConnectionFault?) {
        state.withLock { state in
            if case .ended = state.stage { return }
            state.stage = .ended(fault)
        }
    }

    func close() { channel.withLock { $0?.close(promise: nil) } }

    // MARK: What a test does

    func withSession(_ body: (inout PeerSession, Instant) -> Void) {
        state.withLock { state in
            guard case .open(var session) = state.stage else { return }
            body(&session, now)
            state.stage = .open(session)
        }
        flush()
    }

    /// Sends requests all at once; how many were answered with their own bytes.
    func echo(_ bodies: [[UInt8]]) async -> Int {
        let first = state.withLock { state in
            defer { state.lastToken += UInt64(bodies.count) }
            return state.lastToken
        }
        withSession { session, now in
            for (index, body) in bodies.enumerated() {
                session.request(
                    .light, body, token: RequestToken(first + UInt64(index)),
                    responseByteLimit: body.count, deadline: now.advanced(milliseconds: 30_000),
                    now: now)
            }
        }
        func answers(_ events: [PeerSession.Event]) -> Int {
            events.count { event in
                guard case .answered(let token, let answer) = event, token.number >= first else {
                    return false
                }
                return answer == bodies[Int(token.number - first)]
            }
        }
        _ = await wait(seconds: 30) { answers($0.events) == bodies.count }
        return state.withLock { answers($0.events) }
    }

    func received() -> (frameCount: Int, sum: [UInt8]) {
        state.withLock { ($0.frameCount, $0.sum) }
    }

    /// Waits until a message stream is agreed on and all that was written to it is sent.
    func isSent(_ id: ProtocolID) -> Bool {
        state.withLock { state in
            guard case .open(let session) = state.stage else { return false }
            return session.messageRoom(id) == PeerSession.readyByteCount
        }
    }

    func hasAgreed(_ id: ProtocolID) -> Bool {
        state.withLock { state in
            guard case .open(let session) = state.stage else { return false }
            return session.messageRoom(id) != nil
        }
    }

    var fault: ConnectionFault? {
        state.withLock { if case .ended(let fault) = $0.stage { fault } else { nil } }
    }

    func wasRefused(_ row: ProtocolID) -> Bool {
        state.withLock { state in
            state.events.contains { if case .refused(row) = $0 { true } else { false } }
        }
    }

    func hasPong(_ token: UInt64) -> Bool {
        state.withLock { state in
            state.events.contains {
                if case .answered(RequestToken(token), _) = $0 { true } else { false }
            }
        }
    }

    private func wait(seconds: Double = 10, until condition: (State) -> Bool) async -> Bool {
        await wait(seconds: seconds) { (host: PlainHost) in host.state.withLock { condition($0) } }
    }

    func wait(seconds: Double = 10, until condition: (PlainHost) -> Bool) async -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if condition(self) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return condition(self)
    }
}
