public import Ledger
public import Primitives
public import Wire

/// Buys a receivable: money to the seller and token to the buyer, both or neither.
public struct FinanceReceivable: ActionKind {
    public static let number: UInt32 = 104

    public let order: Digest
    /// As it was offered, so that an offer that changes meanwhile is not taken by mistake.
    public let price: Amount
    public let hasRecourse: Bool

    public init(order: Digest, price: Amount, hasRecourse: Bool) {
        self.order = order
        self.price = price
        self.hasRecourse = hasRecourse
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        price = Amount(minorUnits: try cursor.uint64(2, "price", of: bytes))
        hasRecourse = try cursor.bool(3, "has_recourse", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint64(2, price.minorUnits)
        writer.bool(3, hasRecourse)
    }

    public var entryCount: Int { 6 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var token = try draft.receivable(of: self.order)
        guard token.state == .offered, order.receivable != nil else { throw .wrongState }
        guard source != token.seller else { throw .notEntitled }
        guard price == token.price, hasRecourse == token.hasRecourse else { throw .contradiction }
        let id = Receivable.id(of: self.order)
        try draft.carryOut(
            [
                .lock(price, from: source, into: .stake),
                .payRest(from: .stake, to: token.seller),
            ], of: id, in: order.terms.asset)
        (token.holder, token.state, token.changed) = (source, .financed, draft.height)
        let step = RecordStep(
            Self.number, by: source, subject: self.order, code: price.minorUnits)
        try draft.update(token, at: id, step)
        let noted = step.noted(
            .receivable, token.state.rawValue, of: self.order,
            other: PartyRecord.id(of: source))
        try draft.note(token.seller, noted, paidBy: source)
    }
}
