public import Primitives

/// Money under a rule: the only ways in and out of a vault.
extension Draft {
    public mutating func vault(_ id: VaultID) -> VaultLeaf? {
        let place = tables.vaults.place(of: id, from: source, &fault) { .vault($0) }
        return tables.vaults[place]
    }

    private mutating func set(_ leaf: VaultLeaf, of id: VaultID) {
        let place = tables.vaults.place(of: id, from: source, &fault) { .vault($0) }
        tables.vaults.set(leaf.amount == .zero ? nil : leaf, at: place)
    }

    public mutating func claim(_ id: BalanceID) -> ClaimLeaf? {
        let place = tables.claims.place(of: id, from: source, &fault) { .claim($0) }
        return tables.claims[place]
    }

    private mutating func set(_ leaf: ClaimLeaf?, of id: BalanceID) {
        let place = tables.claims.place(of: id, from: source, &fault) { .claim($0) }
        tables.claims.set(leaf, at: place)
    }

    /// Takes an amount out of a balance and puts it under the rule of a vault; zero does nothing.
    ///
    /// - Throws: ``Rejection`` when the balance may not move or is too small, or when the vault
    ///   holds another asset.
    public mutating func lock(
        _ amount: Amount, of asset: AssetID, from holder: AccountID, in id: VaultID
    ) throws(Rejection) {
        guard amount > .zero else { return }
        var leaf = vault(id) ?? VaultLeaf(asset: asset, amount: .zero)
        guard leaf.asset == asset else { throw .vaultMismatch }
        try debit(BalanceID(holder, asset), amount, for: Movement(.locked, vault: id))
        do { leaf.amount = try leaf.amount.adding(amount) } catch { throw .amountOverflow }
        set(leaf, of: id)
    }

    /// Pays an amount out of a vault; zero does nothing.
    ///
    /// A receiver whose balance may not move gets a claim instead, so that the payment always
    /// happens and nobody else has to wait (rule L53).
    /// - Throws: ``Rejection/vaultShort``, or a sum that does not fit.
    public mutating func pay(
        _ amount: Amount, from id: VaultID, to receiver: AccountID
    ) throws(Rejection) {
        guard amount > .zero else { return }
        let asset = try take(amount, from: id)
        let balance = BalanceID(receiver, asset)
        do throws(Rejection) {
            try credit(balance, amount, for: Movement(.unlocked, vault: id))
        } catch {
            guard error == .balanceFrozen || error == .holderNotAuthorised else { throw error }
            var leaf = claim(balance) ?? ClaimLeaf(amount: .zero)
            do { leaf.amount = try leaf.amount.adding(amount) } catch { throw .amountOverflow }
            set(leaf, of: balance)
        }
    }

    /// Moves an amount from one vault to another of the same asset; zero does nothing.
    public mutating func move(
        _ amount: Amount, from id: VaultID, to other: VaultID
    ) throws(Rejection) {
        guard amount > .zero, id != other else { return }
        let asset = try take(amount, from: id)
        var leaf = vault(other) ?? VaultLeaf(asset: asset, amount: .zero)
        guard leaf.asset == asset else { throw .vaultMismatch }
        do { leaf.amount = try leaf.amount.adding(amount) } catch { throw .amountOverflow }
        set(leaf, of: other)
    }

    /// Destroys an amount of a vault, and so of the supply; zero does nothing.
    public mutating func melt(_ amount: Amount, in id: VaultID) throws(Rejection) {
        guard amount > .zero else { return }
        let asset = try take(amount, from: id)
        try changeSupply(of: asset, by: amount, for: Movement(.melted, vault: id))
    }

    /// What a vault holds; nothing when there is none.
    public mutating func amount(in id: VaultID) -> Amount { vault(id)?.amount ?? .zero }

    private mutating func take(_ amount: Amount, from id: VaultID) throws(Rejection) -> AssetID {
        guard var leaf = vault(id) else { throw .vaultShort }
        do { leaf.amount = try leaf.amount.subtracting(amount) } catch { throw .vaultShort }
        set(leaf, of: id)
        return leaf.asset
    }

    /// Moves a claim into the balance that it is for, all of it.
    ///
    /// - Throws: ``Rejection/unknownClaim``, or why the balance still may not move.
    mutating func collect(_ id: BalanceID) throws(Rejection) {
        guard let leaf = claim(id) else { throw .unknownClaim }
        set(nil as ClaimLeaf?, of: id)
        try credit(id, leaf.amount, for: Movement(.collected))
    }
}
