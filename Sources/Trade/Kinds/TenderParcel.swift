public import Ledger
public import Primitives
public import Wire

/// The custodian offers the parcel to the next one, and says what he offers.
public struct TenderParcel: ActionKind {
    public static let number: UInt32 = 53

    public let order: Digest
    public let place: Location
    /// Serial shipping container code, 18 digits as a number.
    public let parcel: UInt64
    /// Unit: grams.
    public let weight: UInt64
    /// Hash of the seals' numbers and photographs.
    public let seal: Digest

    public init(order: Digest, place: Location, parcel: UInt64, weight: UInt64, seal: Digest) {
        self.order = order
        self.place = place
        self.parcel = parcel
        self.weight = weight
        self.seal = seal
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        place = try cursor.fixed(2, "place", of: bytes)
        parcel = try cursor.uint64(3, "parcel", of: bytes)
        weight = try cursor.uint64(4, "weight", of: bytes)
        seal = try cursor.fixed(5, "seal", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, place)
        writer.uint64(3, parcel)
        writer.uint64(4, weight)
        writer.fixed(5, seal)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {
        guard place.isValid else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var parcel = try draft.parcel(self.order)
        guard source == parcel.custodian else { throw .notEntitled }
        let tender = Tender(
            place: place, parcel: self.parcel, weight: weight, seal: seal, time: draft.time)
        try draft.advance(
            &parcel, of: order, self.order, .tender(tender),
            RecordStep(Self.number, by: source, subject: tender.digest, code: weight))
    }
}
