public import Ledger
public import Primitives
public import Wire

/// Orders on terms, and pays in what they say.
///
/// Directly paid orders need a quote of the seller; for the others the seller signs this very
/// transaction, so that neither side funds alone (reference trade 7.1.2).
public struct PlaceOrder: ActionKind {
    public static let number: UInt32 = 36

    public let terms: Terms
    /// The buyer's own.
    public let number: UInt64
    /// See ``Order/code(of:for:)``; absent when the buyer will sign the delivery.
    public let code: Digest?

    public init(terms: Terms, number: UInt64, code: Digest? = nil) {
        self.terms = terms
        self.number = number
        self.code = code
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        terms = try cursor.message(1, "terms", of: bytes)
        number = try cursor.uint64(2, "number", of: bytes)
        code = try cursor.optionalFixed(3, "code", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, terms)
        writer.uint64(2, number)
        writer.fixed(3, code)
    }

    public var entryCount: Int { 12 }

    public var approvers: [AccountID] { firstPhase == .paid ? [] : [terms.seller] }

    public var spending: [(asset: AssetID, amount: Amount)] {
        firstPhase == .contracted ? [] : [(terms.asset, terms.buyerStake)]
    }

    public func check() throws(Rejection) {
        try terms.check()
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard source != terms.seller, terms.buyer ?? source == source else {
            throw .notEntitled
        }
        guard draft.time <= terms.times.expiry else { throw .tooLate }
        let digest = terms.digest
        let id = Order.id(terms: digest, buyer: source, number: number)
        let order = Order(
            terms: terms, buyer: source, number: number, code: code, phase: firstPhase,
            at: draft.moment)
        let step = RecordStep(
            Self.number, by: source, subject: digest, code: UInt64(order.phase.number))
        try draft.open(order, at: id, for: source, step)
        try draft.begin([source, terms.seller], step)
        if case .direct = terms.settlement { try takeQuote(digest, for: id, in: &draft) }
        try draft.carryOut(funding(by: source), of: id, in: terms.asset)
        if order.phase != .contracted { try draft.openDuty(of: order, at: id, step) }
    }

    private var firstPhase: OrderPhase {
        switch terms.settlement {
        case .direct: .paid
        case .locked: .funded
        case .balance: .contracted
        }
    }

    private func funding(by buyer: AccountID) -> [Effect] {
        let costs: [Effect] = [
            .lock(terms.freight, from: buyer, into: .freight),
            .lock(terms.tax, from: buyer, into: .duty),
        ]
        switch terms.settlement {
        case .direct:
            return [.lock(terms.price, from: buyer, into: .stake)] + costs
        case .locked(let locked):
            return [
                .lock(terms.price.plus(locked.buyerDeposit), from: buyer, into: .stake),
                .lock(locked.sellerDeposit, from: terms.seller, into: .stake),
            ] + costs
        case .balance(let balance):
            return [.lock(balance.sellerBond, from: terms.seller, into: .sellerBond)]
        }
    }

    /// One order less that the quote is good for, with the part of the bond that is for it.
    private func takeQuote(
        _ digest: Digest, for order: Digest, in draft: inout Draft
    ) throws(Rejection) {
        let id = Quote.id(seller: terms.seller, terms: digest)
        guard var quote = draft.record(id, as: Quote.self) else { throw .unknownRecord }
        guard quote.remaining > 0 else { throw .quoteExhausted }
        quote.remaining -= 1
        try draft.update(
            quote, at: id, RecordStep(Self.number, by: terms.seller, other: order))
        try draft.move(
            terms.settlement.sellerBond, from: VaultID(.sellerBond, of: id),
            to: VaultID(.sellerBond, of: order))
    }
}
