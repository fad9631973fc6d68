public import Ledger
public import Primitives
public import Wire

/// One custodian's part of the route of a parcel.
public struct Leg: Hashable, Sendable, WireCodable {
    public let origin: Location
    public let destination: Location
    public var custodian: AccountID
    /// Paid when the next custodian accepts, or the receiver.
    public var price: Amount
    /// From acceptance to the next tender; twice that is lost. // T_leg
    public let term: Term
    /// What the custodian puts down when it accepts.
    public let bond: Amount

    public init(
        origin: Location, destination: Location, custodian: AccountID, price: Amount, term: Term,
        bond: Amount
    ) {
        self.origin = origin
        self.destination = destination
        self.custodian = custodian
        self.price = price
        self.term = term
        self.bond = bond
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        origin = try cursor.fixed(1, "origin", of: bytes)
        destination = try cursor.fixed(2, "destination", of: bytes)
        custodian = try cursor.fixed(3, "custodian", of: bytes)
        price = Amount(minorUnits: try cursor.uint64(4, "price", of: bytes))
        term = Term(milliseconds: try cursor.uint64(5, "term", of: bytes))
        bond = Amount(minorUnits: try cursor.uint64(6, "bond", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, origin)
        writer.fixed(2, destination)
        writer.fixed(3, custodian)
        writer.uint64(4, price.minorUnits)
        writer.uint64(5, term.milliseconds)
        writer.uint64(6, bond.minorUnits)
    }
}

/// Whose word counts in this order for one role (rule T2).
public struct Acceptance: Hashable, Sendable, WireCodable {
    public let role: Role
    public let attester: AccountID

    public init(role: Role, attester: AccountID) {
        self.role = role
        self.attester = attester
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        role = try cursor.choice(1, "role", of: bytes)
        attester = try cursor.fixed(2, "attester", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, role.rawValue)
        writer.fixed(2, attester)
    }
}
