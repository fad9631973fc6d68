import Chain
import Consensus
import Primitives
import Wire

/// Questions under way, to peers, disk and executor; and evidence that waits for a block.
struct RequestDesk: Sendable {
    /// Fetches of bodies and blocks at once.
    static let fetchLimit = 128
    static let evidenceLimit = 256
    /// Evidence of final blocks that is remembered; what comes beyond may be proposed twice.
    static let settledLimit = 4_096
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
    /// Blocks whose header agreement wants, with the epoch and view of the certificate that it is for.
    var headerWaits: [Digest: Slot] = [:]
    private var evidence: [Evidence.Key: Evidence] = [:]
    /// What final blocks of the epoch hold already; it is not proposed a second time.
    private var settled: Set<Evidence.Key> = []
    private var numberCount: UInt64 = 0

    mutating func nextNumber() -> UInt64 {
        numberCount += 1
        return numberCount
    }

    mutating func nextToken() -> Token { Token(nextNumber()) }

    // MARK: Evidence

    mutating func keep(_ item: Evidence) {
        guard evidence[item.key] == nil, evidence.count < Self.evidenceLimit,
            !settled.contains(item.key)
        else { return }
        evidence[item.key] = item
    }

    /// What the next block of an epoch should hold, beyond what the blocks under it hold.
    func evidence(for epoch: Epoch, above path: [Block]) -> [[UInt8]] {
        let held = Set(path.flatMap { Self.keys(in: $0) })
        return evidence.keys.filter { $0.epoch == epoch && !held.contains($0) }.sorted()
            .prefix(BlockBody.evidenceLimit).compactMap { evidence[$0]?.wire }
    }

    /// Forgets what a final block holds, and does not take it again in its epoch.
    mutating func forget(evidenceIn block: Block) {
        for key in Self.keys(in: block) {
            evidence[key] = nil
            if settled.count < Self.settledLimit { settled.insert(key) }
        }
    }

    /// Evidence of an epoch that is over has no place in a block any more.
    mutating func forgetEvidence(before epoch: Epoch) {
        evidence = evidence.filter { $0.key.epoch >= epoch }
        settled = settled.filter { $0.epoch >= epoch }
    }

    private static func keys(in block: Block) -> [Evidence.Key] {
        block.body.evidence.compactMap { try? Evidence(wire: $0).key }
    }

    /// Fetches in a fixed order.
    var orderedFetches: [Digest] { fetches.keys.sorted() }
}
