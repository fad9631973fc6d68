import Chain
import Consensus
import Primitives

/// The blocks above the last final one, of which there are few.
struct CandidateTable: Sendable {
    /// Blocks at once; the ones of the oldest views go first when there are more.
    static let limit = 512
    /// Contents of proposals that consensus has not asked about yet.
    static let offerLimit = 32

    private var candidates: [Digest: Candidate] = [:]
    /// In order of arrival, for the limit.
    private var offers: [Offer] = []

    struct Offer: Sendable {
        let digest: Digest
        let compact: CompactBlock
        /// Transactions that came along.
        let fresh: [Transaction]
        let from: PeerName
    }

    var count: Int { candidates.count }

    subscript(digest: Digest) -> Candidate? { candidates[digest] }

    /// Digests by height, then by value.
    var ordered: [Digest] {
        candidates.values.sorted {
            ($0.header.height, $0.digest) < ($1.header.height, $1.digest)
        }.map(\.digest)
    }

    mutating func update(_ digest: Digest, _ change: (inout Candidate) -> Void) {
        guard let index = candidates.index(forKey: digest) else { return }
        change(&candidates.values[index])
    }

    /// Notes a header; a full table makes room by dropping the lowest block that is not proved.
    mutating func add(_ header: BlockHeader, digest: Digest) {
        guard candidates[digest] == nil else { return }
        if candidates.count >= Self.limit,
            let victim = ordered.first(where: { candidates[$0]?.isProvedFinal == false })
        {
            candidates[victim] = nil
        }
        candidates[digest] = Candidate(header: header, digest: digest)
    }

    /// Keeps the content of a proposal until consensus asks for it.
    mutating func offer(_ offer: Offer) {
        guard !offers.contains(where: { $0.digest == offer.digest && $0.from == offer.from })
        else { return }
        if offers.count >= Self.offerLimit { offers.removeFirst() }
        offers.append(offer)
    }

    /// The content of a proposal, if one came.
    mutating func takeOffer(_ digest: Digest) -> Offer? {
        guard let index = offers.firstIndex(where: { $0.digest == digest }) else { return nil }
        return offers.remove(at: index)
    }

    /// Blocks that are short of transactions, in order.
    var gathering: [Digest] {
        candidates.values.filter(\.isGathering).map(\.digest).sorted()
    }

    /// The children of a block, in order.
    func children(of digest: Digest) -> [Digest] {
        candidates.values.indices.filter { candidates.values[$0].header.parent == digest }
            .map { candidates.values[$0].digest }.sorted()
    }

    /// Drops everything at or below a final height, and everything that does not descend from it.
    mutating func prune(final digest: Digest, height: Height) {
        var kept: Set<Digest> = [digest]
        for candidate in ordered {
            guard let header = candidates[candidate]?.header else { continue }
            if header.height > height, kept.contains(header.parent) {
                kept.insert(candidate)
            } else if header.height > height.next, candidates[header.parent] == nil {
                // Its ancestry is not known yet: it may still turn out to descend.
                kept.insert(candidate)
            }
        }
        kept.remove(digest)
        candidates = candidates.filter { kept.contains($0.key) }
    }

    /// The executed block of the latest view; what the next leader most likely builds on.
    func tip(above final: FinalHead) -> Digest? {
        // Looked at in place: a candidate is large.
        var tip: (view: View, digest: Digest)?
        for index in candidates.values.indices where candidates.values[index].isExecuted {
            let view = candidates.values[index].header.view
            let digest = candidates.values[index].digest
            if tip.map({ $0 < (view, digest) }) ?? true { tip = (view, digest) }
        }
        return tip?.digest
    }

    /// The blocks from just above the final one up to this one; `nil` when one is unknown.
    func path(to digest: Digest, above final: FinalHead) -> [Candidate]? {
        var path: [Candidate] = []
        var next = digest
        while next != final.digest {
            guard let candidate = candidates[next], candidate.header.height > final.height else {
                return nil
            }
            path.append(candidate)
            next = candidate.header.parent
        }
        return path.reversed()
    }
}
