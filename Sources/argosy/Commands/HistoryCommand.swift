import ArgumentParser
import Ledger
import Node
import Primitives

/// Shows what an account holds: `argosy balance`.
struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "Show what an account holds.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("A name of the wallet, or an address."))
    var account: String?

    func run() async throws {
        let session = try await WalletSession(home)
        let key =
            try account.map { try session.holder($0).key } ?? session.account(nil).key
        var rows: [BalanceRow] = []
        for asset in session.assets {
            let request = ControlRequest.balance(account: key.hex, asset: asset.id)
            guard case .balance(let balance) = try await home.ask(request) else {
                throw CommandError.otherAnswer
            }
            guard balance.entries > 0 else { continue }
            rows.append(
                BalanceRow(
                    asset: asset.code, amount: session.text(balance.amount, of: asset),
                    entries: balance.entries, frozen: balance.frozen, height: balance.height))
        }
        try output.show(BalanceList(address: session.address(of: key), balances: rows))
    }
}

struct BalanceRow: Encodable {
    let asset: String
    let amount: String
    let entries: UInt64
    let frozen: Bool
    let height: UInt64
}

struct BalanceList: Answer {
    let address: String
    let balances: [BalanceRow]

    var text: String {
        guard !balances.isEmpty else { return "\(address)\nholds nothing." }
        var table = Table()
        for row in balances {
            table.add(row.asset, row.amount, row.frozen ? "frozen" : "")
        }
        return "\(address)\n\(table.text)"
    }
}

/// Lists every movement of an account, complete by its journal: `argosy history`.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List every movement of an account; the list is proved to be complete.")

    /// Entries asked for at a time.
    static let pageLimit = 200

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("A name of the wallet, or an address."))
    var account: String?

    @Option(help: "The asset's code, or its id; without it, every asset of the account.")
    var asset: String?

    @Flag(help: "Show small payments from strangers too.")
    var all = false

    func run() async throws {
        let session = try await WalletSession(home)
        let key =
            try account.map { try session.holder($0).key } ?? session.account(nil).key
        if let asset {
            return try output.show(
                try await statement(of: key, try await session.asset(asset), session))
        }
        var statements: [StatementList] = []
        for asset in session.assets {
            let list = try await statement(of: key, asset, session)
            if !list.entries.isEmpty || list.hidden > 0 { statements.append(list) }
        }
        try output.show(
            StatementBook(address: session.address(of: key), statements: statements))
    }

    /// Every movement of one asset, complete by its journal.
    private func statement(
        of key: PublicKey, _ asset: AssetAnswer, _ session: WalletSession
    ) async throws -> StatementList {
        var entries: [HistoryEntry] = []
        var count: UInt64 = 1
        while UInt64(entries.count) < count {
            let request = ControlRequest.history(
                account: key.hex, asset: asset.id, from: UInt64(entries.count) + 1,
                limit: Self.pageLimit)
            guard case .history(let page) = try await home.ask(request) else {
                throw CommandError.otherAnswer
            }
            count = page.count
            entries += page.entries
            guard !page.entries.isEmpty || count == 0 else {
                throw CommandError("The node gave \(entries.count) of \(count) movements.")
            }
        }
        let bait = BaitFilter(entries, decimals: asset.decimals)
        let shown = all ? entries : entries.filter { !bait.hides($0) }
        return StatementList(
            address: session.address(of: key), asset: asset.code,
            hidden: entries.count - shown.count,
            entries: shown.map { StatementRow($0, session, asset) })
    }
}

struct StatementRow: Encodable {
    let number: UInt64
    let height: UInt64
    let kind: String
    let amount: String
    let balance: String
    let counterparty: String
    let reference: String
    let transaction: String

    /// The kind as people write it: `refund received`.
    var words: String {
        kind.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }

    init(_ entry: HistoryEntry, _ session: WalletSession, _ asset: AssetAnswer) {
        number = entry.number
        height = entry.height
        kind = entry.kind
        let sign = entry.amount.hasPrefix("-") ? "-" : "+"
        let digits = entry.amount.trimmingPrefix(while: { $0 == "-" || $0 == "+" })
        amount = sign + session.text(String(digits), of: asset)
        balance = session.text(entry.balance, of: asset)
        counterparty =
            AccountID(hex: entry.counterparty).map { session.address(of: $0) } ?? ""
        reference = entry.reference
        transaction = entry.transaction
    }
}

struct StatementList: Answer {
    let address: String
    let asset: String
    /// Movements that are left out: tiny payments from accounts that were never paid.
    let hidden: Int
    let entries: [StatementRow]

    var text: String {
        let note =
            hidden == 0
            ? "" : "\n\(hidden) tiny payments from strangers are hidden; --all shows them."
        guard !entries.isEmpty else { return "\(address)\nNothing has moved.\(note)" }
        var table = Table()
        table.add("NO", "BLOCK", "WHAT", "AMOUNT", "BALANCE", "WITH")
        for row in entries {
            table.add(
                String(row.number), String(row.height), row.words, row.amount, row.balance,
                row.counterparty)
        }
        return "\(address), \(asset)\n\(table.text)\(note)"
    }
}

/// What moved of each asset that the account has had.
struct StatementBook: Answer {
    let address: String
    let statements: [StatementList]

    var text: String {
        guard !statements.isEmpty else { return "\(address)\nNothing has moved." }
        return statements.map(\.text).joined(separator: "\n\n")
    }
}
