public import Ledger
public import Primitives
public import Wire

/// Takes a quote back; what the seller put down for orders that nobody made goes back too.
public struct WithdrawQuote: ActionKind {
    public static let number: UInt32 = 35

    /// Hash of the terms.
    public let terms: Digest

    public init(terms: Digest) {
        self.terms = terms
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        terms = try cursor.fixed(1, "terms", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, terms)
    }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let id = Quote.id(seller: source, terms: terms)
        guard draft.record(id, as: Quote.self) != nil else { throw .unknownRecord }
        let vault = VaultID(.sellerBond, of: id)
        try draft.pay(draft.amount(in: vault), from: vault, to: source)
        try draft.close(RecordID(id, of: Quote.self), of: source)
    }
}
