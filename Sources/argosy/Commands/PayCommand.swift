import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Wire

/// Pays: `argosy pay --to argosy1… --amount 12.50 --asset GBP`.
struct PayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay", abstract: "Pay an amount, and wait until it is final and proved.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var fee: FeeOptions

    @Option(help: ArgumentHelp("Whose money; a name of the wallet.", valueName: "name"))
    var account: String?

    @Option(help: ArgumentHelp("The payee's address, with its reference if it has one."))
    var to: String

    @Option(help: "The amount that arrives, such as 12.50.")
    var amount: String

    @Option(help: "The asset's code, or its id.")
    var asset: String

    @Flag(help: "Leave no receipt: cheaper, and it cannot be refunded by `argosy refund`.")
    var noReceipt = false

    @OptionGroup var printing: PrintingOptions

    func run() async throws {
        let session = try await WalletSession(home)
        let payer = try session.account(account)
        let payee = try session.recipient(to)
        let asset = try await session.asset(asset)
        guard let assetID = AssetID(hex: asset.id) else { throw CommandError.otherAnswer }
        let units = try session.amount(amount, of: asset)
        let payment = Payment(
            asset: assetID,
            outputs: [
                .init(
                    recipient: AccountID(payee.key), amount: units, reference: payee.reference,
                    leavesReceipt: !noReceipt)
            ])
        let signed = try await session.sign(
            [Action(.payment(payment))], by: payer.name, passphrase: passphrase, fee: fee,
            sequence: printing.sequence)
        guard !printing.print else { return try output.show(SignedAnswer(signed)) }
        let answer = try await session.submit(signed)
        let proof = try await ProofCheck.fetch(answer.payments.first, session)
        try output.show(
            PaymentAnswer(
                transaction: answer.id, payment: answer.payments.first,
                amount: units.decimal(asset.decimals), asset: asset.code,
                to: session.address(of: payee.key), height: answer.height,
                milliseconds: answer.milliseconds, proof: proof?.sentence))
    }
}

struct PaymentAnswer: Answer {
    let transaction: String
    /// Names the payment for a refund; none when it left no receipt.
    let payment: String?
    let amount: String
    let asset: String
    let to: String
    let height: UInt64
    let milliseconds: UInt64
    /// What the wallet itself checked.
    let proof: String?

    var text: String {
        var table = Table()
        table.add("to", to)
        table.add("transaction", transaction)
        if let payment { table.add("payment", payment) }
        table.add("block", String(height))
        table.add("proof", proof ?? "none: the payment left no receipt")
        return "final: \(amount) \(asset) in \(milliseconds) ms\n\(table.text)"
    }
}

/// Returns a payment: `argosy refund PAYMENT --amount 3.00`.
struct RefundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Return a payment, or a part of it, to whoever paid.",
        discussion: "All refunds of a payment together are at most what was paid.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var fee: FeeOptions

    @Argument(help: "The payment, as `argosy pay` and `argosy history` name it.")
    var payment: String

    @Option(help: ArgumentHelp("Who was paid; a name of the wallet.", valueName: "name"))
    var account: String?

    @Option(help: "How much; without it, all that is left.")
    var amount: String?

    func run() async throws {
        let session = try await WalletSession(home)
        let merchant = try session.account(account)
        guard let id = PaymentID(hex: payment) else {
            throw CommandError("A payment is named by 64 hexadecimal digits.")
        }
        guard let paid = try await ProofCheck.fetch(payment, session) else {
            throw CommandError(
                "The network holds no receipt of payment \(payment.prefix(16))….",
                advice: "It was made without one, or it was closed.")
        }
        guard paid.receipt.recipient == AccountID(merchant.key) else {
            throw CommandError(
                "`\(merchant.name)` was not paid by that payment; only who was paid refunds it.",
                advice: "Name the account that was paid with --account.")
        }
        let asset = try await session.asset(paid.receipt.asset.hex)
        let left = Amount(
            minorUnits: paid.receipt.amount.minorUnits - paid.receipt.refunded.minorUnits)
        let units = try amount.map { try session.amount($0, of: asset) } ?? left
        guard units <= left, left > .zero else {
            throw CommandError(
                "Only \(left.decimal(asset.decimals)) \(asset.code) of that payment is left to "
                    + "refund.")
        }
        let answer = try await session.submit(
            [Action(.refund(Refund(payment: id, amount: units)))], by: merchant.name,
            passphrase: passphrase, fee: fee)
        let proof = try await ProofCheck.fetch(payment, session)
        try output.show(
            PaymentAnswer(
                transaction: answer.id, payment: payment, amount: units.decimal(asset.decimals),
                asset: asset.code, to: session.address(of: paid.receipt.payer),
                height: answer.height, milliseconds: answer.milliseconds,
                proof: proof?.sentence))
    }
}
