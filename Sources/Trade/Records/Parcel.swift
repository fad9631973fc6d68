public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let tender = HashDomain("argosy/tender")
}

/// What a custodian says about a parcel that it offers to the next one.
public struct Tender: Hashable, Sendable, WireCodable {
    public let place: Location
    /// Serial shipping container code, 18 digits as a number.
    public let parcel: UInt64
    /// Unit: grams.
    public let weight: UInt64
    /// Hash of the seals' numbers and photographs.
    public let seal: Digest
    /// Of the block of the tender.
    public let time: Timestamp

    public init(place: Location, parcel: UInt64, weight: UInt64, seal: Digest, time: Timestamp) {
        self.place = place
        self.parcel = parcel
        self.weight = weight
        self.seal = seal
        self.time = time
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        place = try cursor.fixed(1, "place", of: bytes)
        parcel = try cursor.uint64(2, "parcel", of: bytes)
        weight = try cursor.uint64(3, "weight", of: bytes)
        seal = try cursor.fixed(4, "seal", of: bytes)
        time = Timestamp(try cursor.uint64(5, "time", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, place)
        writer.uint64(2, parcel)
        writer.uint64(3, weight)
        writer.fixed(4, seal)
        writer.uint64(5, time.milliseconds)
    }

    public var digest: Digest { Digest(hashing: wire, in: .tender) }
}

/// What the one who takes a parcel says about it.
public struct Handover: Hashable, Sendable, WireCodable {
    public let place: Location
    /// Unit: grams.
    public let weight: UInt64
    /// Commitment to the identities that were scanned, or that the seal covers.
    public let contents: Digest
    /// Reservation: damaged or short, as a share of the declared value.
    public let damage: Share

    public init(place: Location, weight: UInt64, contents: Digest, damage: Share = .none) {
        self.place = place
        self.weight = weight
        self.contents = contents
        self.damage = damage
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        place = try cursor.fixed(1, "place", of: bytes)
        weight = try cursor.uint64(2, "weight", of: bytes)
        contents = try cursor.fixed(3, "contents", of: bytes)
        damage = try cursor.share(4, "damage", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, place)
        writer.uint64(2, weight)
        writer.fixed(3, contents)
        writer.uint32(4, damage.thousandths)
    }

    /// How far the weights of two scales may be apart.
    public static let weightTolerance = Share(clamping: 20)

    /// Whether two scales agree.
    public static func agree(_ weight: UInt64, _ other: UInt64) -> Bool {
        let (low, high) = (min(weight, other), max(weight, other))
        return UInt128(high - low) * 1_000
            <= UInt128(high) * UInt128(weightTolerance.thousandths)
    }
}

/// Goods that are not the ones of the order, and who answers for it.
public struct Mismatch: Hashable, Sendable, WireCodable {
    public let liable: AccountID
    /// What was scanned instead.
    public let contents: Digest

    public init(liable: AccountID, contents: Digest) {
        self.liable = liable
        self.contents = contents
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        liable = try cursor.fixed(1, "liable", of: bytes)
        contents = try cursor.fixed(2, "contents", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, liable)
        writer.fixed(2, contents)
    }
}

/// Where a parcel is; the names are those of reference trade 7.2.
public enum ParcelState: Hashable, Sendable {
    case accepted, inTransit
    case tendered(Tender)
    /// By customs, since when.
    case held(Timestamp)
    // Ends.
    case delivered, lost, refused
    /// The balance was never paid: the seller has the document, and the carrier its pay.
    case abandoned

    public var number: UInt32 {
        switch self {
        case .accepted: 1
        case .inTransit: 2
        case .tendered: 3
        case .held: 4
        case .delivered: 10
        case .lost: 11
        case .refused: 12
        case .abandoned: 13
        }
    }

    init?(number: UInt32, tender: Tender?, held: Timestamp) {
        switch (number, tender) {
        case (3, let tender?) where held == .never: self = .tendered(tender)
        case (4, nil) where held != .never: self = .held(held)
        default:
            let plain: [ParcelState] = [
                .accepted, .inTransit, .delivered, .lost, .refused, .abandoned,
            ]
            guard tender == nil, held == .never,
                let state = plain.first(where: { $0.number == number })
            else { return nil }
            self = state
        }
    }
}

/// The parcel of an order on its route.
public struct Parcel: RecordContent {
    public static let kind: UInt8 = 35

    public internal(set) var legs: [Leg]
    /// The leg that it is on.
    public internal(set) var current: Int
    public internal(set) var state: ParcelState
    /// When its custodian took it.
    public internal(set) var accepted: Timestamp
    /// How long customs held it on this leg.
    public internal(set) var held: Term
    /// Reservations so far.
    public internal(set) var damage: Share
    public internal(set) var last: Handover
    public internal(set) var mismatch: Mismatch?
    /// The block of the last change.
    public internal(set) var changed: Height

    public init(
        legs: [Leg], taken last: Handover, mismatch: Mismatch?, at moment: Moment
    ) {
        precondition(!legs.isEmpty, "a route has a leg")
        self.legs = legs
        current = 0
        state = .accepted
        accepted = moment.time
        held = Term(milliseconds: 0)
        damage = last.damage
        self.last = last
        self.mismatch = mismatch
        changed = moment.height
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        legs = try cursor.messages(1, "legs", limit: Terms.legLimit, of: bytes)
        let start = cursor.offset
        current = Int(try cursor.uint32(2, "current", of: bytes))
        guard current < legs.count else { throw WireError(.invalid, at: start) }
        let state = ParcelState(
            number: try cursor.uint32(3, "state", of: bytes),
            tender: try cursor.optionalMessage(4, "tender", of: bytes),
            held: Timestamp(try cursor.uint64(5, "held_since", of: bytes)))
        guard let state else { throw WireError(.invalid, at: start).inside("state") }
        self.state = state
        accepted = Timestamp(try cursor.uint64(6, "accepted", of: bytes))
        held = Term(milliseconds: try cursor.uint64(7, "held", of: bytes))
        damage = try cursor.share(8, "damage", of: bytes)
        last = try cursor.message(9, "last", of: bytes)
        mismatch = try cursor.optionalMessage(10, "mismatch", of: bytes)
        changed = Height(try cursor.uint64(11, "changed", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.messages(1, legs)
        writer.uint32(2, UInt32(current))
        writer.uint32(3, state.number)
        if case .tendered(let tender) = state { writer.message(4, tender) }
        if case .held(let since) = state { writer.uint64(5, since.milliseconds) }
        writer.uint64(6, accepted.milliseconds)
        writer.uint64(7, held.milliseconds)
        writer.uint32(8, damage.thousandths)
        writer.message(9, last)
        writer.message(10, mismatch)
        writer.uint64(11, changed.number)
    }

    public var leg: Leg { legs[current] }
    public var custodian: AccountID { leg.custodian }
    public var isOnLastLeg: Bool { current == legs.count - 1 }
}
