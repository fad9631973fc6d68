import Chain
import Consensus
import Primitives
import Replica
import Wire

/// I12: evidence that two honest nodes hold is in a final block before long, and there only once.
struct EvidenceReachesTheChain: NetworkLaw {
    static let name: StaticString = "I12"
    /// Final blocks within which one of the two leads: what a node forgets when it stops, or loses
    /// with a block that is given up, is in a later one.
    static let blockLimit: UInt64 = 128

    private struct Case: Sendable {
        var holders: Set<Int> = []
        /// Height at which the second node had it.
        var since: Height?
    }

    private var open: [Evidence.Key: Case] = [:]
    private var closed: Set<Evidence.Key> = []
    private(set) var repeatedCount = 0
    private var height = Height(0)
    private var epoch = Epoch(0)

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .evidence(let evidence, let node):
            guard evidence.first.epoch >= epoch, !closed.contains(evidence.key) else { return nil }
            open[evidence.key, default: Case()].holders.insert(node)
            if (open[evidence.key]?.holders.count ?? 0) > 1, open[evidence.key]?.since == nil {
                open[evidence.key]?.since = height
            }
            return nil
        case .crashed(let node):
            for key in open.keys.sorted() {
                open[key]?.holders.remove(node)
                if (open[key]?.holders.count ?? 0) < 2 { open[key]?.since = nil }
            }
            return nil
        case .reference(let block, _): return note(block)
        case .sent, .durable, .final, .epoch, .light, .copied: return nil
        }
    }

    private mutating func note(_ block: Block) -> String? {
        height = block.header.height
        if block.header.epoch > epoch {
            epoch = block.header.epoch
            // An epoch that is over takes no evidence any more.
            open = open.filter { $0.key.epoch >= block.header.epoch }
        }
        for bytes in block.body.evidence {
            guard let evidence = try? Evidence(wire: bytes) else { continue }
            open[evidence.key] = nil
            if !closed.insert(evidence.key).inserted { repeatedCount += 1 }
        }
        for (key, item) in open.sorted(by: { $0.key < $1.key }) {
            guard let since = item.since, height > since.adding(Self.blockLimit) else { continue }
            return "evidence against seat \(key.seat) of view \(key.view) is in no block"
        }
        return nil
    }
}
