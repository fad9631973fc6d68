import Chain
import Primitives

/// I10: no transaction is final twice.
struct EachTransactionOnce: NetworkLaw {
    static let name: StaticString = "I10"
    private var ids: Set<Digest> = []

    mutating func note(_ sight: Sight) -> String? {
        guard case .reference(let block, _) = sight else { return nil }
        for transaction in block.body.transactions
        where !ids.insert(transaction.id).inserted {
            return "transaction \(transaction.id) is final twice"
        }
        return nil
    }
}
