import Foundation
public import Primitives
import Wire

/// The accounts whose keys lie in a node's home, each sealed under a passphrase, and those that are
/// only watched.
public struct Wallet: Sendable {
    public static let accountLimit = 10_000
    private static let fileSuffix = ".account"

    private let directory: String

    public init(_ home: Home) { directory = home.walletDirectory }

    /// One account of the wallet.
    public struct Account: Sendable, Equatable {
        public let name: String
        /// The founding key: what the account's address holds.
        public let key: PublicKey
        /// The entropy of the recovery phrase; `nil` for an account that is only watched.
        let sealed: SealedSeed?

        public var isWatchOnly: Bool { sealed == nil }
    }

    /// All accounts, sorted by name.
    public var accounts: [Account] {
        get throws(WalletError) {
            guard Files.exists(directory) else { return [] }
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
                throw .file("\(directory) cannot be read: \(error.localizedDescription).")
            }
            var accounts: [Account] = []
            for name in names.sorted() where name.hasSuffix(Self.fileSuffix) {
                accounts.append(try account(String(name.dropLast(Self.fileSuffix.count))))
            }
            return accounts
        }
    }

    /// The account of a name.
    public func account(_ name: String) throws(WalletError) -> Account {
        try Self.check(name)
        guard Files.exists(path(name)) else { throw .unknown(name: name) }
        do throws(HomeError) {
            try Files.requireSecret(path(name))
            let text = try Files.text(path(name), limit: AccountForm.byteLimit)
            return try AccountForm.read(text, name: name, path: path(name))
        } catch { throw .file("\(error)") }
    }

    /// Makes an account from fresh entropy.
    ///
    /// - Returns: the account, and the words that bring it back; they are kept nowhere in the clear.
    public func create(
        _ name: String, passphrase: [UInt8], cost: SealedSeed.Cost = .standard
    ) throws(WalletError) -> (account: Account, phrase: Mnemonic) {
        let phrase = Mnemonic(entropy: SystemEntropy.bytes32())
        return (try restore(name, from: phrase, passphrase: passphrase, cost: cost), phrase)
    }

    /// Brings an account back from its words.
    public func restore(
        _ name: String, from phrase: Mnemonic, passphrase: [UInt8],
        cost: SealedSeed.Cost = .standard
    ) throws(WalletError) -> Account {
        guard passphrase.count >= WalletError.passphraseLeast else { throw .shortPassphrase }
        let key = try Self.key(of: phrase).publicKey
        let sealed: SealedSeed
        do throws(SealedSeed.Fault) {
            sealed = try SealedSeed(
                phrase.entropy, passphrase: passphrase,
                salt: FixedBytes(InlineArray { _ in SystemEntropy.bytes(1)[0] }),
                nonce: FixedBytes(InlineArray { _ in SystemEntropy.bytes(1)[0] }), cost: cost)
        } catch { throw .sealed(error) }
        return try add(Account(name: name, key: key, sealed: sealed))
    }

    /// Follows an account without its key.
    public func watch(_ name: String, key: PublicKey) throws(WalletError) -> Account {
        try add(Account(name: name, key: key, sealed: nil))
    }

    /// The key that signs for an account.
    public func unlock(_ name: String, passphrase: [UInt8]) throws(WalletError) -> SigningKey {
        let account = try account(name)
        let key = try Self.key(of: try phrase(of: account, passphrase: passphrase))
        guard key.publicKey == account.key else {
            throw .file("\(path(name)) holds the key of another account.")
        }
        return key
    }

    /// The words of an account.
    public func phrase(of name: String, passphrase: [UInt8]) throws(WalletError) -> Mnemonic {
        try phrase(of: try account(name), passphrase: passphrase)
    }

    /// The account's file, still sealed, to be kept elsewhere or imported into another wallet.
    public func file(of name: String) throws(WalletError) -> String {
        AccountForm.text(of: try account(name))
    }

    /// Takes in a file that ``file(of:)`` gave.
    public func take(_ text: String, as name: String) throws(WalletError) -> Account {
        let account: Account
        do throws(HomeError) {
            account = try AccountForm.read(text, name: name, path: "the file")
        } catch { throw .file("\(error)") }
        return try add(account)
    }

    private func phrase(
        of account: Account, passphrase: [UInt8]
    ) throws(WalletError) -> Mnemonic {
        guard let sealed = account.sealed else { throw .watchOnly(name: account.name) }
        do throws(SealedSeed.Fault) {
            return Mnemonic(entropy: try sealed.open(passphrase: passphrase))
        } catch { throw .sealed(error) }
    }

    /// The key of the account that the words stand for.
    public static func key(of phrase: Mnemonic) throws(WalletError) -> SigningKey {
        do throws(MnemonicError) {
            return SigningKey(seed: DerivedKey.account(0, from: try phrase.seed()))
        } catch { throw .phrase(error) }
    }

    private func add(_ account: Account) throws(WalletError) -> Account {
        try Self.check(account.name)
        guard !Files.exists(path(account.name)) else { throw .exists(name: account.name) }
        guard try accounts.count < Self.accountLimit else { throw .full }
        do throws(HomeError) {
            try Files.makeDirectory(directory)
            try Files.write(
                Array(AccountForm.text(of: account).utf8), to: path(account.name), secret: true)
        } catch { throw .file("\(error)") }
        return account
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)\(Self.fileSuffix)" }

    /// Names become file names, so only plain ones are taken.
    private static func check(_ name: String) throws(WalletError) {
        let allowed = name.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard (1...64).contains(name.utf8.count), allowed, !name.hasPrefix("-") else {
            throw .badName(name)
        }
    }
}

/// Why a wallet refuses; prints as one sentence.
public enum WalletError: Error, Equatable, Sendable {
    /// The fewest bytes of a passphrase.
    public static let passphraseLeast = 8

    case unknown(name: String)
    case exists(name: String)
    case badName(String)
    case watchOnly(name: String)
    case shortPassphrase
    case full
    case sealed(SealedSeed.Fault)
    case phrase(MnemonicError)
    case file(String)
}

extension WalletError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let name):
            "The wallet has no account `\(name)`; `argosy key list` shows what it has."
        case .exists(let name):
            "The wallet has an account `\(name)` already; choose another name."
        case .badName(let name):
            "`\(name.prefix(64))` cannot name an account; use 1 to 64 of a-z, 0-9 and -."
        case .watchOnly(let name):
            "`\(name)` is only watched: its key is not in this wallet, so it cannot sign."
        case .shortPassphrase:
            "The passphrase is too short; use at least \(Self.passphraseLeast) characters."
        case .full: "The wallet holds \(Wallet.accountLimit) accounts, which is the most."
        case .sealed(let fault): "The key stays closed: \(fault)."
        case .phrase(let error): "These are not the words of an account: \(error)."
        case .file(let sentence): sentence
        }
    }
}

/// The file of one account: a JSON object of hexadecimal strings.
enum AccountForm {
    static let byteLimit = 8_192

    private struct Form: Codable {
        var version: Int
        var key: String
        var sealed: String?
    }

    static func text(of account: Wallet.Account) -> String {
        let sealed = account.sealed.map { ",\"sealed\":\"\(Hex.encode($0.wire))\"" } ?? ""
        return "{\"version\":1,\"key\":\"\(account.key.hex)\"\(sealed)}\n"
    }

    static func read(
        _ text: String, name: String, path: String
    ) throws(HomeError) -> Wallet.Account {
        let fault = HomeError.malformed(path: path, line: 0, reason: "it is no account file")
        guard text.utf8.count <= byteLimit,
            let form = try? JSONDecoder().decode(Form.self, from: Data(text.utf8)),
            form.version == 1, let key = PublicKey(hex: form.key)
        else { throw fault }
        guard let hex = form.sealed else {
            return Wallet.Account(name: name, key: key, sealed: nil)
        }
        guard let bytes = Hex.decode(hex), let sealed = try? SealedSeed(wire: bytes) else {
            throw fault
        }
        return Wallet.Account(name: name, key: key, sealed: sealed)
    }
}
