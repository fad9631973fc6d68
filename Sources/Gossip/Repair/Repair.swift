public import Primitives
import Wire

/// The transactions that a node holds and that a peer may lack.
public protocol RepairPool {
    /// All ids, in any order.
    var ids: [Digest] { get }
    /// Whether the node has the transaction, or had it and wants it no more.
    func knows(_ id: Digest) -> Bool
    /// The transaction as it travels.
    func transaction(_ id: Digest) -> [UInt8]?
}

/// Pulls what gossip lost, so that nothing depends on a message arriving.
///
/// Once a second one peer is asked how its set differs; what is missing is fetched and handed to
/// admission like any other transaction. A machine: the pool is lent to it with every event.
///
/// - Source: design R13 (pull-based repair beside gossip); specification T4 to T9.
public struct Repair: Sendable {
    public static let roundMilliseconds: UInt64 = 1_000
    /// Time for a peer's answer; then the next peer is asked.
    static let answerMilliseconds: UInt64 = 3_000
    /// Time between two requests that a peer gets answered; a little less than a round, since
    /// clocks and networks are not exact.
    static let requestMilliseconds: UInt64 = 800
    /// Sketches answered in one second, of all peers.
    static let sketchLimit = 32
    static let peerLimit = 1_024

    public enum Event: Sendable {
        case started
        case connected(PeerName)
        case disconnected(PeerName)
        case received(PeerName, [UInt8])
        case roundEnded
    }

    public enum Effect: Equatable, Sendable {
        case send(PeerName, [UInt8])
        /// Transactions to be admitted, unchecked.
        case deliver([[UInt8]], from: PeerName)
        /// The peer broke a rule: malformed bytes, or more than it was asked for.
        case fault(PeerName)
        /// Calls back with ``Event/roundEnded``.
        case armRound(milliseconds: UInt64)
    }

    private enum Phase: Sendable { case awaitingInventory, awaitingDelivery(asked: Int) }

    private struct Exchange: Sendable {
        let peer: PeerName
        var phase: Phase
        let since: Instant
    }

    private var peers: [PeerName] = []
    private var lastSketch: [PeerName: Instant] = [:]
    private var lastFetch: [PeerName: Instant] = [:]
    /// Most that was asked of a peer in a question whose answer has not come in time.
    private var overdue: [PeerName: Int] = [:]
    private var exchange: Exchange?
    private var answered = 0
    private var chance: Chance

    public init(chance: Chance) { self.chance = chance }

    /// Takes the next event; the same events in the same order give the same effects.
    public mutating func handle(
        _ event: Event, pool: some RepairPool, now: Instant
    ) -> [Effect] {
        switch event {
        case .started: return [.armRound(milliseconds: Self.roundMilliseconds)]
        case .connected(let name):
            if peers.count < Self.peerLimit { peers.insertInOrder(name) }
            return []
        case .disconnected(let name):
            peers.removeInOrder(name)
            lastSketch[name] = nil
            lastFetch[name] = nil
            overdue[name] = nil
            if exchange?.peer == name { exchange = nil }
            return []
        case .received(let name, let bytes):
            guard peers.containsInOrder(name) else { return [] }
            let message: RepairMessage
            do throws(WireError) { message = try RepairMessage(wire: bytes) } catch {
                return [.fault(name)]
            }
            return receive(message, from: name, pool: pool, now: now)
        case .roundEnded: return beginRound(pool: pool, now: now)
        }
    }

    private mutating func beginRound(pool: some RepairPool, now: Instant) -> [Effect] {
        let timer = Effect.armRound(milliseconds: Self.roundMilliseconds)
        answered = 0
        if let running = exchange {
            guard now.milliseconds(since: running.since) >= Self.answerMilliseconds else {
                return [timer]
            }
            if case .awaitingDelivery(let asked) = running.phase {
                overdue[running.peer] = max(overdue[running.peer] ?? 0, asked)
            }
            exchange = nil
        }
        guard let peer = peers.randomElement(using: &chance) else { return [timer] }
        exchange = Exchange(peer: peer, phase: .awaitingInventory, since: now)
        let sketch = RepairSketch(of: pool.ids, salt: RepairSalt(using: &chance))
        return [timer, .send(peer, RepairMessage.sketch(sketch).wire)]
    }

    private mutating func receive(
        _ message: RepairMessage, from name: PeerName, pool: some RepairPool, now: Instant
    ) -> [Effect] {
        switch message {
        case .sketch(let sketch):
            guard isDue(lastSketch[name], now), answered < Self.sketchLimit else { return [] }
            lastSketch[name] = now
            answered += 1
            let ids = sketch.differing(pool.ids, limit: RepairMessage.inventoryLimit)
            return [.send(name, RepairMessage.inventory(ids).wire)]
        case .inventory(let ids):
            guard let running = exchange, running.peer == name,
                case .awaitingInventory = running.phase
            else { return [] }  // Too late, and no fault: networks are slow.
            let missing = ids.filter { !pool.knows($0) }
                .sample(RepairMessage.fetchLimit, using: &chance)
            guard !missing.isEmpty else {
                exchange = nil
                return []
            }
            exchange?.phase = .awaitingDelivery(asked: missing.count)
            return [.send(name, RepairMessage.fetch(missing).wire)]
        case .fetch(let ids):
            guard isDue(lastFetch[name], now) else { return [] }
            lastFetch[name] = now
            return [.send(name, RepairMessage.delivery(delivery(of: ids, pool: pool)).wire)]
        case .delivery(let transactions):
            guard let running = exchange, running.peer == name,
                case .awaitingDelivery(let asked) = running.phase
            else { return [] }
            exchange = nil
            // An answer to an earlier question may be late, and no fault.
            guard transactions.count <= max(asked, overdue[name] ?? 0) else {
                return [.fault(name)]
            }
            return transactions.isEmpty ? [] : [.deliver(transactions, from: name)]
        }
    }

    private func isDue(_ last: Instant?, _ now: Instant) -> Bool {
        last.map { now.milliseconds(since: $0) >= Self.requestMilliseconds } ?? true
    }

    private func delivery(of ids: [Digest], pool: some RepairPool) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var size = 0
        for id in ids {
            guard let transaction = pool.transaction(id) else { continue }
            size += transaction.count
            guard size <= RepairMessage.deliveryByteLimit else { break }
            found.append(transaction)
        }
        return found
    }
}
