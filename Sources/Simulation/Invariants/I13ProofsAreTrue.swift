import Chain
import Ledger
import LightClient
import Primitives
import Wire

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
        case .statement(let account, let events, let height):
            return isTrue(events, of: account, past, upTo: height)
                ? nil : "\(account) was shown a history that is not so at \(height)"
        case .block(let block):
            return isOnChain(block.header, headers) ? nil : "block \(block.digest) is on no chain"
        case .included(let id, let header):
            return isOnChain(header, headers) ? nil : "transaction \(id) is in no block"
        }
    }

    /// Whether the events tell the balance of the books after each block that they name, and name
    /// each block in which the books saw it change.
    private static func isTrue(
        _ events: [JournalEvent], of account: AccountID, _ past: BalanceHistory,
        upTo height: Height
    ) -> Bool {
        var told: [UInt64: UInt64] = [:]
        for event in events {
            guard let read = try? LedgerEvent(wire: event.event) else { return false }
            told[event.height.number] = read.balance.minorUnits
        }
        return told.allSatisfy { past[account, Height($0.key)] == $0.value }
            && past.changes(of: account, upTo: height).allSatisfy { told[$0] != nil }
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

    /// Heights of the blocks that changed a balance, genesis included.
    func changes(of account: AccountID, upTo height: Height) -> [UInt64] {
        changes[account]?.prefix { $0.height <= height.number }.map(\.height) ?? []
    }
}
