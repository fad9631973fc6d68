import Chain
import Ledger
import Primitives

/// I13: what a light node has been shown of balances, histories, blocks and transactions is so, by
/// the books and by the chain.
enum ProofsAreTrue {
    static let name: StaticString = "I13"

    static func check(
        _ finding: LightInquirer.Finding, _ past: BalanceHistory, _ headers: [BlockHeader]
    ) -> String? {
        switch finding {
        case .balance(let account, let amount, let height):
            return past[account, height] == amount
                ? nil : "\(account) was shown to have another balance at \(height)"
        case .statement(let account, let count, let height):
            // A fee and a payment, or more, for each change that the books saw.
            return count >= UInt64(past.changeCount(of: account, upTo: height))
                ? nil : "the history of \(account) has \(count) events at \(height)"
        case .block(let block):
            return isOnChain(block.header, headers) ? nil : "block \(block.digest) is on no chain"
        case .included(let id, let header):
            return isOnChain(header, headers) ? nil : "transaction \(id) is in no block"
        }
    }

    private static func isOnChain(_ header: BlockHeader, _ headers: [BlockHeader]) -> Bool {
        header.height.number < UInt64(headers.count)
            && headers[Int(header.height.number)] == header
    }
}

/// The balances of the books after each block.
struct BalanceHistory: Sendable {
    private var changes: [AccountID: [(height: UInt64, amount: UInt64)]] = [:]
    private var last: [AccountID: UInt64] = [:]

    init(_ books: NaiveLedger) { note(books) }

    mutating func note(_ books: NaiveLedger) {
        let balances = books.books.balances
        for (account, amount) in balances.sorted(by: { $0.key < $1.key })
        where last[account] != amount {
            changes[account, default: []].append((books.height, amount))
        }
        last = balances
    }

    /// The balance after a block; `nil` when there was none.
    subscript(account: AccountID, height: Height) -> UInt64? {
        changes[account]?.last { $0.height <= height.number }?.amount
    }

    /// Blocks that changed a balance, genesis included.
    func changeCount(of account: AccountID, upTo height: Height) -> Int {
        changes[account]?.prefix { $0.height <= height.number }.count ?? 0
    }
}
