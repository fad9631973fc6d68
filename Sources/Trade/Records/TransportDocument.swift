public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let document = HashDomain("argosy/document")
}

/// The right to a parcel, as a bill of lading is: whoever holds it gets the goods.
///
/// One for each bill of a carrier (reference trade 7.1.3).
public struct TransportDocument: RecordContent {
    public static let kind: UInt8 = 37

    public let order: Digest
    public let carrier: AccountID
    /// Hash of the carrier's bill.
    public let bill: Digest
    public var holder: AccountID
    /// The goods were handed over for it.
    public var isSurrendered: Bool

    public init(
        order: Digest, carrier: AccountID, bill: Digest, holder: AccountID,
        isSurrendered: Bool = false
    ) {
        self.order = order
        self.carrier = carrier
        self.bill = bill
        self.holder = holder
        self.isSurrendered = isSurrendered
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        carrier = try cursor.fixed(2, "carrier", of: bytes)
        bill = try cursor.fixed(3, "bill", of: bytes)
        holder = try cursor.fixed(4, "holder", of: bytes)
        isSurrendered = try cursor.bool(5, "is_surrendered", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, carrier)
        writer.fixed(3, bill)
        writer.fixed(4, holder)
        writer.bool(5, isSurrendered)
    }

    /// Hashes `carrier ‖ bill`: a bill cannot be issued twice (rule T45).
    public static func id(carrier: AccountID, bill: Digest) -> Digest {
        Digest(hashing: carrier.bytes.array + bill.bytes.array, in: .document)
    }
}
