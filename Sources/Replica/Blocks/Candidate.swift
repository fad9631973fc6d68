import Chain
import Consensus
import Primitives

/// A block that is not final, and how far this node is with it.
struct Candidate: Sendable {
    indirect enum Content: Sendable {
        /// Nothing but the header.
        case unknown
        /// Transactions are named, some are not here.
        case gathering(Gathering)
        case complete(Block)
        /// The body contradicts the header, or breaks a rule that needs no state.
        case broken
    }

    indirect enum Execution: Sendable {
        case waiting
        case running
        case valid(ChildTerms)
        case invalid
    }

    enum Durability: Sendable { case none, writing, durable }

    let header: BlockHeader
    let digest: Digest
    var content = Content.unknown
    var execution = Execution.waiting
    var durability = Durability.none
    /// Views in which consensus asked whether the block may be voted for.
    var checks: [View] = []
    /// Views in which consensus asked for execution.
    var certifications: [View] = []
    /// Peers that should have the body, the likeliest first.
    var sources: [PeerName] = []
    /// Final by a proof that came with it, so it is executed whatever consensus thinks.
    var isProvedFinal = false

    init(header: BlockHeader, digest: Digest) {
        self.header = header
        self.digest = digest
    }

    var block: Block? {
        guard case .complete(let block) = content else { return nil }
        return block
    }

    /// The names of the transactions, while some of these are missing.
    var compact: CompactBlock? {
        guard case .gathering(let gathering) = content else { return nil }
        return gathering.compact
    }

    var terms: ChildTerms? {
        guard case .valid(let terms) = execution else { return nil }
        return terms
    }

    var isExecuted: Bool {
        guard case .valid = execution else { return false }
        return true
    }

    var isGathering: Bool {
        guard case .gathering = content else { return false }
        return true
    }

    var isBroken: Bool {
        guard case .broken = content else { return false }
        return true
    }

    /// A peer that may have the body; the newest comes first.
    mutating func add(source: PeerName) {
        sources.removeAll { $0 == source }
        sources.insert(source, at: 0)
        if sources.count > Self.sourceLimit { sources.removeLast() }
    }

    static let sourceLimit = 8
}

/// The transactions of a proposed block while some are missing.
struct Gathering: Sendable {
    let compact: CompactBlock
    private var found: [Transaction?]
    private(set) var missing: [Digest: [Int]]

    /// Takes what is at hand.
    init(_ compact: CompactBlock, have: (Digest) -> Transaction?) {
        self.compact = compact
        found = compact.envelopes.map(have)
        missing = [:]
        for (index, envelope) in compact.envelopes.enumerated() where found[index] == nil {
            missing[envelope, default: []].append(index)
        }
    }

    /// Envelopes still missing, in the order of the block.
    var wanted: [Digest] { compact.envelopes.filter { missing[$0] != nil } }

    /// Takes a transaction; `false` when it was not asked for.
    mutating func add(_ transaction: Transaction) -> Bool {
        guard let indices = missing.removeValue(forKey: transaction.envelope) else { return false }
        for index in indices { found[index] = transaction }
        return true
    }

    /// The whole block, once nothing is missing.
    var complete: Block? {
        guard missing.isEmpty else { return nil }
        return Block(
            header: compact.header,
            body: BlockBody(
                transactions: found.compactMap { $0 }, nullifications: compact.nullifications,
                evidence: compact.evidence))
    }
}
