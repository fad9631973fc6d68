import ArgumentParser
import Chain
import Ledger
import Node
import Primitives

/// Makes assets and uses an issuer's powers.
struct AssetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asset",
        abstract: "List assets, make one, and use or give up an issuer's powers.",
        subcommands: [
            List.self, Create.self, MintAsset.self, BurnAsset.self, FreezeHolder.self,
            UnfreezeHolder.self, AuthoriseHolder.self, ClawBack.self, GiveUp.self,
        ])

    /// What every command that changes something needs.
    struct Issuing: ParsableArguments {
        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var passphrase: PassphraseOptions
        @OptionGroup var fee: FeeOptions

        @Option(help: ArgumentHelp("Who acts; a name of the wallet.", valueName: "name"))
        var account: String?

        /// Signs one action and says what was done.
        func act(
            _ action: (WalletSession) async throws -> (Action.Kind, String)
        ) async throws {
            let session = try await WalletSession(home)
            let actor = try session.account(account)
            let (kind, sentence) = try await action(session)
            let answer = try await session.submit(
                [Action(kind)], by: actor.name, passphrase: passphrase, fee: fee)
            try output.show(
                DoneAnswer(
                    done: sentence, transaction: answer.id, height: answer.height))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the network's assets.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let session = try await WalletSession(home)
            let rows = session.assets.map { asset in
                AssetRow(
                    code: asset.code, id: asset.id, decimals: asset.decimals,
                    issuer: AccountID(hex: asset.issuer).map { session.address(of: $0) } ?? "",
                    paysFees: asset.paysFees)
            }
            try output.show(AssetList(assets: rows))
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an asset; its powers can be given up later and never added.")

        @OptionGroup var issuing: Issuing

        @Argument(help: "3 to 12 of A-Z and 0-9.")
        var code: String

        @Option(help: "Digits after the point.")
        var decimals: UInt32 = 2

        @Option(help: ArgumentHelp("Out of mint, freeze, clawback, authorise, joined by +."))
        var powers: String = ""

        @Option(help: "How much there is at first; it belongs to the issuer.")
        var supply: String = "0"

        func run() async throws {
            guard let assetCode = AssetCode(code) else {
                throw CommandError("A code is 3 to 12 of A-Z and 0-9.")
            }
            guard decimals <= AssetLeaf.decimalLimit,
                let amount = Amount(decimal: supply, decimals: Int(decimals))
            else {
                throw CommandError(
                    "--supply is an amount with at most \(decimals) decimals, and --decimals is at "
                        + "most \(AssetLeaf.decimalLimit).")
            }
            let declared = try Powers(text: powers[...])
            try await issuing.act { _ in
                (
                    .createAsset(
                        CreateAsset(
                            code: assetCode, decimals: decimals, powers: declared, supply: amount)),
                    "asset \(code) is made"
                )
            }
        }
    }

    struct MintAsset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mint", abstract: "Make more of an asset, for a holder.")

        @OptionGroup var issuing: Issuing

        @Argument(help: "The asset's code, or its id.")
        var asset: String

        @Option(help: "Who receives it; an address or a name of the wallet.")
        var to: String

        @Option(help: "How much.")
        var amount: String

        func run() async throws {
            try await issuing.act { session in
                let found = try await session.asset(asset)
                let units = try session.amount(amount, of: found)
                let holder = try session.recipient(to)
                return (
                    .mint(
                        Mint(
                            asset: try found.assetID, recipient: AccountID(holder.key),
                            amount: units)), "\(amount) \(found.code) are minted"
                )
            }
        }
    }

    struct BurnAsset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "burn", abstract: "Destroy what the account holds of an asset.")

        @OptionGroup var issuing: Issuing

        @Argument(help: "The asset's code, or its id.")
        var asset: String

        @Option(help: "How much.")
        var amount: String

        func run() async throws {
            try await issuing.act { session in
                let found = try await session.asset(asset)
                let units = try session.amount(amount, of: found)
                return (
                    .burn(Burn(asset: try found.assetID, amount: units)),
                    "\(amount) \(found.code) are burnt"
                )
            }
        }
    }

    struct FreezeHolder: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "freeze", abstract: "Freeze a holder's balance of an asset.")

        @OptionGroup var issuing: Issuing
        @OptionGroup var subject: HolderSubject

        func run() async throws { try await subject.freeze(true, issuing) }
    }

    struct UnfreezeHolder: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unfreeze", abstract: "Let a frozen balance move again.")

        @OptionGroup var issuing: Issuing
        @OptionGroup var subject: HolderSubject

        func run() async throws { try await subject.freeze(false, issuing) }
    }

    struct AuthoriseHolder: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "authorise", abstract: "Let somebody hold an asset, or no longer.")

        @OptionGroup var issuing: Issuing
        @OptionGroup var subject: HolderSubject

        @Flag(help: "Take the consent back.")
        var revoke = false

        func run() async throws {
            try await issuing.act { session in
                let (asset, holder) = try await subject.resolve(session)
                return (
                    .authorise(
                        Authorise(asset: asset, holder: holder, isAuthorised: !revoke)),
                    revoke ? "the consent is taken back" : "the holder is authorised"
                )
            }
        }
    }

    struct ClawBack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clawback", abstract: "Take an asset away from a holder.")

        @OptionGroup var issuing: Issuing
        @OptionGroup var subject: HolderSubject

        @Option(help: "How much.")
        var amount: String

        func run() async throws {
            try await issuing.act { session in
                let (asset, holder) = try await subject.resolve(session)
                let found = try await session.asset(subject.asset)
                let units = try session.amount(amount, of: found)
                return (
                    .clawback(Clawback(asset: asset, holder: holder, amount: units)),
                    "\(amount) \(found.code) are clawed back"
                )
            }
        }
    }

    struct GiveUp: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "give-up", abstract: "Give up powers of an asset, for ever.")

        @OptionGroup var issuing: Issuing

        @Argument(help: "The asset's code, or its id.")
        var asset: String

        @Option(help: "Out of mint, freeze, clawback, authorise, joined by +.")
        var powers: String

        func run() async throws {
            let given = try Powers(text: powers[...])
            try await issuing.act { session in
                let found = try await session.asset(asset)
                return (
                    .giveUpPower(GiveUpPower(asset: try found.assetID, powers: given)),
                    "\(powers) of \(found.code) is given up"
                )
            }
        }
    }
}

/// A holder of an asset.
struct HolderSubject: ParsableArguments {
    @Argument(help: "The asset's code, or its id.")
    var asset: String

    @Option(help: "An address or a name of the wallet.")
    var holder: String

    func resolve(_ session: WalletSession) async throws -> (AssetID, AccountID) {
        (try await session.asset(asset).assetID, AccountID(try session.holder(holder).key))
    }

    func freeze(_ isFrozen: Bool, _ issuing: AssetCommand.Issuing) async throws {
        try await issuing.act { session in
            let (asset, holder) = try await resolve(session)
            return (
                .freeze(Freeze(asset: asset, holder: holder, isFrozen: isFrozen)),
                isFrozen ? "the balance is frozen" : "the balance can move again"
            )
        }
    }
}

extension AssetAnswer {
    var assetID: AssetID {
        get throws {
            guard let id = AssetID(hex: id) else { throw CommandError.otherAnswer }
            return id
        }
    }
}

struct DoneAnswer: Answer {
    let done: String
    let transaction: String
    let height: UInt64

    var text: String { "final in block \(height): \(done)\ntransaction \(transaction)" }
}

struct AssetRow: Encodable {
    let code: String
    let id: String
    let decimals: Int
    let issuer: String
    let paysFees: Bool
}

struct AssetList: Answer {
    let assets: [AssetRow]

    var text: String {
        var table = Table()
        table.add("CODE", "DECIMALS", "PAYS FEES", "ISSUER", "ID")
        for asset in assets {
            table.add(
                asset.code, String(asset.decimals), asset.paysFees ? "yes" : "no", asset.issuer,
                asset.id)
        }
        return table.text
    }
}
