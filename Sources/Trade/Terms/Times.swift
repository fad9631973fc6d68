public import Ledger
public import Primitives
public import Wire

/// The terms that every order has.
public struct Times: Hashable, Sendable, WireCodable {
    /// The last moment at which the terms can be ordered on.
    public let expiry: Timestamp
    /// From payment to the first custodian. // T_ship
    public let shipping: Term
    /// From the first custodian to the receiver. // T_del
    public let delivery: Term
    /// From delivery to the order's end without a word. // T_insp
    public let inspection: Term

    public init(expiry: Timestamp, shipping: Term, delivery: Term, inspection: Term) {
        self.expiry = expiry
        self.shipping = shipping
        self.delivery = delivery
        self.inspection = inspection
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        expiry = Timestamp(try cursor.uint64(1, "expiry", of: bytes))
        shipping = Term(milliseconds: try cursor.uint64(2, "shipping", of: bytes))
        delivery = Term(milliseconds: try cursor.uint64(3, "delivery", of: bytes))
        inspection = Term(milliseconds: try cursor.uint64(4, "inspection", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, expiry.milliseconds)
        writer.uint64(2, shipping.milliseconds)
        writer.uint64(3, delivery.milliseconds)
        writer.uint64(4, inspection.milliseconds)
    }
}

/// What happens to goods that come back.
public struct ReturnTerms: Hashable, Sendable, WireCodable {
    /// From delivery. // T_ret
    public let withoutReason: Term
    /// From delivery, for defects and wrong goods. // T_ret
    public let forDefect: Term
    /// Price of the way back.
    public let freight: Amount
    /// What the carrier of the way back puts down.
    public let bond: Amount
    /// A return that nobody answers is authorised. // T_rma
    public let answer: Term

    /// What holds unless something else is agreed; then it is not written down.
    public static let usualAnswer = Term.hours(48)

    public init(
        withoutReason: Term, forDefect: Term, freight: Amount, bond: Amount,
        answer: Term = Self.usualAnswer
    ) {
        self.withoutReason = withoutReason
        self.forDefect = forDefect
        self.freight = freight
        self.bond = bond
        self.answer = answer
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        withoutReason = Term(milliseconds: try cursor.uint64(1, "without_reason", of: bytes))
        forDefect = Term(milliseconds: try cursor.uint64(2, "for_defect", of: bytes))
        freight = Amount(minorUnits: try cursor.uint64(3, "freight", of: bytes))
        bond = Amount(minorUnits: try cursor.uint64(4, "bond", of: bytes))
        let start = cursor.offset
        let answer = Term(milliseconds: try cursor.uint64(5, "answer", of: bytes))
        guard answer != Self.usualAnswer else {
            throw WireError(.invalid, at: start).inside("answer")
        }
        self.answer = answer.milliseconds == 0 ? Self.usualAnswer : answer
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, withoutReason.milliseconds)
        writer.uint64(2, forDefect.milliseconds)
        writer.uint64(3, freight.minorUnits)
        writer.uint64(4, bond.minorUnits)
        writer.uint64(5, answer == Self.usualAnswer ? 0 : answer.milliseconds)
    }
}

/// The dated rule by which the duty of an order is due (design T4, T7).
public struct DutyRule: Hashable, Sendable, WireCodable {
    /// Hash of the rule record: jurisdiction, dates, source.
    public let rule: Digest
    /// Where the duty goes.
    public let payee: AccountID
    /// From release to the last moment at which a return can be filed.
    public let filing: Term
    /// From release to the last moment at which filed goods can be back.
    public let arrival: Term
    /// From the order to the moment at which duty of goods that nobody released goes back.
    public let clearance: Term
    /// Goods that come back into the country that they were exported from.
    public let isExport: Bool

    public init(
        rule: Digest, payee: AccountID, filing: Term, arrival: Term, clearance: Term,
        isExport: Bool = false
    ) {
        self.rule = rule
        self.payee = payee
        self.filing = filing
        self.arrival = arrival
        self.clearance = clearance
        self.isExport = isExport
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        rule = try cursor.fixed(1, "rule", of: bytes)
        payee = try cursor.fixed(2, "payee", of: bytes)
        filing = Term(milliseconds: try cursor.uint64(3, "filing", of: bytes))
        arrival = Term(milliseconds: try cursor.uint64(4, "arrival", of: bytes))
        clearance = Term(milliseconds: try cursor.uint64(5, "clearance", of: bytes))
        isExport = try cursor.bool(6, "is_export", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, rule)
        writer.fixed(2, payee)
        writer.uint64(3, filing.milliseconds)
        writer.uint64(4, arrival.milliseconds)
        writer.uint64(5, clearance.milliseconds)
        writer.bool(6, isExport)
    }
}
