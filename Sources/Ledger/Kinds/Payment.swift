public import Primitives
public import Wire

/// Moves amounts of one asset from the source to one or more recipients.
///
/// The amount in an output is the amount delivered (design R6).
public struct Payment: ActionKind {
    public static let number: UInt32 = 2

    public static let outputLimit = 64

    /// One recipient's part.
    public struct Output: Hashable, Sendable, WireCodable {
        public let recipient: AccountID
        public let amount: Amount
        /// Tells the recipient what the payment is for.
        public let reference: FixedBytes<8>?
        /// Leaves a receipt in the state, so that the payment can be refunded.
        public let leavesReceipt: Bool

        public init(
            recipient: AccountID, amount: Amount, reference: FixedBytes<8>? = nil,
            leavesReceipt: Bool = false
        ) {
            self.recipient = recipient
            self.amount = amount
            self.reference = reference
            self.leavesReceipt = leavesReceipt
        }

        public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            recipient = try cursor.fixed(1, "recipient", of: bytes)
            amount = Amount(minorUnits: try cursor.uint64(2, "amount", of: bytes))
            reference = try cursor.optionalFixed(3, "reference", of: bytes)
            leavesReceipt = try cursor.bool(4, "receipt", of: bytes)
        }

        public func encode(into writer: inout WireWriter) {
            writer.fixed(1, recipient)
            writer.uint64(2, amount.minorUnits)
            writer.fixed(3, reference)
            writer.bool(4, leavesReceipt)
        }
    }

    public let asset: AssetID
    public let outputs: [Output]

    public init(asset: AssetID, outputs: [Output]) {
        self.asset = asset
        self.outputs = outputs
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        outputs = try cursor.messages(2, "outputs", limit: Self.outputLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.messages(2, outputs)
    }

    public var entryCount: Int {
        outputs.reduce(1) { $0 + ($1.leavesReceipt ? 2 : 1) }
    }

    public var spending: [(asset: AssetID, amount: Amount)] {
        [(asset, Amount(minorUnits: UInt64(clamping: total)))]
    }

    private var total: UInt128 {
        outputs.reduce(0) { $0 + UInt128($1.amount.minorUnits) }
    }

    public func check() throws(Rejection) {
        guard !outputs.isEmpty else { throw .malformed }
        for output in outputs where output.amount == .zero { throw .amountZero }
        guard Amount.fits(total) else { throw .amountOverflow }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for (index, output) in outputs.enumerated() {
            try draft.checkWelcome(output.amount, asset, from: source, to: output.recipient)
            let payment =
                output.leavesReceipt
                ? draft.leaveReceipt(of: output, of: asset, from: source, index: index) : nil
            try draft.debit(
                BalanceID(source, asset), output.amount,
                for: Movement(
                    .paid, with: output.recipient, reference: output.reference, payment: payment))
            try draft.credit(
                BalanceID(output.recipient, asset), output.amount,
                for: Movement(
                    .received, with: source, reference: output.reference, payment: payment))
        }
    }
}

extension Draft {
    /// Asks the recipient's policy; nobody refuses a payment from himself.
    mutating func checkWelcome(
        _ amount: Amount, _ asset: AssetID, from sender: AccountID, to recipient: AccountID
    ) throws(Rejection) {
        guard sender != recipient, let policy = policy(recipient) else { return }
        if let refusal = policy.refusal(of: amount, asset, from: sender) { throw refusal }
    }

    fileprivate mutating func leaveReceipt(
        of output: Payment.Output, of asset: AssetID, from payer: AccountID, index: Int
    ) -> PaymentID? {
        guard let scope else { return nil }
        let id = PaymentID(transaction: scope.transaction, action: scope.action, output: index)
        let leaf = ReceiptLeaf(
            payer: payer, recipient: output.recipient, asset: asset, amount: output.amount,
            height: height, deposit: deposit(for: payer))
        set(leaf, of: id)
        self.scope?.payments.append(id)
        return id
    }
}
