import ArgumentParser
import Chain
import Foundation
import Ledger
import Node
import Primitives

/// Founds a network from the keys, weights and assets of its first merchants.
struct GenesisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "genesis",
        abstract: "Found a network from the keys, weights and assets of its first merchants.",
        discussion: """
            Each merchant makes a home with `argosy init --role validator` and hands in its vote key, \
            its pledge and an address of its wallet. One of them runs this command; everybody joins with the \
            file that it writes. The file's digest is the network's name: compare it by telephone.
            """)

    @OptionGroup var output: OutputOptions

    @Option(help: "main, test or local; it decides how addresses begin.")
    var network: String = "test"

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "A merchant who votes: name, vote key, weight, address, pledge.",
            valueName: "NAME,KEY,WEIGHT,ADDRESS[,PLEDGE]"))
    var validator: [String]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "An asset; powers are joined by + out of mint, freeze, clawback, authorise.",
            valueName: "CODE,DECIMALS,ISSUER[,POWERS]"))
    var asset: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("A first balance.", valueName: "ADDRESS,CODE,AMOUNT"))
    var balance: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "An asset that pays fees: price of a million units of weight, deposit of an entry.",
            valueName: "CODE,PRICE,DEPOSIT"))
    var fee: [String]

    @Option(help: ArgumentHelp("Blocks of an epoch.", valueName: "blocks"))
    var epochLength: UInt64 = 86_400

    @Option(help: ArgumentHelp("Where to write the file.", valueName: "file"))
    var file: String = "genesis.json"

    func run() async throws {
        let founding = try Founding(self)
        let genesis = founding.genesis
        do { _ = try GenesisState(genesis) } catch {
            throw CommandError("These parts found no network: \(error).")
        }
        let founded = GenesisFile(genesis)
        try NewFile.write(Data(try founded.json.utf8), to: file)
        try output.show(
            GenesisAnswer(
                file: file, chain: founded.digest.hex, validators: genesis.validators.count,
                assets: genesis.assets.map(\.code.description)))
    }
}

struct GenesisAnswer: Answer {
    let file: String
    let chain: String
    let validators: Int
    let assets: [String]

    var text: String {
        var table = Table()
        table.add("file", file)
        table.add("network", chain)
        table.add("validators", String(validators))
        table.add("assets", assets.joined(separator: ", "))
        return """
            \(table.text)

            Every node joins with: argosy init --home DIRECTORY --genesis \(file)
            """
    }
}

/// Reads the options of ``GenesisCommand``.
struct Founding {
    let genesis: Genesis

    init(_ command: GenesisCommand) throws {
        guard let kind = NetworkKind.allCases.first(where: { "\($0)" == command.network }) else {
            throw CommandError("--network is main, test or local.")
        }
        let assets = try command.asset.map { try Self.asset($0, kind) }
        func id(_ code: Substring, _ option: String) throws -> Genesis.CreateAssetRecord {
            guard let asset = assets.first(where: { $0.code.description == code }) else {
                throw CommandError("\(option) names `\(code)`, which no --asset makes.")
            }
            return asset
        }
        let endowments = try command.balance.map { text in
            let parts = try Self.parts(text, "--balance", 3...3)
            let asset = try id(parts[1], "--balance")
            guard let amount = Amount(decimal: String(parts[2]), decimals: Int(asset.decimals))
            else {
                throw CommandError(
                    "--balance: `\(parts[2])` is not an amount with at most "
                        + "\(asset.decimals) decimals.")
            }
            return Endowment(
                account: try Self.account(parts[0], kind, "--balance"), asset: asset.id,
                amount: amount)
        }
        let fees = try command.fee.map { text in
            let parts = try Self.parts(text, "--fee", 3...3)
            let asset = try id(parts[0], "--fee")
            let amounts = parts[1...].compactMap {
                Amount(decimal: String($0), decimals: Int(asset.decimals))
            }
            guard amounts.count == 2 else {
                throw CommandError(
                    "--fee: `\(text)` needs a price and a deposit that are amounts of the asset.")
            }
            return FeeListEntry(
                asset: asset.id, price: amounts[0].minorUnits, deposit: amounts[1])
        }
        genesis = Genesis(
            network: kind, time: Timestamp(UInt64(Date().timeIntervalSince1970 * 1_000)),
            validators: try command.validator.map { try Self.validator($0, kind) },
            assets: assets, endowments: endowments,
            parameters: Parameters(
                epochLength: command.epochLength, receiptTerm: command.epochLength * 180,
                feeList: fees))
    }

    private static func validator(_ text: String, _ kind: NetworkKind) throws -> ValidatorRecord {
        let parts = try parts(text, "--validator", 4...5)
        guard let key = PublicKey(hex: String(parts[1])), key.isAdmissible else {
            throw CommandError(
                "--validator: `\(parts[1])` is not a vote key of 64 digits.",
                advice: "`argosy init --role validator` shows the vote key of a home.")
        }
        guard let weight = UInt64(parts[2]), weight > 0 else {
            throw CommandError("--validator: the weight is a whole number above zero.")
        }
        let pledge = parts.count == 5 ? Digest(hex: String(parts[4])) : nil
        guard parts.count == 4 || pledge != nil else {
            throw CommandError(
                "--validator: `\(parts[4])` is not a pledge of 64 digits.",
                advice: "`argosy init --role validator` shows the pledge beside the vote key.")
        }
        return ValidatorRecord(
            key: key, weight: weight, account: try account(parts[3], kind, "--validator"),
            name: String(parts[0]), pledge: pledge)
    }

    private static func asset(
        _ text: String, _ kind: NetworkKind
    ) throws -> Genesis.CreateAssetRecord {
        let parts = try parts(text, "--asset", 3...4)
        guard let code = AssetCode(String(parts[0])) else {
            throw CommandError("--asset: a code is 3 to 12 of A-Z and 0-9.")
        }
        guard let decimals = UInt32(parts[1]), decimals <= AssetLeaf.decimalLimit else {
            throw CommandError("--asset: decimals are 0 to \(AssetLeaf.decimalLimit).")
        }
        return Genesis.CreateAssetRecord(
            issuer: try account(parts[2], kind, "--asset"), code: code, decimals: decimals,
            powers: try parts.count == 4 ? Powers(text: parts[3]) : [])
    }

    private static func account(
        _ text: Substring, _ kind: NetworkKind, _ option: String
    ) throws -> AccountID {
        // A wallet that belongs to no network yet shows addresses of the main one.
        let early = NetworkKind.main.addressPrefix
        if kind != .main, let address = try? Address(String(text), prefix: early) {
            return AccountID(address.key)
        }
        do throws(AddressError) {
            return AccountID(try Address(String(text), prefix: kind.addressPrefix).key)
        } catch { throw CommandError("\(option): `\(text.prefix(100))` is no account: \(error).") }
    }

    private static func parts(
        _ text: String, _ option: String, _ count: ClosedRange<Int>
    ) throws -> [Substring] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard count.contains(parts.count) else {
            let wanted =
                count.count == 1
                ? "\(count.lowerBound)" : "\(count.lowerBound) or \(count.upperBound)"
            throw CommandError(
                "\(option): `\(text)` has \(parts.count) parts between commas, not \(wanted).",
                advice: "`argosy genesis --help` shows their order.")
        }
        return parts
    }
}

extension Powers {
    /// Reads `mint+freeze`.
    init(text: Substring) throws {
        self = []
        for word in text.split(separator: "+") {
            switch word {
            case "mint": insert(.mint)
            case "freeze": insert(.freeze)
            case "clawback": insert(.clawback)
            case "authorise": insert(.authorise)
            default:
                throw CommandError(
                    "`\(word)` is not a power; there are mint, freeze, clawback and authorise.")
            }
        }
    }
}
