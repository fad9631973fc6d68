import ArgumentParser
import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

extension ItemCommand {
    /// The key of a thing: 64 hexadecimal digits, or the hash of its Digital Link or EPC URN.
    static func key(of text: String) -> Digest {
        Digest(hex: text) ?? ItemEvent.Thing(text).key
    }

    /// Calls things back: `argosy item recall`.
    struct Recall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The maker of things calls them back, and what was made of them.",
            discussion: """
                The ledger gets the hash of the notice. `argosy trace ITEM` shows it to everybody \
                who has such a thing, or one that it went into.
                """)

        @OptionGroup var step: StepOptions

        @Argument(help: "Digital Links, EPC URNs or keys of the things.")
        var items: [String]

        @Option(help: ArgumentHelp("The notice to those who have them.", valueName: "file"))
        var notice: String

        func run() async throws {
            let keys = try ItemCommand.keys(of: items)
            let bytes = try DocumentFile.bytes(notice, limit: 1 << 20)
            let hash = Digest(hashing: bytes, in: .packing)
            let session = try await WalletSession(step.home)
            try await ItemCommand.take(
                .recallItems(RecallItems(notice: hash, items: keys)), hash, keys, step, session)
        }
    }

    /// Says that a recall has arrived: `argosy item acknowledge`.
    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whoever has things says that a recall has reached him.")

        @OptionGroup var step: StepOptions

        @Argument(help: "Digital Links, EPC URNs or keys of the things.")
        var items: [String]

        @Option(help: ArgumentHelp("Hash of the notice, as a trace shows it.", valueName: "hash"))
        var notice: String

        func run() async throws {
            let keys = try ItemCommand.keys(of: items)
            let hash = try Digest(notice, of: "--notice")
            let session = try await WalletSession(step.home)
            try await ItemCommand.take(
                .acknowledgeRecall(AcknowledgeRecall(notice: hash, items: keys)), hash, keys,
                step, session)
        }
    }

    private static func keys(of items: [String]) throws -> [Digest] {
        let keys = Set(items.map(key)).sorted()
        guard (1...ItemLimits.thingCount).contains(keys.count) else {
            throw CommandError(
                "\(keys.count) things were named.",
                advice: "From 1 to \(ItemLimits.thingCount) can be named at once.")
        }
        return keys
    }

    private static func take(
        _ action: Action.Kind, _ notice: Digest, _ items: [Digest], _ step: StepOptions,
        _ session: WalletSession
    ) async throws {
        let account = try session.account(step.account)
        let signed = try await session.sign(
            [Action(action)], by: account.name, passphrase: step.passphrase, fee: step.fee,
            with: step.with.map { [$0] } ?? [])
        let answer = try await session.submit(signed)
        try step.output.show(
            RecallAnswer(
                notice: notice.hex, items: items.map(\.hex), transaction: answer.id,
                height: answer.height))
    }
}

struct RecallAnswer: Answer {
    /// Hash of the notice.
    let notice: String
    /// Keys of the things.
    let items: [String]
    let transaction: String
    let height: UInt64

    var text: String {
        var table = Table()
        table.add("notice", notice)
        for item in items { table.add("thing", item) }
        table.add("transaction", transaction)
        table.add("block", String(height))
        return "final\n\(table.text)"
    }
}
