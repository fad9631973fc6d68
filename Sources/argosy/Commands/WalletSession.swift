import ArgumentParser
import Chain
import Ledger
import Node
import Primitives

/// What a command that moves money needs: the network, the running node, the wallet.
struct WalletSession {
    let home: HomeOptions
    let genesis: Genesis
    let wallet: Wallet
    let assets: [AssetAnswer]

    init(_ home: HomeOptions) async throws {
        self.home = home
        genesis = try home.present().genesis().decoded
        wallet = Wallet(home.node)
        guard case .assets(let assets) = try await home.ask(.assets) else {
            throw CommandError.otherAnswer
        }
        self.assets = assets
    }

    var prefix: String { genesis.network.addressPrefix }

    func address(of key: PublicKey) -> String { Address(key: key).text(prefix: prefix) }

    func address(of account: AccountID) -> String { address(of: account.foundingKey) }

    /// The account of a name; the only one of the wallet when no name is given.
    func account(_ name: String?) throws -> Wallet.Account {
        if let name { return try wallet.account(name) }
        let accounts = try wallet.accounts
        guard let only = accounts.first else {
            throw CommandError(
                "The wallet holds no account.", advice: "Make one with `argosy key new NAME`.")
        }
        guard accounts.count == 1 else {
            let names = accounts.prefix(8).map(\.name).joined(separator: ", ")
            throw CommandError(
                "The wallet holds \(accounts.count) accounts.",
                advice: "Say which one with --account: \(names)\(accounts.count > 8 ? ", …" : "")")
        }
        return only
    }

    /// Reads the address of whoever is paid, or the name of an account of the wallet.
    func recipient(_ text: String) throws -> Address {
        try party(text) {
            "`\($0)` cannot be paid: " + ($1.map { "\($0)." } ?? "it \(Self.noName).")
        }
    }

    /// Reads the address of whoever is looked at, or the name of an account of the wallet.
    func holder(_ text: String) throws -> Address {
        try party(text) { text, fault in
            "`\(text)` " + (fault.map { "is no account's address: \($0)." } ?? "\(Self.noName).")
        }
    }

    private static let noName = "is no account of this wallet, and no address"

    /// Without a digit one, which follows an address's prefix, the text was meant as a name.
    private func party(
        _ text: String, complaint: (String, AddressError?) -> String
    ) throws -> Address {
        let isName = !text.contains("1")
        if isName, let account = try? wallet.account(text) { return Address(key: account.key) }
        do throws(AddressError) { return try Address(text, prefix: prefix) } catch {
            if let account = try? wallet.account(text) { return Address(key: account.key) }
            throw CommandError(
                complaint(String(text.prefix(120)), isName ? nil : error),
                advice: "Give a whole address, or a name that `argosy key list` shows.")
        }
    }

    /// Finds an asset by its code, or by its id when two issuers use one code.
    ///
    /// A light node lists the assets of the founding only; any other is named by its id.
    func asset(_ text: String) async throws -> AssetAnswer {
        var found = assets.filter { $0.code == text || $0.id == text }
        if found.isEmpty, AssetID(hex: text) != nil {
            guard case .assets(let named) = try await home.ask(.asset(id: text)) else {
                throw CommandError.otherAnswer
            }
            found = named
        }
        guard let asset = found.first else {
            throw CommandError(
                "The network has no asset `\(text)`.",
                advice: "There are: \(Set(assets.map(\.code)).sorted().joined(separator: ", ")).")
        }
        guard found.count == 1 else {
            throw CommandError(
                "\(found.count) issuers have an asset `\(text)`.",
                advice: "Name it by its id: \(found.map(\.id).joined(separator: " or ")).")
        }
        return asset
    }

    func amount(_ text: String, of asset: AssetAnswer) throws -> Amount {
        guard let amount = Amount(decimal: text, decimals: asset.decimals) else {
            throw CommandError(
                "`\(text)` is not an amount of \(asset.code).",
                advice: "Write it like 12.50, with at most \(asset.decimals) decimals.")
        }
        return amount
    }

    /// Decimal text of an amount of minor units that the node gave.
    func text(_ minorUnits: String, of asset: AssetAnswer) -> String {
        UInt64(minorUnits).map { Amount(minorUnits: $0).decimal(asset.decimals) } ?? minorUnits
    }

    /// Builds, signs and hands in a transaction, and waits until it is final.
    ///
    /// - Throws: ``CommandError`` when it is refused or fails.
    func submit(
        _ actions: [Action], by name: String, passphrase: PassphraseOptions, fee: FeeOptions
    ) async throws -> SubmissionAnswer {
        try await submit(try await sign(actions, by: name, passphrase: passphrase, fee: fee))
    }

    /// Builds and signs a transaction, which goes nowhere.
    ///
    /// Without a sequence it gets the one after the account's last final one. Others of the wallet sign
    /// too; documents travel with it.
    func sign(
        _ actions: [Action], by name: String, passphrase: PassphraseOptions, fee: FeeOptions,
        sequence: UInt64? = nil, with others: [String] = [], documents: [[UInt8]] = []
    ) async throws -> Transaction {
        let account = try wallet.account(name)
        let id = AccountID(account.key)
        guard case .account(let state) = try await home.ask(.account(account: id.hex)) else {
            throw CommandError.otherAnswer
        }
        let (feeAsset, limit) = try await fee.choose(for: id, of: actions, in: self)
        let key = try wallet.unlock(name, passphrase: try passphrase.read(for: name))
        let further = try others.filter { $0 != name }.map {
            try wallet.unlock($0, passphrase: try passphrase.read(for: $0))
        }
        do throws(TransactionMaker.Fault) {
            return try TransactionMaker(genesis).make(
                actions, by: [key] + further, for: id,
                sequence: sequence.map { Sequence($0) } ?? Sequence(state.sequence).next,
                head: Height(state.height), feeAsset: feeAsset, feeLimit: limit,
                attachments: documents)
        } catch { throw CommandError("No transaction can be made: \(error).") }
    }

    /// Hands in a signed transaction, and waits until it is final.
    ///
    /// - Throws: ``CommandError`` when it is refused or fails.
    func submit(_ transaction: Transaction) async throws -> SubmissionAnswer {
        try await Self.submit(transaction, to: home)
    }

    static func submit(
        _ transaction: Transaction, to home: HomeOptions
    ) async throws -> SubmissionAnswer {
        let request = ControlRequest.submit(
            transaction: Hex.encode(transaction.bytes), wait: true)
        guard case .submitted(let answer) = try await home.ask(request) else {
            throw CommandError.otherAnswer
        }
        switch answer.outcome {
        case .applied: return answer
        case .failed:
            throw CommandError(
                "The transaction is final and failed: \(answer.reason)",
                advice: "Nothing moved but the fee. Transaction \(answer.id).",
                code: answer.code)
        case .refused:
            throw CommandError("The network refused: \(answer.reason)", code: answer.code)
        case .pending:
            throw CommandError(
                "The transaction is on its way and not final yet.",
                advice: "Look again with `argosy history`; it expires by itself if it never gets "
                    + "in. Transaction \(answer.id).")
        }
    }
}

/// What a transaction may cost, and in which asset.
struct FeeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The asset that pays the fee; without it, the asset sent if it can, else one that the "
                + "account holds.", valueName: "code"))
    var feeAsset: String?

    @Option(help: ArgumentHelp("The most that fee and deposits may cost.", valueName: "amount"))
    var feeLimit: String?

    func choose(
        for account: AccountID, of actions: [Action], in session: WalletSession
    ) async throws -> (AssetID, Amount?) {
        let chosen = try await asset(for: account, of: actions, in: session)
        guard let id = AssetID(hex: chosen.id) else { throw CommandError.otherAnswer }
        return (id, try feeLimit.map { try session.amount($0, of: chosen) })
    }

    private func asset(
        for account: AccountID, of actions: [Action], in session: WalletSession
    ) async throws -> AssetAnswer {
        if let feeAsset { return try await session.asset(feeAsset) }
        let listed = session.assets.filter(\.paysFees)
        let sent = Set(
            actions.flatMap { $0.kind.rules.spending.map(\.asset.hex) })
        for asset in listed.sorted(by: { sent.contains($0.id) && !sent.contains($1.id) }) {
            let request = ControlRequest.balance(account: account.hex, asset: asset.id)
            if case .balance(let balance) = try await session.home.ask(request),
                UInt64(balance.amount) ?? 0 > 0
            {
                return asset
            }
        }
        let codes = listed.map(\.code).joined(separator: " or ")
        throw CommandError(
            "The account holds nothing that pays fees.", advice: "Fees are paid in \(codes).")
    }
}
