import Gossip
import Logging
import Primitives
import Replica
import Synchronization
import Transport

/// A host with its events in a lane, and the dialling of the peers it should keep.
final class Network: Sendable {
    /// Events that may wait; past that, messages are dropped and repaired by pulling.
    static let eventLimit = 16_384
    /// Addresses that are kept from peers' recommendations, beside the operator's own.
    static let learnedLimit = 256
    static let dialTickMilliseconds: Int64 = 200

    let host: Host
    let events: Lane<HostEvent>
    private let log: Logger
    private let plan: Mutex<Dialling>

    private struct Dialling {
        var addresses: [Multiaddr]
        var plan: DialPlan
        var numbers: [PeerID: Int]
    }

    init(
        _ configuration: HostConfiguration, dialling addresses: [Multiaddr], log: Logger
    ) {
        let lane = Lane<HostEvent>(limit: Self.eventLimit)
        events = lane
        host = Host(configuration) { events in
            for event in events {
                switch event {
                case .messages, .request: lane.put(event, isKept: false)
                case .connected, .identified, .opened, .refused, .disconnected: lane.put(event)
                }
            }
        }
        self.log = log
        let own = host.id
        var numbers: [PeerID: Int] = [:]
        let wanted = addresses.filter { address in
            guard let peer = address.peer, peer != own, numbers[peer] == nil else { return false }
            numbers[peer] = numbers.count
            return true
        }
        plan = Mutex(
            Dialling(
                addresses: wanted, plan: DialPlan(count: wanted.count, now: Clocks.instant),
                numbers: numbers))
    }

    /// Notes a connection, whoever opened it.
    func connected(_ peer: PeerID) {
        plan.withLock { if let number = $0.numbers[peer] { $0.plan.connected(number) } }
    }

    func disconnected(_ peer: PeerID) {
        plan.withLock { state in
            if let number = state.numbers[peer] {
                state.plan.lost(number, now: Clocks.instant)
            }
        }
    }

    /// Adds addresses that were recommended; the peer is dialled when it is not connected.
    func learn(_ records: [SignedPeerRecord]) {
        plan.withLock { state in
            for record in records {
                let peer = PeerID(record.peer)
                guard peer != host.id, state.numbers[peer] == nil,
                    state.addresses.count < Self.learnedLimit,
                    var address = record.addresses.lazy.compactMap({ Multiaddr(bytes: $0) }).first
                else { continue }
                address.peer = peer
                state.numbers[peer] = state.addresses.count
                state.addresses.append(address)
                state.plan.add(now: Clocks.instant)
            }
        }
    }

    /// Dials until the task is cancelled.
    func keepDialling() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let due = plan.withLock { state in
                    state.plan.due(at: Clocks.instant).map { ($0, state.addresses[$0]) }
                }
                for (number, address) in due {
                    group.addTask { await self.dial(address, number) }
                }
                do { try await Task.sleep(for: .milliseconds(Self.dialTickMilliseconds)) } catch {
                    return  // The node is stopping.
                }
            }
        }
    }

    private func dial(_ address: Multiaddr, _ number: Int) async {
        do throws(TransportError) {
            _ = try await host.dial(address)
            plan.withLock { $0.plan.connected(number) }
        } catch {
            log.debug("dial failed", metadata: ["to": "\(address)", "why": "\(error)"])
            plan.withLock {
                $0.plan.failed(number, now: Clocks.instant, chance: SystemEntropy.number())
            }
        }
    }

    func close() async {
        await host.close()
        events.close()
    }
}
