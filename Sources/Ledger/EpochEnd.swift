import Primitives

extension Draft {
    /// Ends an epoch: pays the fees to its validators by weight, and moves rosters and seeds up.
    ///
    /// A share that its receiver cannot take, and what division leaves, stay in the pot (rule L45).
    public mutating func endEpoch() {
        guard let parameters = parameters(), let roster = roster(.current) else { return }
        for entry in parameters.feeList { distribute(entry.asset, among: roster) }
        if let next = self.roster(.next) { set(next, of: .current) }
        if let afterNext = self.roster(.afterNext) { set(afterNext, of: .next) }
        turnSeeds()
    }

    private mutating func distribute(_ asset: AssetID, among roster: Roster) {
        let fees = pot(asset).fees
        guard fees > .zero else { return }
        for record in roster.records {
            let share =
                UInt128(fees.minorUnits) * UInt128(record.weight) / UInt128(roster.set.totalWeight)
            // A share is at most the whole, which fits.
            let amount = Amount(minorUnits: UInt64(truncatingIfNeeded: share))
            guard amount > .zero else { continue }
            let before = mark()
            do {
                var pot = pot(asset)
                pot.fees = try pot.fees.subtracting(amount)
                set(pot, of: asset)
                try credit(BalanceID(record.account, asset), amount, for: Movement(.reward))
            } catch {
                rollBack(to: before)
            }
        }
    }
}
