public import Ledger
public import Primitives
public import Wire

/// Buys a receivable: money to the seller and token to the buyer, both or neither.
public struct FinanceReceivable: ActionKind {
    public static let number: UInt32 = 104

    /// As it was offered, so that an offer that changes meanwhile is not taken by mistake.
    public let offer: OfferReceivable

    public init(order: Digest, price: Amount, hasRecourse: Bool) {
        offer = OfferReceivable(order: order, price: price, hasRecourse: hasRecourse)
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        offer = try OfferReceivable(from: bytes, at: &cursor)
    }

    public func encode(into writer: inout WireWriter) { offer.encode(into: &writer) }

    public var entryCount: Int { 6 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let (id, price) = (offer.order, offer.price)
        let order = try draft.order(id)
        var token = try draft.receivable(of: id)
        guard token.state == .offered, order.receivable != nil else { throw .wrongState }
        guard source != token.seller else { throw .notEntitled }
        guard price == token.price, offer.hasRecourse == token.hasRecourse else {
            throw .contradiction
        }
        let name = Receivable.id(of: id)
        try draft.carryOut(
            [
                .lock(price, from: source, into: .stake),
                .payRest(from: .stake, to: token.seller),
            ], of: name, in: order.terms.asset)
        (token.holder, token.state, token.changed) = (source, .financed, draft.height)
        let step = RecordStep(
            Self.number, by: source, subject: id, code: price.minorUnits)
        try draft.update(token, at: name, step)
        let noted = step.noted(
            .receivable, token.state.rawValue, of: id,
            other: PartyRecord.id(of: source))
        try draft.note(token.seller, noted, paidBy: source)
    }
}
