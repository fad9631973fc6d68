import Chain
import Primitives
import Replica

/// I10: no transaction is final twice, in one block or in two.
///
/// Looked at as soon as a block is final anywhere: what the second execution says of it is another
/// law's affair.
struct EachTransactionOnce: NetworkLaw {
    static let name: StaticString = "I10"
    private var ids: Set<Digest> = []
    private var height = Height(0)

    mutating func note(_ sight: Sight) -> String? {
        guard case .final(let final, _) = sight, final.block.header.height == height.next else {
            return nil
        }
        height = height.next
        for transaction in final.block.body.transactions
        where !ids.insert(transaction.id).inserted {
            return "transaction \(transaction.id) is final twice"
        }
        return nil
    }
}
