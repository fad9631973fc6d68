public import Ledger
import Primitives
import StateTree

/// The tree that was changed leaf by leaf has the root of a tree built anew from all leaves.
public enum TreeEqualsRebuild: Invariant {
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        let leaves = step.after.sorted.map {
            Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
        }
        try compare(leaves, with: step.stateRoot, at: step.height)
    }

    fileprivate static func compare(
        _ leaves: [Leaf], with root: Digest, at height: Height
    ) throws(LawBreach) {
        guard StateTree(sorted: leaves).root == root else {
            throw LawBreach("the state root at \(height) is not the root of the leaves")
        }
    }
}

/// The same law over a whole chain: the hash of a leaf is kept until the leaf changes, the tree is
/// built anew after every block.
public struct TreeRebuild: Sendable {
    /// In ascending order of key.
    private var leaves: [Leaf] = []

    /// Starts from the leaves of a founding.
    public init(_ updates: [LeafUpdate]) { apply(updates) }

    /// Checks the next block.
    ///
    /// - Throws: ``LawBreach`` when its state root is not the root of the leaves.
    public mutating func check(_ step: LedgerStep) throws(LawBreach) {
        apply(step.updates)
        try TreeEqualsRebuild.compare(leaves, with: step.stateRoot, at: step.height)
    }

    private mutating func apply(_ updates: [LeafUpdate]) {
        var changed: [LeafKey: Leaf] = [:]
        for update in updates {
            changed[update.key] = update.value.map {
                Leaf(key: update.key, hash: StateTree.leafHash(update.key, value: $0))
            }
        }
        let touched = Set(updates.map(\.key))
        leaves.removeAll { touched.contains($0.key) }
        leaves += changed.values
        leaves.sort { $0.key < $1.key }
    }
}
