import Chain
import Gossip
import Primitives

/// How transactions come in, and how this node's own go out.
struct TransactionRelay: Sendable {
    /// Transactions that the world is checking.
    static let admissionLimit = 32_768
    /// - Unit: bytes.
    static let admissionByteLimit = 32 << 20
    /// Final blocks whose transactions are remembered, so that late copies cost nothing.
    static let memoryBlocks = 32

    /// Who wants to know what becomes of a transaction.
    struct Admission: Sendable {
        let transaction: Transaction
        var tickets: [Ticket] = []
        var messages: [MessageID] = []
    }

    /// A gossip message whose transactions are being checked.
    struct Message: Sendable {
        let peer: PeerName
        var openCount: Int
        var verdict = GossipRouter.Verdict.ignore
    }

    var router: GossipRouter
    var repair: Repair
    let topic: Topic
    var batch = BatchBuilder()
    var admissions: [Digest: Admission] = [:]
    var admissionByteCount = 0
    var messages: [MessageID: Message] = [:]
    private var recent: [[Digest]] = []
    private var recentIDs: Set<Digest> = []

    init(_ configuration: ReplicaConfiguration) {
        var chance = Chance(seed: configuration.randomSeed)
        topic = Topic.transactions(genesis: configuration.chain)
        router = GossipRouter(
            own: configuration.name, topics: [topic], scheme: configuration.scheme,
            chance: Chance(seed: chance.next()))
        repair = Repair(chance: Chance(seed: chance.next()))
    }

    mutating func noteFinal(_ transactions: [Transaction]) {
        recent.append(transactions.map(\.id))
        for transaction in transactions { recentIDs.insert(transaction.id) }
        guard recent.count > Self.memoryBlocks else { return }
        for id in recent.removeFirst() { recentIDs.remove(id) }
    }

    func wasFinalLately(_ id: Digest) -> Bool { recentIDs.contains(id) }

    /// Whether there is room to have one more checked.
    func hasRoom(for transaction: Transaction) -> Bool {
        admissions.count < Self.admissionLimit
            && admissionByteCount + transaction.bytes.count <= Self.admissionByteLimit
    }
}

/// What repair reads of the mempool.
struct RepairView: RepairPool {
    let pool: Mempool
    let relay: TransactionRelay

    var ids: [Digest] { pool.ids }

    func knows(_ id: Digest) -> Bool {
        pool.contains(id) || relay.admissions[id] != nil || relay.wasFinalLately(id)
    }

    func transaction(_ id: Digest) -> [UInt8]? { pool[id]?.bytes }
}
