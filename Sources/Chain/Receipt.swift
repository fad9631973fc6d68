public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let outcome = HashDomain("argosy/outcome")
}

/// What became of a transaction in a block.
public struct Receipt: Hashable, Sendable, WireCodable {
    /// Id of the transaction.
    public let transaction: Digest
    /// Why it failed; `nil` when every action was applied.
    public let rejection: Rejection?
    /// Index of the action that failed; the count of actions when the deposits were not covered.
    public let failedAction: UInt32
    /// Paid in the asset that the body names.
    public let fee: Amount
    /// Payments that left a receipt in the state, in order.
    public let payments: [PaymentID]

    public init(
        transaction: Digest, rejection: Rejection?, failedAction: UInt32, fee: Amount,
        payments: [PaymentID]
    ) {
        self.transaction = transaction
        self.rejection = rejection
        self.failedAction = failedAction
        self.fee = fee
        self.payments = payments
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        transaction = try cursor.fixed(1, "transaction", of: bytes)
        let start = cursor.offset
        let code = try cursor.uint32(2, "rejection", of: bytes)
        rejection = Rejection(rawValue: code)
        guard code == 0 || rejection != nil else {
            throw WireError(.unknownCase(UInt64(code)), at: start).inside("rejection")
        }
        failedAction = try cursor.uint32(3, "failed_action", of: bytes)
        fee = Amount(minorUnits: try cursor.uint64(4, "fee", of: bytes))
        payments = try cursor.fixedList(
            5, "payments", limit: Body.actionLimit * Payment.outputLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, transaction)
        writer.uint32(2, rejection?.rawValue ?? 0)
        writer.uint32(3, failedAction)
        writer.uint64(4, fee.minorUnits)
        writer.fixedList(5, payments)
    }

    public var succeeded: Bool { rejection == nil }

    /// What the receipts root of a block is made of.
    public var digest: Digest { Digest(hashing: wire, in: .outcome) }

    /// The same, written in a room that is there already.
    func digest(by writer: inout WireWriter) -> Digest {
        writer.clear()
        encode(into: &writer)
        return Digest(hashing: writer.bytes.span, in: .outcome)
    }
}
