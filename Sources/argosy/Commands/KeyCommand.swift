import ArgumentParser
import Chain
import Foundation
import Node
import Primitives

/// The accounts of the wallet.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, bring back, watch and list the accounts of the wallet.",
        subcommands: [New.self, Import.self, Export.self, List.self])

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account, and show once the 24 words that bring it back.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var passphrase: PassphraseOptions

        @Argument(help: "How the wallet calls it.")
        var name: String

        func run() async throws {
            let secret = try passphrase.read(for: name, isNew: true)
            let (account, phrase) = try Wallet(try home.present()).create(name, passphrase: secret)
            try output.show(KeyAnswer(account, try home.prefix(), phrase: phrase.text))
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring an account back from its words or its file, or watch an address.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var passphrase: PassphraseOptions

        @Argument(help: "How the wallet calls it.")
        var name: String

        @Option(help: ArgumentHelp("An address to watch without its key.", valueName: "address"))
        var watch: String?

        @Option(help: ArgumentHelp("A file that `argosy key export` wrote.", valueName: "file"))
        var file: String?

        @Option(help: ArgumentHelp("A file that holds the 24 words.", valueName: "file"))
        var phraseFile: String?

        func run() async throws {
            let wallet = Wallet(try home.present())
            let account: Wallet.Account
            if let watch {
                let prefix = try home.prefix()
                let address: Address
                do throws(AddressError) { address = try Address(watch, prefix: prefix) } catch {
                    throw CommandError("`\(watch.prefix(120))` cannot be watched: \(error).")
                }
                account = try wallet.watch(name, key: address.key)
            } else if let file {
                guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                    throw CommandError("\(file) cannot be read.")
                }
                account = try wallet.take(text, as: name)
            } else {
                let phrase = try Mnemonic(try words())
                let secret = try passphrase.read(for: name, isNew: true)
                account = try wallet.restore(name, from: phrase, passphrase: secret)
            }
            try output.show(KeyAnswer(account, try home.prefix(), phrase: nil))
        }

        private func words() throws -> String {
            if let phraseFile {
                guard let text = try? String(contentsOfFile: phraseFile, encoding: .utf8) else {
                    throw CommandError("\(phraseFile) cannot be read.")
                }
                return text
            }
            guard isatty(STDIN_FILENO) == 1 else {
                throw CommandError(
                    "No words were given.",
                    advice: "Give --phrase-file, --file or --watch, or run in a terminal.")
            }
            print("The 24 words, on one line:")
            return readLine() ?? ""
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print an account's file, still sealed, or its 24 words.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var passphrase: PassphraseOptions

        @Argument(help: "How the wallet calls it.")
        var name: String

        @Flag(help: "Print the words instead; whoever reads them owns the account.")
        var words = false

        func run() async throws {
            let wallet = Wallet(try home.present())
            if words {
                let phrase = try wallet.phrase(of: name, passphrase: try passphrase.read(for: name))
                try output.show(ExportAnswer(content: phrase.text))
            } else {
                try output.show(ExportAnswer(content: try wallet.file(of: name)))
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let prefix = try home.prefix()
            let accounts = try Wallet(try home.present()).accounts.map {
                KeyAnswer($0, prefix, phrase: nil)
            }
            try output.show(KeyList(accounts: accounts))
        }
    }
}

extension HomeOptions {
    /// The home, which must be there.
    func present() throws -> Home {
        let home = node
        guard home.isPresent else {
            throw CommandError(
                "\(home.directory) is not a node's home.",
                advice: "Make one with `argosy init`, or name another with --home.")
        }
        return home
    }

    /// How addresses of the home's network begin; before it has one, those of the main network.
    func prefix() throws -> String {
        let home = try present()
        guard home.hasNetwork else { return "argosy" }
        return try home.genesis().decoded.network.addressPrefix
    }
}

struct KeyAnswer: Answer {
    let name: String
    let address: String
    let did: String
    let watchOnly: Bool
    let phrase: String?

    init(_ account: Wallet.Account, _ prefix: String, phrase: String?) {
        name = account.name
        address = Address(key: account.key).text(prefix: prefix)
        did = DIDKey.text(of: account.key)
        watchOnly = account.isWatchOnly
        self.phrase = phrase
    }

    var text: String {
        var table = Table()
        table.add("name", name)
        table.add("address", address)
        table.add("did", did)
        if watchOnly { table.add("key", "not here: only watched") }
        guard let phrase else { return table.text }
        return """
            \(table.text)

            Write these 24 words down. They bring the account back, and are shown only now:

            \(phrase)
            """
    }
}

struct KeyList: Answer {
    let accounts: [KeyAnswer]

    var text: String {
        guard !accounts.isEmpty else {
            return "The wallet holds no account. Make one with `argosy key new NAME`."
        }
        var table = Table()
        for account in accounts {
            table.add(account.name, account.address, account.watchOnly ? "watched" : "")
        }
        return table.text
    }
}

struct ExportAnswer: Answer {
    let content: String
    var text: String { content }
}
