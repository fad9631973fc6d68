import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Trade
import Wire

/// Clearance by hand: `argosy clearance secret | seal | open | declare | rule | …`.
///
/// The names are those of the table in the specification of Trade, rule T153.
struct ClearanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clearance",
        abstract: "Clear a parcel: seal and open its documents, declare it, rule on it.",
        discussion: """
            Order, payment, waybill and list are sealed by their signers, then opened as \
            commitments; the network compares them, and nobody reads them but customs.
              argosy clearance secret ORDER --account buyer
              argosy clearance seal ORDER waybill 511.xml --secret SECRET --opening w.opening \
            --account haulier
              argosy clearance open ORDER w.opening --account haulier
              argosy clearance declare ORDER --estimate 9.10 --account agent
              argosy clearance read ORDER waybill --account customs
              argosy clearance rule ORDER 120 --account customs
            """,
        subcommands: [
            SecretCommand.self, SealCommand.self, OpenCommand.self, ShowClearanceCommand.self,
            DeclareCommand.self, ReadDocumentCommand.self, RuleCommand.self, ExposeCommand.self,
            ReportCommand.self, CancelClearance.self,
            TimeOutClearanceStep.Command.self,
        ])

    typealias CancelClearance = PlainStep<CancelDeclarationStep>
}

enum CancelDeclarationStep: PlainOrderStep {
    static let name = "cancel"
    static let abstract = "The agent takes the declaration back; the duty goes to the buyer."
    static func action(_ order: Digest) -> Action.Kind {
        .cancelDeclaration(CancelDeclaration(order: order))
    }
}

enum TimeOutClearanceStep: PlainOrderStep {
    typealias Command = PlainStep<TimeOutClearanceStep>

    static let name = "timeout"
    static let abstract = "Anybody says that the time to seal, open or amend is over."
    static func action(_ order: Digest) -> Action.Kind {
        .timeOutClearance(TimeOutClearance(order: order))
    }
}

/// Prints the secret of an order: `argosy clearance secret`.
struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Print the secret from which the keys of an order's fields follow.",
        discussion: """
            It follows from the buyer's key, so it is never lost. The buyer gives it to the signers \
            of the four documents. Whoever has it can check every field of this order, and no \
            other order.
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Option(help: ArgumentHelp("The buyer; a name of the wallet.", valueName: "name"))
    var account: String?

    @Option(help: "Counted from 1; each amendment begins a new one.")
    var round: UInt32 = 1

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(home)
        let name = try session.account(account).name
        let secret = try session.secret(of: id, round: round, by: name, passphrase: passphrase)
        try output.show(SecretAnswer(order: id.hex, round: round, secret: Digest(secret).hex))
    }
}

struct SecretAnswer: Answer {
    let order: String
    let round: UInt32
    let secret: String

    var text: String { secret }
}

/// Shows where a clearance is: `argosy clearance show`.
struct ShowClearanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Show a clearance: who has sealed and opened, which rules failed, what customs said.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(home)
        let clearance = try await session.clearance(id)
        try output.show(ClearanceAnswer(id, clearance) { session.address(of: $0) })
    }
}

extension WalletSession {
    /// - Throws: ``CommandError`` when nothing was sealed for the order.
    func clearance(_ order: Digest) async throws -> Clearance {
        guard let clearance = try await record(order, as: Clearance.self) else {
            throw CommandError(
                "Nothing was sealed for this order.",
                advice: "Its signers begin with `argosy clearance seal`.")
        }
        return clearance
    }
}

struct ClearanceAnswer: Answer {
    struct Document: Encodable {
        let kind: String
        /// `missing`, `sealed` or `opened`, in this round.
        let state: String
        let signer: String
        /// Whether it was proved that it contradicts its commitments.
        let exposed: Bool
    }

    let order: String
    /// Such as `matched`; the last state when `customs` is false.
    let state: String
    let round: UInt32
    let documents: [Document]
    /// Names of the rules that failed.
    let failed: [String]
    /// Documents that were not sealed or opened in time.
    let missing: [String]
    /// The last that customs said; 0 before.
    let status: UInt32
    let reason: UInt32
    /// Whether the order accepts anybody as customs.
    let customs: Bool

    init(_ id: Digest, _ clearance: Clearance, address: (AccountID) -> String) {
        order = id.hex
        state = "\(clearance.state)"
        round = clearance.round
        documents = MatchDocumentKind.allCases.map { kind in
            let seal = clearance[kind]
            let word = clearance.isSealed(kind) ? "sealed" : "missing"
            return Document(
                kind: "\(kind)", state: clearance.isOpened(kind) ? "opened" : word,
                signer: seal.map { address($0.signer) } ?? "", exposed: seal?.isExposed ?? false)
        }
        failed = clearance.verdict.names
        missing = clearance.verdict.missing.map { "\($0)" }
        status = clearance.verdict.status
        reason = clearance.verdict.reason
        customs = clearance.hasCustoms
    }

    var text: String {
        var table = Table()
        table.add("order", order)
        table.add("state", "\(state), round \(round)")
        for document in documents {
            table.add(
                document.kind, document.state,
                document.signer + (document.exposed ? "  EXPOSED" : ""))
        }
        if !failed.isEmpty { table.add("failed", failed.joined(separator: " ")) }
        if !missing.isEmpty { table.add("in default", missing.joined(separator: " ")) }
        if status > 0 { table.add("customs", "\(status), reason \(reason)") }
        let end =
            customs
            ? "" : "\nNo customs takes part in this order: `matched` is as far as it can come here."
        return table.text + end
    }
}
