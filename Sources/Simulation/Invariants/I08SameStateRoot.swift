import Chain
import Primitives
import Replica

/// I8: nodes have equal state roots at equal heights, and the reference execution has them too.
struct SameStateRoot: NetworkLaw {
    static let name: StaticString = "I8"
    private var roots: [Height: Digest] = [:]

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .final(let final, let node):
            return compare(final.block.header.height, final.stateRoot, "node \(node)")
        case .reference(let block, let root):
            return compare(block.header.height, root, "the reference")
        case .sent, .heard, .durable, .evidence, .epoch, .crashed, .light, .copied: return nil
        }
    }

    private mutating func compare(_ height: Height, _ root: Digest, _ who: String) -> String? {
        guard let known = roots[height] else {
            roots[height] = root
            return nil
        }
        return known == root ? nil : "\(who) has another state root at height \(height)"
    }
}
