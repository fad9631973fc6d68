import Ledger
import Primitives
import Wire

/// The balances, pots, vaults and claims of an asset change by as much as its supply (rule L14).
public enum MoneyConserved: Invariant {
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        // Amounts have 64 bits, and a step has far fewer than 2^62 of them.
        var held: [AssetID: Int128] = [:]
        for update in step.updates {
            switch update.id {
            case .balance(let id):
                let leaf = try step.values(of: update, as: BalanceLeaf.self)
                held[id.asset, default: 0] +=
                    Int128(leaf.after?.amount.minorUnits ?? 0)
                    - Int128(leaf.before?.amount.minorUnits ?? 0)
            case .pot(let asset):
                let leaf = try step.values(of: update, as: PotLeaf.self)
                held[asset, default: 0] += sum(leaf.after) - sum(leaf.before)
            case .asset(let asset):
                let leaf = try step.values(of: update, as: AssetLeaf.self)
                held[asset, default: 0] -=
                    Int128(leaf.after?.supply.minorUnits ?? 0)
                    - Int128(leaf.before?.supply.minorUnits ?? 0)
            case .vault:
                let leaf = try step.values(of: update, as: VaultLeaf.self)
                if let after = leaf.after {
                    held[after.asset, default: 0] += Int128(after.amount.minorUnits)
                }
                if let before = leaf.before {
                    held[before.asset, default: 0] -= Int128(before.amount.minorUnits)
                }
            case .claim(let id):
                let leaf = try step.values(of: update, as: ClaimLeaf.self)
                held[id.asset, default: 0] +=
                    Int128(leaf.after?.amount.minorUnits ?? 0)
                    - Int128(leaf.before?.amount.minorUnits ?? 0)
            case .account, .receipt, .policy, .roster, .parameters, .load, .record, .reveal, .seeds:
                break
            }
        }
        for asset in held.keys.sorted() {
            guard let excess = held[asset], excess != 0 else { continue }
            throw LawBreach("asset \(asset) has \(excess) units too many at \(step.height)")
        }
        try checkDeposits(step)
    }

    /// What the pots hold as deposits is what the entries say was paid.
    private static func checkDeposits(_ step: LedgerStep) throws(LawBreach) {
        var owed: [UInt32: Int128] = [:]
        func count(_ before: Deposit?, _ after: Deposit?) {
            if let before { owed[before.listIndex, default: 0] -= Int128(before.amount.minorUnits) }
            if let after { owed[after.listIndex, default: 0] += Int128(after.amount.minorUnits) }
        }
        var kept: [AssetID: Int128] = [:]
        for update in step.updates {
            switch update.id {
            case .balance:
                let leaf = try step.values(of: update, as: BalanceLeaf.self)
                count(leaf.before?.deposit, leaf.after?.deposit)
            case .receipt:
                let leaf = try step.values(of: update, as: ReceiptLeaf.self)
                count(leaf.before?.deposit, leaf.after?.deposit)
            case .policy:
                let leaf = try step.values(of: update, as: PolicyLeaf.self)
                count(leaf.before?.deposit, leaf.after?.deposit)
            case .pot(let asset):
                let leaf = try step.values(of: update, as: PotLeaf.self)
                kept[asset, default: 0] +=
                    Int128(leaf.after?.deposits.minorUnits ?? 0)
                    - Int128(leaf.before?.deposits.minorUnits ?? 0)
            case .record:
                let leaf = try step.values(of: update, as: RecordLeaf.self)
                count(leaf.before?.deposit, leaf.after?.deposit)
            case .account, .asset, .roster, .parameters, .load, .vault, .claim, .reveal, .seeds:
                break
            }
        }
        guard let list = feeList(step) else { return }
        for (index, entry) in list.enumerated()
        where owed[UInt32(index), default: 0] != kept[entry.asset, default: 0] {
            throw LawBreach("deposits in \(entry.asset) do not add up at \(step.height)")
        }
    }

    private static func feeList(_ step: LedgerStep) -> [FeeListEntry]? {
        guard let bytes = try? step.after.leaf(LeafID.parameters.key) else { return nil }
        return try? Parameters(wire: bytes).feeList
    }

    private static func sum(_ pot: PotLeaf?) -> Int128 {
        Int128(pot?.fees.minorUnits ?? 0) + Int128(pot?.deposits.minorUnits ?? 0)
    }
}
