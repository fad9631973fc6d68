import Ledger
import Primitives
import Wire

/// An account's sequence grows by one with each of its transactions, and by nothing else (rule L7).
public enum SequenceStrict: Invariant {
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        var next: [AccountID: UInt64] = [:]
        for transaction in step.transactions {
            let account = transaction.body.account
            let before = try sequence(of: account, in: step.before)
            let last = next[account] ?? before
            guard transaction.body.sequence.number == last + 1 else {
                throw LawBreach("\(account) skipped from \(last) at \(step.height)")
            }
            next[account] = last + 1
        }
        for update in step.updates {
            guard case .account(let account) = update.id else { continue }
            let before = try sequence(of: account, in: step.before)
            let expected = next[account] ?? before
            guard try sequence(of: account, in: step.after) == expected else {
                throw LawBreach("\(account) has a sequence that no transaction took")
            }
        }
    }

    private static func sequence(
        of account: AccountID, in leaves: some LeafSource
    ) throws(LawBreach) -> UInt64 {
        do {
            guard let bytes = try leaves.leaf(LeafID.account(account).key) else { return 0 }
            return try AccountLeaf(wire: bytes).sequence.number
        } catch { throw LawBreach("account \(account) cannot be read: \(error)") }
    }
}
