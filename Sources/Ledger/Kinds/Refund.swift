public import Primitives
public import Wire

/// Returns a payment, or a part of it, to whoever paid.
///
/// The asset is the payment's, and all refunds together are at most what was paid (rule L16).
public struct Refund: ActionKind {
    public static let number: UInt32 = 3

    public let payment: PaymentID
    public let amount: Amount
    public let reference: FixedBytes<8>?

    public init(payment: PaymentID, amount: Amount, reference: FixedBytes<8>? = nil) {
        self.payment = payment
        self.amount = amount
        self.reference = reference
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        payment = try cursor.fixed(1, "payment", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(2, "amount", of: bytes))
        reference = try cursor.optionalFixed(3, "reference", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, payment)
        writer.uint64(2, amount.minorUnits)
        writer.fixed(3, reference)
    }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {
        guard amount > .zero else { throw .amountZero }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard var receipt = draft.receipt(payment) else { throw .unknownPayment }
        guard receipt.recipient == source else { throw .notRecipient }
        do { receipt.refunded = try receipt.refunded.adding(amount) } catch {
            throw .refundExceedsPayment
        }
        guard receipt.refunded <= receipt.amount else { throw .refundExceedsPayment }
        draft.set(receipt, of: payment)
        try draft.debit(
            BalanceID(source, receipt.asset), amount,
            for: Movement(
                .refundPaid, with: receipt.payer, reference: reference, payment: payment))
        try draft.credit(
            BalanceID(receipt.payer, receipt.asset), amount,
            for: Movement(
                .refundReceived, with: source, reference: reference, payment: payment))
    }
}
