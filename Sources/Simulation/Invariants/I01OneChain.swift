import Chain
import Primitives
import Replica

/// I1: one final block per height among honest nodes, taken in order, each on the one before it.
struct OneChain: NetworkLaw {
    static let name: StaticString = "I1"
    private var chain: [Digest] = []
    private var heights: [Int: Height] = [:]
    private var last: BlockHeader?

    mutating func note(_ sight: Sight) -> String? {
        if case .copied(let one, let other) = sight { heights[other] = heights[one] }
        if case .reference(let block, _) = sight { return link(block.header) }
        guard case .final(let final, let node) = sight else { return nil }
        let height = final.block.header.height
        let before = heights[node] ?? Height(0)
        // A restarted node repeats what had not reached its disk.
        guard height <= before.next else {
            return "node \(node) makes \(height) final after \(before)"
        }
        heights[node] = height
        let index = Int(height.number) - 1
        guard index < chain.count else {
            chain.append(final.digest)
            return nil
        }
        return chain[index] == final.digest
            ? nil : "two blocks are final at height \(height): \(chain[index]), \(final.digest)"
    }

    /// Whether the next final header stands on the last one.
    private mutating func link(_ header: BlockHeader) -> String? {
        defer { last = header }
        guard let last else { return nil }
        let isRight =
            header.parent == last.digest && header.height == last.height.next
            && header.time > last.time
            // Views begin anew with an epoch.
            && (header.epoch != last.epoch || header.parentView == last.view)
        return isRight ? nil : "block \(header.height) does not follow from the one before it"
    }
}
