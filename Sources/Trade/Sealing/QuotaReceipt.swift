public import Primitives
public import Wire

extension HashDomain {
    static let quota = HashDomain("argosy/quota")
}

/// What customs tells a buyer about his annual limit, sealed to him alone.
///
/// The hash of the sealed receipt is in the duty lock, and customs signed the transaction that put it
/// there (rules T54 and T165).
public struct QuotaReceipt: Hashable, Sendable, WireCodable {
    public let order: Digest
    /// HMAC-SHA-256 under a key of customs over identity number and year; see ``tag(key:identity:year:)``.
    public let tag: FixedBytes<32>
    public let year: UInt32
    /// Used by this order.
    public let used: Amount
    /// Left for the year.
    public let rest: Amount

    public init(
        order: Digest, tag: FixedBytes<32>, year: UInt32, used: Amount, rest: Amount
    ) {
        self.order = order
        self.tag = tag
        self.year = year
        self.used = used
        self.rest = rest
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        tag = try cursor.fixed(2, "tag", of: bytes)
        year = try cursor.uint32(3, "year", of: bytes)
        used = Amount(minorUnits: try cursor.uint64(4, "used", of: bytes))
        rest = Amount(minorUnits: try cursor.uint64(5, "rest", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, tag)
        writer.uint32(3, year)
        writer.uint64(4, used.minorUnits)
        writer.uint64(5, rest.minorUnits)
    }

    /// Names a person in a year to customs, and nobody to anybody else.
    public static func tag(
        key: FixedBytes<32>, identity: [UInt8], year: UInt32
    ) -> FixedBytes<32> {
        Sha256.authenticate(identity + year.bigEndianBytes, key: key.array)
    }

    /// Seals it to a buyer.
    public func sealed(
        to buyer: ReadingKey, entropy: FixedBytes<32>
    ) throws(SealingError) -> SealedDocument {
        try SealedDocument(
            sealing: [wire], to: [buyer], context: Self.context(order), entropy: entropy)
    }

    /// Reads a sealed receipt of an order; `nil` for one that is not the reader's, or not the order's.
    public init?(_ sealed: SealedDocument, of order: Digest, by reader: AgreementKey) {
        guard let contents = sealed.open(by: reader, context: Self.context(order)),
            contents.count == 1, let receipt = try? QuotaReceipt(wire: contents[0]),
            receipt.order == order
        else { return nil }
        self = receipt
    }

    private static func context(_ order: Digest) -> Digest {
        Digest(hashing: order.bytes.array, in: .quota)
    }
}
