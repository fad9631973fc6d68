public import Primitives

extension Draft {
    /// Enters an asset of the genesis document.
    public mutating func found(_ asset: AssetLeaf) {
        var leaf = asset
        write(Movement(.created), .zero, .zero, to: &leaf.journal, of: .asset(asset.id))
        set(leaf, of: asset.id)
    }

    /// Gives a first balance, and counts it into the supply.
    public mutating func endow(_ id: BalanceID, with amount: Amount) throws(Rejection) {
        try changeSupply(of: id.asset, by: amount, for: Movement(.genesis, with: id.account))
        try credit(id, amount, for: Movement(.genesis))
    }
}
