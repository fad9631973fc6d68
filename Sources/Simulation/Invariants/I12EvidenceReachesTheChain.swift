import Chain
import Consensus
import Primitives
import Replica
import Wire

/// I12: who has heard a seat contradict itself holds the proof at once, has it in the next block that
/// it leads, and what more than a third of the weight holds is on the chain before long; who knows it
/// to be there does not bring it again.
///
/// It starts from the votes that reached a node, not from what the node says about them.
struct EvidenceReachesTheChain: NetworkLaw {
    static let name: StaticString = "I12"
    /// Final blocks within which one of the holders leads.
    ///
    /// - Source: four times the longest wait that was measured, decision 0082.
    static let blockLimit: UInt64 = 32

    /// A seat that contradicts itself in a view.
    private struct Offence: Hashable, Comparable, Sendable {
        let slot: Slot
        let seat: Seat

        init(_ vote: Vote) {
            slot = vote.slot
            seat = vote.seat
        }

        static func < (left: Offence, right: Offence) -> Bool {
            (left.slot, left.seat) < (right.slot, right.seat)
        }
    }

    /// What an honest node knows in its present life.
    private struct Knowledge: Sendable {
        /// Votes of traitors that it has counted.
        var votes: [Offence: [Vote]] = [:]
        /// What it has proved, and the view that it was in then; `nil` when it leads no block.
        var proved: [Offence: View?] = [:]
        /// Its final height.
        var height = Height(0)
        /// Its final height when this life began: what is below was forgotten.
        var heightAtStart = Height(0)

        mutating func forget(before epoch: Epoch) {
            votes = votes.filter { $0.key.slot.epoch >= epoch }
            proved = proved.filter { $0.key.slot.epoch >= epoch }
        }
    }

    /// Votes of one seat in one view that are kept, of each node: what proves anything is two.
    private static let voteLimit = 8

    private let crowd: Crowd
    private var sets: [Epoch: ValidatorSet]
    private var nodes: [Int: Knowledge] = [:]
    /// Height at which voters of more than a third held the proof.
    private var shared: [Offence: Height] = [:]
    /// Where the chain has it.
    private var settled: [Evidence.Key: Height] = [:]
    private var offences: Set<Offence> = []
    private(set) var repeatedCount = 0
    private var height = Height(0)
    private var epoch = Epoch(0)

    init(_ crowd: Crowd, set: ValidatorSet) {
        self.crowd = crowd
        sets = [Epoch(0): set]
    }

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .heard(let votes, let node):
            var found: String?
            for vote in votes { found = hear(vote, at: node) ?? found }
            return found
        case .evidence(let evidence, let node, let view):
            prove(Offence(evidence.first), at: node, in: view)
            return nil
        case .crashed(let node):
            forget(node)
            return nil
        case .final(let final, let node):
            let height = final.block.header.height
            nodes[node, default: Knowledge()].height = height
            return nil
        case .epoch(let epoch, let set):
            sets[epoch] = set
            return nil
        case .reference(let block, _): return note(block)
        case .sent, .durable, .light, .copied: return nil
        }
    }

    // MARK: Knowing

    /// A vote that a node has counted, after it had the time to draw its conclusion.
    private mutating func hear(_ vote: Vote, at node: Int) -> String? {
        let offence = Offence(vote)
        guard vote.epoch >= epoch, crowd.mistrusts(vote, in: sets) else { return nil }
        let known = nodes[node]?.votes[offence] ?? []
        guard !known.contains(where: { $0.subject == vote.subject }),
            known.count < Self.voteLimit, crowd.isSigned(vote, in: sets)
        else { return nil }
        nodes[node, default: Knowledge()].votes[offence] = known + [vote]
        guard known.contains(where: { Evidence($0, vote) != nil }),
            nodes[node]?.proved[offence] == nil
        else { return nil }
        return "node \(node) has heard seat \(vote.seat) contradict itself in view \(vote.view),"
            + " and has not noticed"
    }

    private mutating func prove(_ offence: Offence, at node: Int, in view: View?) {
        guard offence.slot.epoch >= epoch, nodes[node]?.proved[offence] == nil else { return }
        nodes[node, default: Knowledge()].proved[offence] = .some(view)
        guard !offences.contains(offence), shared[offence] == nil else { return }
        if isShared(offence) { shared[offence] = height }
    }

    private func isShared(_ offence: Offence) -> Bool {
        guard let set = sets[offence.slot.epoch] else { return false }
        let weight = nodes.keys.sorted().reduce(UInt64(0)) { sum, node in
            guard case .some(.some) = nodes[node]?.proved[offence] else { return sum }
            return sum + crowd.weight(of: node, in: set)
        }
        return 3 * weight > set.members.reduce(0) { $0 + $1.weight }
    }

    private mutating func forget(_ node: Int) {
        guard let known = nodes[node] else { return }
        nodes[node] = Knowledge(height: known.height, heightAtStart: known.height)
        shared = shared.filter { isShared($0.key) }
    }

    // MARK: The chain

    private mutating func note(_ block: Block) -> String? {
        let header = block.header
        height = header.height
        if header.epoch > epoch { begin(header.epoch) }
        var found: String?
        let leader = crowd.honestNode(header.leader, in: sets[header.epoch])
        for bytes in block.body.evidence {
            guard let evidence = try? Evidence(wire: bytes) else { continue }
            found = settle(evidence, ledBy: leader) ?? found
        }
        if let leader, block.body.evidence.count < BlockBody.evidenceLimit {
            found = omission(of: leader, in: header) ?? found
        }
        let late = shared.filter { height > $0.value.adding(Self.blockLimit) }.keys.min()
        return found
            ?? late.map {
                "evidence against seat \($0.seat) of view \($0.slot.view) is in no block"
            }
    }

    /// An epoch that is over takes no evidence any more.
    private mutating func begin(_ next: Epoch) {
        epoch = next
        shared = shared.filter { $0.key.slot.epoch >= next }
        offences = offences.filter { $0.slot.epoch >= next }
        settled = settled.filter { $0.key.epoch >= next }
        for node in nodes.keys.sorted() {
            nodes[node]?.forget(before: next)
        }
    }

    private mutating func settle(_ evidence: Evidence, ledBy leader: Int?) -> String? {
        let offence = Offence(evidence.first)
        shared[offence] = nil
        offences.insert(offence)
        guard let first = settled[evidence.key] else {
            settled[evidence.key] = height
            return nil
        }
        repeatedCount += 1
        // What it made final in an earlier life, its leader may have forgotten.
        guard let leader, first > nodes[leader]?.heightAtStart ?? Height(0) else { return nil }
        return "node \(leader) brings evidence against seat \(evidence.first.seat) at height"
            + " \(height) that is in block \(first)"
    }

    /// What the leader could prove before it built the block, and neither it nor the chain has.
    private func omission(of leader: Int, in header: BlockHeader) -> String? {
        let lacking = nodes[leader]?.proved.filter { offence, view in
            offence.slot.epoch == header.epoch && view.map { $0 < header.view } ?? false
                && !offences.contains(offence)
        }
        return lacking?.keys.min().map {
            "node \(leader) leads block \(header.height) and leaves out its evidence against seat"
                + " \($0.seat) of view \($0.slot.view)"
        }
    }
}

/// Who is who, for a law that has to tell traitors from others.
struct Crowd: Sendable {
    let chain: Digest
    let scheme: SignatureScheme
    /// By node.
    let keys: [PublicKey]
    let traitors: Set<PublicKey>

    /// Whether a vote is in the name of a traitor.
    func mistrusts(_ vote: Vote, in sets: [Epoch: ValidatorSet]) -> Bool {
        sets[vote.epoch]?[vote.seat].map { traitors.contains($0.key) } ?? false
    }

    func isSigned(_ vote: Vote, in sets: [Epoch: ValidatorSet]) -> Bool {
        sets[vote.epoch].map { vote.isValid(in: $0, chain: chain, scheme: scheme) } ?? false
    }

    func weight(of node: Int, in set: ValidatorSet) -> UInt64 {
        guard node < keys.count, let seat = set.seat(of: keys[node]) else { return 0 }
        return set[seat]?.weight ?? 0
    }

    /// The honest node whose seat it is.
    func honestNode(_ seat: Seat, in set: ValidatorSet?) -> Int? {
        guard let key = set?[seat]?.key, !traitors.contains(key) else { return nil }
        return keys.firstIndex(of: key)
    }
}
