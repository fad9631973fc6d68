public import Ledger
public import Primitives
public import Wire

/// Offers terms to whoever orders on them, so many times.
///
/// Only for direct payment; the other ways need the seller's signature on the order itself.
public struct PostQuote: ActionKind {
    public static let number: UInt32 = 34

    public let terms: Terms
    /// Orders that the stock is good for.
    public let count: UInt64

    public init(terms: Terms, count: UInt64) {
        self.terms = terms
        self.count = count
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        terms = try cursor.message(1, "terms", of: bytes)
        count = try cursor.uint64(2, "count", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, terms)
        writer.uint64(2, count)
    }

    public var entryCount: Int { 3 }

    public var spending: [(asset: AssetID, amount: Amount)] {
        (try? bond()).map { [(terms.asset, $0)] } ?? []
    }

    public func check() throws(Rejection) {
        try terms.check()
        guard case .direct = terms.settlement, (1...Self.countLimit).contains(count) else {
            throw .termsInvalid
        }
        _ = try bond()
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        try terms.requireSeller(source)
        let expiry = terms.times.expiry
        guard draft.time < expiry, expiry <= draft.time.after(Terms.quoteTerm) else {
            throw .termsInvalid
        }
        let digest = terms.digest
        let id = Quote.id(seller: source, terms: digest)
        let step = RecordStep(Self.number, by: source, subject: digest, code: count)
        if var quote = draft.record(id, as: Quote.self) {
            quote.remaining = min(quote.remaining + count, Self.countLimit)
            try draft.update(quote, at: id, step)
        } else {
            let quote = Quote(terms: digest, seller: source, remaining: count, expiry: expiry)
            try draft.open(quote, at: id, for: source, step)
        }
        try draft.lock(bond(), of: terms.asset, from: source, in: VaultID(.sellerBond, of: id))
    }

    public static let countLimit: UInt64 = 1_000_000

    private func bond() throws(Rejection) -> Amount {
        do { return try terms.settlement.sellerBond.multiplied(by: count) } catch {
            throw .amountOverflow
        }
    }
}

extension Terms {
    func requireSeller(_ account: AccountID) throws(Rejection) {
        guard account == seller else { throw .notEntitled }
    }
}
