import Leftovers
import Primitives
import Synchronization
import Testing
import Transport
import Wire

extension ProtocolID {
    static let consensus = ProtocolID(0)
    static let light = ProtocolID(1)
    static let gossip = ProtocolID(2)
}

/// A host that keeps what it is told.
final class TestHost: Sendable {
    static let rows = [
        StreamProtocol(
            .consensus, .messages, dialNames: ["/argosy/00000000/consensus/1"],
            priority: .consensus, frameByteLimit: 2 << 20, queueByteLimit: 32 << 20),
        StreamProtocol(
            .light, .requests, dialNames: ["/argosy/00000000/light/1"], priority: .light,
            frameByteLimit: 64 << 10, queueByteLimit: 1 << 20, requestLimit: 4),
        StreamProtocol(
            .gossip, .messages, dialNames: ["/meshsub/1.1.0"],
            acceptNames: ["/meshsub/1.2.0", "/meshsub/1.1.0"], priority: .gossip,
            frameByteLimit: 1 << 20, queueByteLimit: 4 << 20),
    ]

    struct Log {
        var events: [HostEvent] = []
        var byteCount: [ProtocolID: Int] = [:]
        var frameCount: [ProtocolID: Int] = [:]
        /// The hash of all messages of a protocol, in their order.
        var digest: [ProtocolID: [UInt8]] = [:]
        var isHolding = false
        var held: [MessageBatch] = []
    }

    let host: Host
    private let log: Mutex<Log>

    /// Starts a host; by default it answers a request with its body reversed.
    init(
        seed: UInt8, rows: [StreamProtocol] = TestHost.rows, limits: HostLimits = HostLimits(),
        admission: @escaping HostConfiguration.Admission = { _, _, _ in true },
        keepsEvents: Bool = true,
        answer: @escaping @Sendable (IncomingRequest) -> Void = { $0.respond($0.body.reversed()) }
    ) {
        var configuration = HostConfiguration(
            identity: SigningKey(seed: FixedBytes(repeating: seed)), protocols: rows)
        configuration.limits = limits
        configuration.admission = admission
        let box = Box()
        host = Host(configuration) { events in box.take(events) }
        log = Mutex(Log())
        box.set { [weak self] event in self?.record(event, answer, keepsEvents) }
        Leftovers.add { [host] in await host.close() }
    }

    /// Breaks the circle between a host and its handler.
    private final class Box: Sendable {
        private let handler = Mutex<(@Sendable (HostEvent) -> Void)?>(nil)

        func set(_ new: @escaping @Sendable (HostEvent) -> Void) {
            handler.withLock { $0 = new }
        }

        func take(_ events: [HostEvent]) {
            guard let handler = handler.withLock({ $0 }) else { return }
            for event in events { handler(event) }
        }
    }

    var id: PeerID { host.id }
    var events: [HostEvent] { log.withLock { $0.events } }

    func holdMessages(_ hold: Bool) {
        log.withLock { log in
            log.isHolding = hold
            if !hold { log.held = [] }
        }
    }

    func byteCount(_ id: ProtocolID) -> Int { log.withLock { $0.byteCount[id] ?? 0 } }
    func frameCount(_ id: ProtocolID) -> Int { log.withLock { $0.frameCount[id] ?? 0 } }
    func digest(_ id: ProtocolID) -> [UInt8] { log.withLock { $0.digest[id] ?? [] } }

    private func record(
        _ event: HostEvent, _ answer: @Sendable (IncomingRequest) -> Void, _ keepsEvents: Bool
    ) {
        switch event {
        case .messages(let batch):
            log.withLock { log in
                for frame in batch.frames {
                    log.byteCount[batch.protocolID, default: 0] += frame.count
                    log.frameCount[batch.protocolID, default: 0] += 1
                    guard keepsEvents else { continue }
                    let sum = Sha256.hash((log.digest[batch.protocolID] ?? []) + frame)
                    log.digest[batch.protocolID] = sum.array
                }
                if log.isHolding { log.held.append(batch) }
            }
        case .request(let request): answer(request)
        case .connected, .identified, .opened, .refused, .sent, .disconnected:
            log.withLock { $0.events.append(event) }
        }
    }

    func listen() async throws -> Multiaddr {
        try await host.listen(try #require(Multiaddr("/ip4/127.0.0.1/tcp/0")))
    }

    /// Waits until something holds; `false` when it does not within the time.
    func wait(
        seconds: Double = 10, until condition: @Sendable (TestHost) -> Bool
    ) async -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if condition(self) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return condition(self)
    }

    func isConnected(to peer: PeerID) -> Bool {
        var connected = false
        for event in events {
            if case .connected(peer, _, _) = event { connected = true }
            if case .disconnected(peer, _) = event { connected = false }
        }
        return connected
    }

    func info(of peer: PeerID) -> PeerInfo? {
        for case .identified(peer, let info) in events { return info }
        return nil
    }

    func disconnections(of peer: PeerID) -> [DisconnectReason] {
        events.compactMap { event in
            if case .disconnected(peer, let reason) = event { reason } else { nil }
        }
    }
}

extension Chance {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
