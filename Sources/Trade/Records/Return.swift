public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let goodsReturn = HashDomain("argosy/return")
}

/// Units of one line that come back.
public struct ReturnLine: Hashable, Sendable, WireCodable {
    public let line: UInt32
    public let quantity: UInt64

    public init(line: UInt32, quantity: UInt64) {
        self.line = line
        self.quantity = quantity
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        line = try cursor.uint32(1, "line", of: bytes)
        quantity = try cursor.uint64(2, "quantity", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, line)
        writer.uint64(2, quantity)
    }
}

/// The price of the way back, and who put it down.
public struct ReturnLabel: Hashable, Sendable, WireCodable {
    public let payer: AccountID
    public let amount: Amount

    public init(payer: AccountID, amount: Amount) {
        self.payer = payer
        self.amount = amount
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        payer = try cursor.fixed(1, "payer", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(2, "amount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, payer)
        writer.uint64(2, amount.minorUnits)
    }
}

/// What the units of a return are worth.
public struct ReturnWorth: Hashable, Sendable, WireCodable {
    public let price: Amount
    /// Pro rata of each line; the last unit takes the remainder.
    public let duty: Amount

    public init(price: Amount, duty: Amount) {
        self.price = price
        self.duty = duty
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        price = Amount(minorUnits: try cursor.uint64(1, "price", of: bytes))
        duty = Amount(minorUnits: try cursor.uint64(2, "duty", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, price.minorUnits)
        writer.uint64(2, duty.minorUnits)
    }
}

/// Who carries goods back, and what was given to him.
public struct ReturnWay: Hashable, Sendable, WireCodable {
    public let carrier: AccountID
    /// Unit: grams.
    public let weight: UInt64
    public let contents: Digest

    public init(carrier: AccountID, weight: UInt64, contents: Digest) {
        self.carrier = carrier
        self.weight = weight
        self.contents = contents
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        carrier = try cursor.fixed(1, "carrier", of: bytes)
        weight = try cursor.uint64(2, "weight", of: bytes)
        contents = try cursor.fixed(3, "contents", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, carrier)
        writer.uint64(2, weight)
        writer.fixed(3, contents)
    }
}

public enum ReturnReason: UInt32, Hashable, Sendable, CaseIterable {
    case withoutReason = 1
    case defect = 2
    case wrongItem = 3
    /// The receiver did not take the parcel.
    case refused = 4
    /// The seller takes the goods back out of a dispute.
    case dispute = 5

    /// Whether the way back is the seller's to pay in the end.
    public var isSellers: Bool { self == .defect || self == .wrongItem || self == .dispute }
}

/// Where a return is; the names are those of reference trade 7.4.
public enum ReturnState: Hashable, Sendable {
    case requested, authorised, returning, received
    /// The share of the price that the goods are still worth.
    case inspected(Share)
    // Ends.
    case refunded
    /// Refunded, and the duty too; or sold on where it is.
    case closed
    case refused, lapsed, lost
    /// The buyer keeps the goods for a discount. // COMPLETED
    case kept
    /// The seller did not pay, and the bond left so much open.
    case defaulted(Amount)

    public var number: UInt32 {
        switch self {
        case .requested: 1
        case .authorised: 2
        case .returning: 3
        case .received: 4
        case .inspected: 5
        case .refunded: 20
        case .closed: 21
        case .refused: 22
        case .lapsed: 23
        case .lost: 24
        case .kept: 25
        case .defaulted: 26
        }
    }

    public var isTerminal: Bool { number >= 20 }

    init?(number: UInt32, verdict: Share, short: Amount) {
        switch number {
        case 5 where short == .zero: self = .inspected(verdict)
        case 26 where verdict == .none: self = .defaulted(short)
        default:
            let plain: [ReturnState] = [
                .requested, .authorised, .returning, .received, .refunded, .closed, .refused,
                .lapsed, .lost, .kept,
            ]
            guard verdict == .none, short == .zero,
                let state = plain.first(where: { $0.number == number })
            else { return nil }
            self = state
        }
    }
}

/// What customs knows of a return.
public enum ReturnCustoms: UInt32, Hashable, Sendable {
    case none = 0
    case filed = 1
    /// The duty went back.
    case accepted = 2
}

/// Goods of an order that come back.
public struct Return: RecordContent {
    public static let kind: UInt8 = 38

    public let order: Digest
    /// Ascending by line.
    public let lines: [ReturnLine]
    public let reason: ReturnReason
    public internal(set) var state: ReturnState
    public internal(set) var since: Timestamp
    /// The block of the last change.
    public internal(set) var changed: Height
    public let worth: ReturnWorth
    public internal(set) var label: ReturnLabel?
    public internal(set) var way: ReturnWay?
    public internal(set) var customs: ReturnCustoms

    public init(
        order: Digest, lines: [ReturnLine], reason: ReturnReason, state: ReturnState,
        worth: ReturnWorth, at moment: Moment
    ) {
        self.order = order
        self.lines = lines
        self.reason = reason
        self.state = state
        self.worth = worth
        since = moment.time
        changed = moment.height
        customs = .none
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        lines = try cursor.messages(2, "lines", limit: Goods.lineLimit, of: bytes)
        reason = try cursor.choice(3, "reason", of: bytes)
        let start = cursor.offset
        let state = ReturnState(
            number: try cursor.uint32(4, "state", of: bytes),
            verdict: try cursor.share(5, "verdict", of: bytes),
            short: Amount(minorUnits: try cursor.uint64(6, "short", of: bytes)))
        guard let state else { throw WireError(.invalid, at: start).inside("state") }
        self.state = state
        since = Timestamp(try cursor.uint64(7, "since", of: bytes))
        changed = Height(try cursor.uint64(8, "changed", of: bytes))
        worth = try cursor.message(9, "worth", of: bytes)
        label = try cursor.optionalMessage(10, "label", of: bytes)
        way = try cursor.optionalMessage(11, "way", of: bytes)
        customs = try cursor.choice(12, "customs", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.messages(2, lines)
        writer.uint32(3, reason.rawValue)
        writer.uint32(4, state.number)
        if case .inspected(let verdict) = state { writer.uint32(5, verdict.thousandths) }
        if case .defaulted(let short) = state { writer.uint64(6, short.minorUnits) }
        writer.uint64(7, since.milliseconds)
        writer.uint64(8, changed.number)
        writer.message(9, worth)
        writer.message(10, label)
        writer.message(11, way)
        writer.uint32(12, customs.rawValue)
    }

    /// Hashes `order ‖ index`, the index as eight big-endian bytes, counted from 1 (rule T60).
    public static func id(order: Digest, index: UInt32) -> Digest {
        Digest(hashing: order.bytes.array + UInt64(index).keyBytes, in: .goodsReturn)
    }
}
