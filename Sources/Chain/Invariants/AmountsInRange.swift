import Ledger
import Primitives
import Wire

/// No balance or pot is larger than the supply, and no payment is refunded beyond its amount.
///
/// An amount below zero cannot be written; one that wrapped around would be above the supply.
public enum AmountsInRange: Invariant {
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        for update in step.updates {
            switch update.id {
            case .balance(let id):
                let amount = try step.values(of: update, as: BalanceLeaf.self).after?.amount
                try compare(amount ?? .zero, of: id.asset, step)
            case .pot(let asset):
                let pot = try step.values(of: update, as: PotLeaf.self).after ?? PotLeaf()
                try compare(pot.fees, of: asset, step)
                try compare(pot.deposits, of: asset, step)
            case .receipt(let payment):
                let leaf = try step.values(of: update, as: ReceiptLeaf.self)
                if let after = leaf.after, after.refunded > after.amount {
                    throw LawBreach("payment \(payment) is refunded beyond its amount")
                }
                if let before = leaf.before, let after = leaf.after,
                    after.refunded < before.refunded
                {
                    throw LawBreach("payment \(payment) lost a refund")
                }
            case .vault:
                guard let leaf = try step.values(of: update, as: VaultLeaf.self).after else {
                    break
                }
                guard leaf.amount > .zero else { throw LawBreach("an empty vault is kept") }
                try compare(leaf.amount, of: leaf.asset, step)
            case .claim(let id):
                let amount = try step.values(of: update, as: ClaimLeaf.self).after?.amount
                try compare(amount ?? .zero, of: id.asset, step)
            case .account, .asset, .policy, .roster, .parameters, .load, .record, .reveal, .seeds:
                break
            }
        }
    }

    private static func compare(
        _ amount: Amount, of asset: AssetID, _ step: LedgerStep
    ) throws(LawBreach) {
        guard amount > .zero else { return }
        guard let bytes = try? step.after.leaf(LeafID.asset(asset).key),
            let supply = try? AssetLeaf(wire: bytes).supply
        else { throw LawBreach("asset \(asset) is held and does not exist") }
        guard amount <= supply else { throw LawBreach("more of \(asset) than there is") }
    }
}
