import Ledger
import StateTree
import Wire

/// The assets of the state, which the tree alone cannot list.
struct AssetList: Sendable {
    private var leaves: [AssetID: AssetLeaf] = [:]

    /// Takes a leaf in if it is an asset's: its own fields give its key.
    mutating func note(_ key: LeafKey, _ value: [UInt8]?) {
        guard let value, let leaf = try? AssetLeaf(wire: value) else { return }
        let id = AssetID(issuer: leaf.issuer, code: leaf.code)
        guard LeafID.asset(id).key == key else { return }
        leaves[id] = leaf
    }

    var sorted: [(id: AssetID, leaf: AssetLeaf)] {
        leaves.sorted { $0.key < $1.key }.map { (id: $0.key, leaf: $0.value) }
    }
}
