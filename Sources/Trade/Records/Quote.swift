public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let quote = HashDomain("argosy/quote")
}

/// Terms that a seller has posted, and how many orders they are good for.
public struct Quote: RecordContent {
    public static let kind: UInt8 = 33

    public let terms: Digest
    public let seller: AccountID
    /// Orders that can still be made.
    public var remaining: UInt64
    public let expiry: Timestamp

    public init(terms: Digest, seller: AccountID, remaining: UInt64, expiry: Timestamp) {
        self.terms = terms
        self.seller = seller
        self.remaining = remaining
        self.expiry = expiry
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        terms = try cursor.fixed(1, "terms", of: bytes)
        seller = try cursor.fixed(2, "seller", of: bytes)
        remaining = try cursor.uint64(3, "remaining", of: bytes)
        expiry = Timestamp(try cursor.uint64(4, "expiry", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, terms)
        writer.fixed(2, seller)
        writer.uint64(3, remaining)
        writer.uint64(4, expiry.milliseconds)
    }

    /// Hashes `seller ‖ terms`, so that nobody takes the name of another's quote (rule T20).
    public static func id(seller: AccountID, terms: Digest) -> Digest {
        Digest(hashing: seller.bytes.array + terms.bytes.array, in: .quote)
    }
}
