import Chain
import Documents
import Ledger
import Node
import Primitives
import Wire

/// Plays the payments and refunds of an invoice file through light wallets.
///
/// Each account has a lane that hands its transactions in by order of sequence; a refund waits until
/// the payment that it returns is final.
actor InvoiceReplay {
    /// Transactions of one account that are under way at a time.
    static let windowLimit = 8

    /// What became of the steps so far.
    struct Progress: Sendable {
        var payments = 0
        var refunds = 0
        var failed: [String: Int] = [:]
        /// From handing in to a proof of finality; one for each transaction.
        ///
        /// - Unit: milliseconds.
        var finality: [Int] = []
        var proofs = 0

        var done: Int { payments + refunds + failed.values.reduce(0, +) }
    }

    private let founding: DevnetFounding
    private let maker: TransactionMaker
    private let head: Height
    private let desk: SubmissionDesk
    private(set) var progress = Progress()
    /// Payments by the invoice that they pay; `nil` for one that failed.
    private var payments: [String: PaymentID?] = [:]
    private var waiting: [String: [CheckedContinuation<PaymentID?, Never>]] = [:]

    init(_ desk: SubmissionDesk, _ founding: DevnetFounding, head: Height) {
        self.desk = desk
        self.founding = founding
        self.head = head
        maker = TransactionMaker(founding.genesis)
    }

    /// A payment to show a proof of.
    var somePayment: PaymentID? {
        payments.sorted { $0.key < $1.key }.lazy.compactMap(\.value).first
    }

    /// Runs every lane to its end.
    nonisolated func run(_ plan: InvoicePlan) async {
        var lanes: [String: [InvoicePlan.Payment]] = [:]
        var refunds: [InvoicePlan.Refund] = []
        for step in plan.steps {
            switch step {
            case .payment(let payment): lanes[payment.customer, default: []].append(payment)
            case .refund(let refund): refunds.append(refund)
            }
        }
        await withTaskGroup(of: Void.self) { [lanes, refunds] group in
            group.addTask { await self.refundAll(refunds) }
            for (customer, steps) in lanes {
                group.addTask { await self.payAll(steps, of: customer) }
            }
        }
    }

    private func payAll(_ steps: [InvoicePlan.Payment], of customer: String) async {
        guard let key = founding.customerKeys[customer] else { return }
        let merchant = AccountID(founding.merchantKey.publicKey)
        await lane(steps, key) { step in
            let output = Payment.Output(
                recipient: merchant, amount: Amount(minorUnits: step.pence),
                reference: Self.reference(step.invoice), leavesReceipt: true)
            return [Action(.payment(Payment(asset: self.founding.currency, outputs: [output])))]
        } done: { step, outcome in
            await self.settled(payment: step, outcome)
        }
    }

    private func refundAll(_ steps: [InvoicePlan.Refund]) async {
        await lane(steps, founding.merchantKey) { step in
            var actions: [Action] = []
            for part in step.parts {
                guard let payment = await self.payment(of: part.sale) else { return nil }
                actions.append(
                    Action(
                        .refund(
                            Refund(
                                payment: payment, amount: Amount(minorUnits: part.pence),
                                reference: Self.reference(step.invoice)))))
            }
            return actions
        } done: { _, outcome in
            await self.settled(refund: outcome)
        }
    }

    /// Hands in one account's transactions, a window of them at a time.
    private nonisolated func lane<Step: Sendable>(
        _ steps: [Step], _ key: SigningKey,
        actions: @escaping @Sendable (Step) async -> [Action]?,
        done: @escaping @Sendable (Step, Outcome) async -> Void
    ) async {
        var sequence = Sequence(0)
        await withTaskGroup(of: Void.self) { group in
            for (index, step) in steps.enumerated() {
                if index >= Self.windowLimit { await group.next() }
                guard let actions = await actions(step) else {
                    await done(step, .failed("the payment to return has failed"))
                    continue
                }
                let transaction: Transaction
                do {
                    transaction = try maker.make(
                        actions, by: [key], for: AccountID(key.publicKey),
                        sequence: sequence.next, head: head, feeAsset: founding.fee)
                } catch {
                    await done(step, .failed("\(error)"))
                    continue
                }
                sequence = sequence.next
                group.addTask { await done(step, await self.submit(transaction)) }
            }
        }
    }

    private enum Outcome: Sendable {
        case applied(ProvedOutcome)
        case failed(String)
    }

    private nonisolated func submit(_ transaction: Transaction) async -> Outcome {
        switch await desk.submit(transaction) {
        case .final(let outcome):
            outcome.receipt.rejection.map { .failed("\($0)") } ?? .applied(outcome)
        case .failed(let reason): .failed(reason)
        }
    }

    private func settled(payment: InvoicePlan.Payment, _ outcome: Outcome) {
        var id: PaymentID?
        switch outcome {
        case .applied(let proved):
            progress.payments += 1
            id = proved.receipt.payments.first
            count(proved)
        case .failed(let reason): progress.failed[reason, default: 0] += 1
        }
        payments[payment.invoice] = .some(id)
        for waiter in waiting.removeValue(forKey: payment.invoice) ?? [] {
            waiter.resume(returning: id)
        }
    }

    private func settled(refund outcome: Outcome) {
        switch outcome {
        case .applied(let proved):
            progress.refunds += 1
            count(proved)
        case .failed(let reason): progress.failed[reason, default: 0] += 1
        }
    }

    private func count(_ proved: ProvedOutcome) {
        let (seconds, attoseconds) = proved.duration.components
        progress.finality.append(
            Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
        progress.proofs += 1
    }

    /// Waits until the payment of an invoice is final.
    private func payment(of invoice: String) async -> PaymentID? {
        if let known = payments[invoice] { return known }
        return await withCheckedContinuation { waiting[invoice, default: []].append($0) }
    }

    /// The invoice's number as a payment reference: its first eight characters.
    private static func reference(_ invoice: String) -> FixedBytes<8> {
        var bytes = FixedBytes<8>()
        for (index, byte) in invoice.utf8.prefix(8).enumerated() { bytes[index] = byte }
        return bytes
    }
}
