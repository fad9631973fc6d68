import Gossip
import Leftovers
import Primitives
import Synchronization
import Transport
import Wire

/// A program that speaks to full nodes and does what a test wants: what an attacker would run.
final class Stranger: Sendable {
    /// What it says that it is.
    enum Guise { case full, light, nothing }

    private struct State {
        var connected: Set<PeerID> = []
        /// Answers to requests for peers; the last one again and again.
        var answers: [[[UInt8]]] = []
        var heard: [[UInt8]] = []
        var requests = 0
    }

    private static let exchange = ProtocolID(0)
    static let light = ProtocolID(1)

    let key: SigningKey
    let host: Host
    private let box: Box

    private final class Box: Sendable {
        let state = Mutex(State())
        let host = Mutex<Host?>(nil)

        func take(_ event: HostEvent) {
            switch event {
            case .connected(let peer, _, _):
                state.withLock { _ = $0.connected.insert(peer) }
            case .disconnected(let peer, _):
                state.withLock { _ = $0.connected.remove(peer) }
            case .messages(let batch) where batch.protocolID == Stranger.exchange:
                for frame in batch.frames { take(frame, from: batch.peer) }
            case .identified, .opened, .refused, .messages, .sent: break
            case .request(let request): request.decline()
            }
        }

        private func take(_ frame: [UInt8], from peer: PeerID) {
            guard let message = try? ExchangeMessage(wire: frame) else { return }
            switch message {
            case .answer(let records): state.withLock { $0.heard += records }
            case .request:
                let answer: [[UInt8]] = state.withLock { state in
                    state.requests += 1
                    guard state.answers.count > 1 else { return state.answers.first ?? [] }
                    return state.answers.removeFirst()
                }
                let host = host.withLock { $0 }
                host?.send(ExchangeMessage.answer(answer).wire, to: peer, on: Stranger.exchange)
            }
        }
    }

    init(_ guise: Guise, chain: Digest, seed: UInt64) {
        var bytes = FixedBytes<32>(repeating: 0xab)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: seed >> UInt64(8 * index)) }
        key = SigningKey(seed: bytes)
        let prefix = "/argosy/\(chain.hex.prefix(8))"
        var rows: [StreamProtocol] = []
        if guise != .nothing {
            rows = [
                StreamProtocol(
                    Self.exchange, .messages, dialNames: ["\(prefix)/peers/1"], priority: .light,
                    frameByteLimit: ExchangeMessage.byteLimit,
                    queueByteLimit: 64 * ExchangeMessage.byteLimit),
                StreamProtocol(
                    Self.light, .requests, dialNames: ["\(prefix)/light/1"], priority: .light,
                    frameByteLimit: 1 << 20, queueByteLimit: 4 << 20, requestLimit: 64),
            ]
        }
        if guise == .full {
            rows.append(
                StreamProtocol(
                    ProtocolID(2), .messages, dialNames: ["\(prefix)/consensus/1"],
                    priority: .consensus, frameByteLimit: 1 << 20, queueByteLimit: 1 << 20))
        }
        let box = Box()
        self.box = box
        host = Host(HostConfiguration(identity: key, protocols: rows)) { events in
            for event in events { box.take(event) }
        }
        box.host.withLock { $0 = host }
        Leftovers.add { [self] in await close() }
    }

    func isConnected(to peer: PeerID) -> Bool {
        box.state.withLock { $0.connected.contains(peer) }
    }

    /// Records that it was told.
    var heard: [[UInt8]] { box.state.withLock { $0.heard } }

    /// How often it was asked for peers.
    var requests: Int { box.state.withLock { $0.requests } }

    func answer(_ answers: [[[UInt8]]]) { box.state.withLock { $0.answers = answers } }

    func ask(_ peer: PeerID) {
        host.send(ExchangeMessage.request.wire, to: peer, on: Self.exchange)
    }

    /// Sends an answer that nobody asked for.
    func push(_ records: [[UInt8]], to peer: PeerID) {
        host.send(ExchangeMessage.answer(records).wire, to: peer, on: Self.exchange)
    }

    /// Listens, so that it can be dialled, and says where.
    func listen() async throws -> Multiaddr {
        guard let any = Multiaddr("/ip4/127.0.0.1/tcp/0") else {
            preconditionFailure("this is an address")
        }
        let address = try await host.listen(any)
        let record = SignedPeerRecord(
            signing: [address.withoutPeer.bytes], sequence: 1, with: key)
        host.setSignedPeerRecord(record.envelope)
        return address
    }

    func close() async {
        await host.close()
        box.host.withLock { $0 = nil }
    }

    /// Signed records of peers that it makes up.
    static func inventions(_ count: Int, from seed: UInt64, _ address: [UInt8]) -> [[UInt8]] {
        (0..<count).map { index in
            let key = Stranger.inventedKey(seed + UInt64(index))
            return SignedPeerRecord(signing: [address], sequence: 1, with: key).envelope
        }
    }

    static func inventedKey(_ seed: UInt64) -> SigningKey {
        var bytes = FixedBytes<32>(repeating: 0xcd)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: seed >> UInt64(8 * index)) }
        return SigningKey(seed: bytes)
    }
}
