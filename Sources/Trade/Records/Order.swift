public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let order = HashDomain("argosy/order")
    static let code = HashDomain("argosy/code")
}

/// What of an order has come back so far.
public struct ReturnTally: Hashable, Sendable, WireCodable {
    /// For each line; empty while nothing has.
    public var units: [UInt64]
    /// Of the price.
    public var refunded: Amount
    /// Returns that were opened.
    public var count: UInt32
    /// Whether one of them is not over.
    public var isOpen: Bool

    public init(
        units: [UInt64] = [], refunded: Amount = .zero, count: UInt32 = 0, isOpen: Bool = false
    ) {
        self.units = units
        self.refunded = refunded
        self.count = count
        self.isOpen = isOpen
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        units = try cursor.uint64s(1, "units", limit: Goods.lineLimit, of: bytes)
        refunded = Amount(minorUnits: try cursor.uint64(2, "refunded", of: bytes))
        count = try cursor.uint32(3, "count", of: bytes)
        isOpen = try cursor.bool(4, "is_open", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64s(1, units)
        writer.uint64(2, refunded.minorUnits)
        writer.uint32(3, count)
        writer.bool(4, isOpen)
    }

    /// Units of a line that came back.
    public func units(of line: Int) -> UInt64 { line < units.count ? units[line] : 0 }
}

/// An order: its terms, who made it, and where it is.
///
/// Everything that others need of an order is here: its id names its parcel, its duty and its
/// purses too, and its terms say whose word counts in it.
public struct Order: RecordContent {
    public static let kind: UInt8 = 34

    public let terms: Terms
    public let buyer: AccountID
    /// The buyer's own, so that the same terms can be ordered on twice.
    public let number: UInt64
    /// Hash of the secret that the buyer gives to the last carrier; absent when he will sign.
    public let code: Digest?
    public internal(set) var phase: OrderPhase
    /// When the phase began.
    public internal(set) var since: Timestamp
    /// The block of the last change.
    public internal(set) var changed: Height
    /// Zero until it is.
    public internal(set) var delivered: Timestamp
    public internal(set) var tally: ReturnTally
    /// The transport document, once there is one.
    public internal(set) var document: Digest?
    /// From the phase before, in which the seller had to ship, to the first custodian.
    public internal(set) var shipTime: Term

    public init(
        terms: Terms, buyer: AccountID, number: UInt64, code: Digest?, phase: OrderPhase,
        at moment: Moment
    ) {
        self.terms = terms
        self.buyer = buyer
        self.number = number
        self.code = code
        self.phase = phase
        since = moment.time
        changed = moment.height
        delivered = .never
        tally = ReturnTally()
        document = nil
        shipTime = Term(milliseconds: 0)
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        terms = try cursor.message(1, "terms", of: bytes)
        buyer = try cursor.fixed(2, "buyer", of: bytes)
        number = try cursor.uint64(3, "number", of: bytes)
        code = try cursor.optionalFixed(4, "code", of: bytes)
        let start = cursor.offset
        let phase = OrderPhase(
            number: try cursor.uint32(5, "phase", of: bytes),
            dispute: try cursor.optionalMessage(6, "dispute", of: bytes))
        guard let phase else { throw WireError(.invalid, at: start).inside("phase") }
        self.phase = phase
        since = Timestamp(try cursor.uint64(7, "since", of: bytes))
        changed = Height(try cursor.uint64(8, "changed", of: bytes))
        delivered = Timestamp(try cursor.uint64(9, "delivered", of: bytes))
        tally = try cursor.message(10, "tally", of: bytes)
        document = try cursor.optionalFixed(11, "document", of: bytes)
        shipTime = Term(milliseconds: try cursor.uint64(12, "ship_time", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, terms)
        writer.fixed(2, buyer)
        writer.uint64(3, number)
        writer.fixed(4, code)
        writer.uint32(5, phase.number)
        if case .disputed(let dispute) = phase { writer.message(6, dispute) }
        writer.uint64(7, since.milliseconds)
        writer.uint64(8, changed.number)
        writer.uint64(9, delivered.milliseconds)
        writer.message(10, tally)
        writer.fixed(11, document)
        writer.uint64(12, shipTime.milliseconds)
    }

    public var seller: AccountID { terms.seller }

    /// Hashes `terms ‖ buyer ‖ number`, the number as eight big-endian bytes (rule T21).
    public static func id(terms: Digest, buyer: AccountID, number: UInt64) -> Digest {
        let input = terms.bytes.array + buyer.bytes.array + number.keyBytes
        return Digest(hashing: input, in: .order)
    }

    /// What the buyer's secret must hash to: `H(code, secret ‖ order)`, so that a secret that was
    /// shown for one order opens no other.
    public static func code(of secret: Digest, for order: Digest) -> Digest {
        Digest(secret, order, in: .code)
    }
}
