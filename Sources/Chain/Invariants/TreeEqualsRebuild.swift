import Ledger
import StateTree

/// The tree that was changed leaf by leaf has the root of a tree built anew from all leaves.
public enum TreeEqualsRebuild: Invariant {
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        let leaves = step.after.sorted.map {
            Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
        }
        guard StateTree(sorted: leaves).root == step.stateRoot else {
            throw LawBreach("the state root at \(step.height) is not the root of the leaves")
        }
    }
}
