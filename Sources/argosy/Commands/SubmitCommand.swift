import ArgumentParser
import Chain
import Node
import Primitives
import Wire

/// Options of commands that sign, for signing in one place and handing in at another.
struct PrintingOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Sign, print the transaction in hexadecimal digits, and hand it to nobody; "
                + "`argosy submit` does that, here or on another machine."))
    var print = false

    @Option(
        help: ArgumentHelp(
            "The account's sequence, to print several transactions before the first is final.",
            valueName: "number"))
    var sequence: UInt64?

    func validate() throws {
        guard sequence == nil || print else {
            throw ValidationError("--sequence goes with --print")
        }
    }
}

/// A signed transaction that was handed to nobody.
struct SignedAnswer: Answer {
    /// The transaction's id.
    let id: String
    let sequence: UInt64
    /// The last height at which it can enter a block.
    let expiry: UInt64
    /// All of it, in hexadecimal digits.
    let bytes: String

    init(_ transaction: Transaction) {
        id = transaction.id.hex
        sequence = transaction.body.sequence.number
        expiry = transaction.body.expiry.number
        bytes = Hex.encode(transaction.bytes)
    }

    var text: String { bytes }
}

/// Hands in a transaction that was signed elsewhere: `argosy submit HEX`.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Hand in a signed transaction, as `argosy pay --print` prints it.",
        discussion: "Waits until the transaction is final; with --no-wait, until a node took it.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The transaction, in hexadecimal digits.")
    var transaction: String

    @Flag(help: "End as soon as a node has taken it.")
    var noWait = false

    func run() async throws {
        guard let bytes = Hex.decode(transaction), let signed = try? Transaction(wire: bytes) else {
            throw CommandError(
                "That is no transaction.", advice: "Give what `argosy pay --print` printed.")
        }
        guard noWait else {
            return try output.show(
                SubmittedAnswer(try await WalletSession.submit(signed, to: home)))
        }
        let request = ControlRequest.submit(transaction: transaction, wait: false)
        guard case .submitted(let answer) = try await home.ask(request) else {
            throw CommandError.otherAnswer
        }
        guard answer.outcome != .refused else {
            throw CommandError("The network refused: \(answer.reason)")
        }
        try output.show(SubmittedAnswer(answer))
    }
}

struct SubmittedAnswer: Answer {
    let transaction: String
    /// `applied`, or `pending` when nobody waited for more.
    let outcome: String
    let height: UInt64
    /// Names of the payments that it made, in order.
    let payments: [String]

    init(_ answer: SubmissionAnswer) {
        transaction = answer.id
        outcome = answer.outcome.rawValue
        height = answer.height
        payments = answer.payments
    }

    var text: String {
        var table = Table()
        table.add("transaction", transaction)
        if outcome == "applied" { table.add("block", String(height)) }
        for payment in payments { table.add("payment", payment) }
        return "\(outcome == "applied" ? "final" : outcome)\n\(table.text)"
    }
}
