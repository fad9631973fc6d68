import ArgumentParser
import Chain
import Foundation
import Ledger
import Node
import Primitives

/// Fetches and checks proofs of payments.
struct ProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof", abstract: "Save the proof of a payment, or check one without a node.",
        subcommands: [Get.self, Check.self])

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save the proof of a payment as a file.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The payment, as `argosy pay` names it.")
        var payment: String

        @Option(help: ArgumentHelp("Where to write it.", valueName: "file"))
        var file: String

        func run() async throws {
            guard PaymentID(hex: payment) != nil else {
                throw CommandError("A payment is named by 64 hexadecimal digits.")
            }
            guard case .proof(let answer) = try await home.ask(.proof(payment: payment)),
                let bytes = Hex.decode(answer.file)
            else { throw CommandError.otherAnswer }
            let genesis = try home.node.genesis().decoded
            let finding = try ProofCheck(bytes, genesis: genesis)
            try NewFile.write(Data(bytes), to: file)
            try output.show(ProofAnswerText(finding, genesis, file: file))
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a saved proof; no node and no network is needed.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The file that `argosy proof get` wrote.")
        var file: String

        @Option(
            help: ArgumentHelp(
                "The genesis file of the network; without it, that of the home.",
                valueName: "file"))
        var genesis: String?

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandError("\(file) cannot be read.")
            }
            let genesis =
                try genesis.map { try Home.genesis(at: $0) } ?? home.node.genesis()
            let document = try genesis.decoded
            let finding = try ProofCheck(Array(data), genesis: document)
            try output.show(ProofAnswerText(finding, document, file: file))
        }
    }
}

struct ProofAnswerText: Answer {
    let valid = true
    let file: String
    let payer: String
    let recipient: String
    let amount: String
    let refunded: String
    let asset: String
    let paidAtHeight: UInt64
    let provedAtHeight: UInt64
    let provedAt: String
    let signedWeight: UInt64
    let totalWeight: UInt64
    let chain: String

    init(_ check: ProofCheck, _ genesis: Genesis, file: String) {
        let known = genesis.assets.first { $0.id == check.receipt.asset }
        let decimals = Int(known?.decimals ?? 0)
        func address(_ account: AccountID) -> String {
            Address(key: account.foundingKey).text(prefix: genesis.network.addressPrefix)
        }
        self.file = file
        payer = address(check.receipt.payer)
        recipient = address(check.receipt.recipient)
        amount = check.receipt.amount.decimal(decimals)
        refunded = check.receipt.refunded.decimal(decimals)
        asset = known?.code.description ?? check.receipt.asset.hex
        paidAtHeight = check.receipt.height.number
        provedAtHeight = check.header.height.number
        provedAt = Date(timeIntervalSince1970: Double(check.header.time.milliseconds) / 1_000)
            .formatted(.iso8601)
        signedWeight = check.signed
        totalWeight = check.total
        chain = genesis.digest.hex
    }

    var text: String {
        var table = Table()
        table.add("file", file)
        table.add("paid", "\(amount) \(asset), of which \(refunded) was refunded")
        table.add("by", payer)
        table.add("to", recipient)
        table.add("in block", String(paidAtHeight))
        table.add("proved in", "block \(provedAtHeight) of \(provedAt)")
        table.add("signed by", "\(signedWeight) of \(totalWeight) votes")
        table.add("network", String(chain.prefix(16)))
        return "valid\n\(table.text)"
    }
}
