public import Ledger
public import Primitives
public import Wire

/// The seller makes the one token of what an order still pays him.
public struct MintReceivable: ActionKind {
    public static let number: UInt32 = 102

    public let order: Digest
    /// At most what the order pays at its good end, deposits not counted.
    public let amount: Amount
    public let due: Timestamp

    public init(order: Digest, amount: Amount, due: Timestamp) {
        self.order = order
        self.amount = amount
        self.due = due
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(2, "amount", of: bytes))
        due = Timestamp(try cursor.uint64(3, "due_ms", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint64(2, amount.minorUnits)
        writer.uint64(3, due.milliseconds)
    }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {
        guard amount > .zero else { throw .amountZero }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        try order.requireSeller(source)
        guard due > draft.time else { throw .tooLate }
        guard let most = order.receivable else { throw .wrongState }
        guard amount <= most else { throw .termsInvalid }
        let token = Receivable(
            order: self.order, seller: source, amount: amount, due: due, at: draft.moment)
        try draft.open(
            token, at: Receivable.id(of: self.order), for: source,
            RecordStep(
                Self.number, by: source, subject: self.order, code: amount.minorUnits))
    }
}

extension Order {
    /// What it still pays its seller if all goes well, once a carrier has the goods; `nil` for orders
    /// that pay him before, and for those in dispute.
    var receivable: Amount? {
        switch (terms.settlement, phase) {
        case (.locked, .shipped), (.locked, .delivered): terms.price.less(tally.refunded)
        case (.balance, .shipped), (.balance, .balanceDue): terms.balanceDue
        default: nil
        }
    }
}
