public import Ledger
public import Primitives
public import Wire

/// Where the duty of an order is; the names are those of reference trade 7.4.
public enum DutyState: UInt32, Hashable, Sendable, CaseIterable {
    /// Customs has not released the goods.
    case held = 1
    /// Released; a return can still be filed.
    case clock = 2
    /// A return was filed; the goods can still come back.
    case extended = 3
    // Ends.
    case paid = 10
    case refunded = 11
}

/// Duty that waits for the end of the time in which goods can come back (design T4).
public struct DutyLock: RecordContent {
    public static let kind: UInt8 = 36

    public let rule: DutyRule
    public let buyer: AccountID
    public internal(set) var state: DutyState
    public let opened: Timestamp
    /// When customs released the goods; zero until it does.
    public internal(set) var released: Timestamp
    public let total: Amount
    public internal(set) var refunded: Amount
    /// Receipt of the quota, sealed to the buyer: hash of an attachment of the release.
    public internal(set) var receipt: Digest?
    /// The block of the last change.
    public internal(set) var changed: Height

    public init(rule: DutyRule, buyer: AccountID, total: Amount, at moment: Moment) {
        self.rule = rule
        self.buyer = buyer
        self.total = total
        state = .held
        opened = moment.time
        released = .never
        refunded = .zero
        receipt = nil
        changed = moment.height
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        rule = try cursor.message(1, "rule", of: bytes)
        buyer = try cursor.fixed(2, "buyer", of: bytes)
        state = try cursor.choice(3, "state", of: bytes)
        opened = Timestamp(try cursor.uint64(4, "opened", of: bytes))
        released = Timestamp(try cursor.uint64(5, "released", of: bytes))
        total = Amount(minorUnits: try cursor.uint64(6, "total", of: bytes))
        refunded = Amount(minorUnits: try cursor.uint64(7, "refunded", of: bytes))
        receipt = try cursor.optionalFixed(8, "receipt", of: bytes)
        changed = Height(try cursor.uint64(9, "changed", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, rule)
        writer.fixed(2, buyer)
        writer.uint32(3, state.rawValue)
        writer.uint64(4, opened.milliseconds)
        writer.uint64(5, released.milliseconds)
        writer.uint64(6, total.minorUnits)
        writer.uint64(7, refunded.minorUnits)
        writer.fixed(8, receipt)
        writer.uint64(9, changed.number)
    }
}
