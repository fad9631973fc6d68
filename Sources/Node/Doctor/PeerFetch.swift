import Chain
import Primitives
import Replica
import Synchronization
import Transport
import Wire

/// Asks other full nodes for what this one has lost, as catch-up does, while no node runs here.
///
/// What comes is believed by nobody: whoever asked checks it against a hash or a certificate.
final class PeerFetch: Sendable {
    /// How long one peer may take to answer.
    static let answerWait = Duration.seconds(5)
    /// Peers that are dialled.
    static let peerLimit = 16

    private let host: Host
    private let desk = AnswerDesk()
    private let addresses: [Multiaddr]

    init(_ keys: NodeKeys, chain: Digest, addresses: [Multiaddr]) {
        self.addresses = Array(addresses.prefix(Self.peerLimit))
        let protocols = Protocols(chain: chain, isFull: true)
        var configuration = protocols.host(keys.identity, connectionLimit: Self.peerLimit)
        configuration.limits.handshakeMilliseconds = 5_000
        host = Host(configuration) { [desk] events in
            for case .messages(let batch) in events { desk.take(batch) }
        }
    }

    /// Connects to everyone on the list.
    ///
    /// - Returns: How many peers are there.
    func connect() async -> Int {
        await withTaskGroup(of: Void.self) { group in
            for address in addresses {
                // A peer that cannot be reached is one that cannot be asked; the count says so.
                group.addTask { [host] in _ = try? await host.dial(address) }
            }
        }
        return await host.connectedPeers().count
    }

    /// Asks one peer after the other until one gives what the check accepts.
    func ask<Value: Sendable>(
        _ request: SyncRequest, _ check: (SyncAnswer) -> Value?
    ) async -> (value: Value, from: PeerID)? {
        for peer in await host.connectedPeers() {
            guard let answer = await ask(peer, request), let value = check(answer) else {
                continue
            }
            return (value, peer)
        }
        return nil
    }

    private func ask(_ peer: PeerID, _ request: SyncRequest) async -> SyncAnswer? {
        await withCheckedContinuation { waiter in
            let number = desk.open(peer, waiter)
            let frame = SyncMessage.request(number: number, request).wire
            host.send(frame, to: peer, on: Protocols.id(of: .sync), isKept: true)
            Task { [desk] in
                // A cancelled wait ends the question like one that ran out.
                try? await Task.sleep(for: Self.answerWait)
                desk.close(number, with: nil)
            }
        }
    }

    func close() async { await host.close() }
}

/// Questions to peers that have no answer yet.
private final class AnswerDesk: Sendable {
    typealias Waiter = CheckedContinuation<SyncAnswer?, Never>

    private struct State {
        var last: UInt64 = 0
        var waiting: [UInt64: (peer: PeerID, waiter: Waiter)] = [:]
    }

    private let state = Mutex(State())

    func open(_ peer: PeerID, _ waiter: Waiter) -> UInt64 {
        state.withLock { state in
            state.last += 1
            state.waiting[state.last] = (peer, waiter)
            return state.last
        }
    }

    func close(_ number: UInt64, with answer: SyncAnswer?) {
        let entry = state.withLock { $0.waiting.removeValue(forKey: number) }
        entry?.waiter.resume(returning: answer)
    }

    /// Answers that nobody asked this peer for are thrown away.
    func take(_ batch: MessageBatch) {
        guard Protocols.channel(of: batch.protocolID) == .sync else { return }
        for frame in batch.frames {
            guard case .answer(let number, let answer)? = try? SyncMessage(wire: frame),
                state.withLock({ $0.waiting[number]?.peer == batch.peer })
            else { continue }
            close(number, with: answer)
        }
    }
}
