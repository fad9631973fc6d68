import Chain
import Consensus
import Primitives
import Wire

/// Questions under way, to peers, disk and executor; and evidence that waits for a block.
struct RequestDesk: Sendable {
    /// Fetches of bodies and blocks at once.
    static let fetchLimit = 128
    static let evidenceLimit = 256
    /// Evidence is two votes.
    ///
    /// - Unit: bytes.
    static let evidenceByteCount = 512
    /// Disk reads for peers at once.
    static let loadLimit = 64

    /// What is being fetched from peers, by block.
    struct Fetch: Sendable {
        enum Want: Sendable { case block, bodies }

        let number: UInt64
        let want: Want
        var peer: PeerName
        var askedAt: Instant
        var attempts: Int
    }

    /// A disk read for a peer.
    struct Load: Sendable {
        let peer: PeerName
        let number: UInt64
    }

    /// Ids of the blocks between the final one and the tip.
    struct Spent: Sendable {
        let tip: Digest
        let head: Digest
        let ids: Set<Digest>
    }

    var build: BuildJob?
    var spent: Spent?
    /// What agreement was told last.
    var isReady: Bool?
    var fetches: [Digest: Fetch] = [:]
    var loads: [Token: Load] = [:]
    /// Blocks whose header agreement wants.
    var headerWaits: [Digest: Epoch] = [:]
    private var evidence: [Evidence.Key: Evidence] = [:]
    private var numberCount: UInt64 = 0

    mutating func nextNumber() -> UInt64 {
        numberCount += 1
        return numberCount
    }

    mutating func nextToken() -> Token { Token(nextNumber()) }

    // MARK: Evidence

    mutating func keep(_ item: Evidence) {
        guard evidence[item.key] == nil, evidence.count < Self.evidenceLimit else { return }
        evidence[item.key] = item
    }

    /// What the next block of an epoch should hold.
    func evidence(for epoch: Epoch) -> [[UInt8]] {
        evidence.keys.filter { $0.epoch == epoch }.sorted().prefix(BlockBody.evidenceLimit)
            .compactMap { evidence[$0]?.wire }
    }

    /// Forgets what a final block holds.
    mutating func forget(evidenceIn block: Block) {
        for bytes in block.body.evidence {
            guard let item = try? Evidence(wire: bytes) else { continue }
            evidence[item.key] = nil
        }
    }

    /// Fetches in a fixed order.
    var orderedFetches: [Digest] { fetches.keys.sorted() }
}
