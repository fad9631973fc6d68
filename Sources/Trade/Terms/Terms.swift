public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let terms = HashDomain("argosy/terms")
}

/// Everything that is agreed before an order: the quote.
///
/// Every payout of every end follows from these and from what happens, so nothing is decided later
/// (rule T10).
public struct Terms: Hashable, Sendable, WireCodable {
    public let seller: AccountID
    /// Absent: whoever orders.
    public let buyer: AccountID?
    public let asset: AssetID
    public let settlement: Settlement
    public let times: Times
    public let goods: Goods
    /// The route, at least one leg.
    public let legs: [Leg]
    /// Ascending by role, then attester.
    public let accepted: [Acceptance]
    /// Absent exactly when no line has duty.
    public let duty: DutyRule?
    public let returns: ReturnTerms
    public let papers: PaperTimes

    public init(
        seller: AccountID, buyer: AccountID? = nil, asset: AssetID, settlement: Settlement,
        times: Times, goods: Goods, legs: [Leg], accepted: [Acceptance], duty: DutyRule? = nil,
        returns: ReturnTerms, papers: PaperTimes = .usual
    ) {
        self.seller = seller
        self.buyer = buyer
        self.asset = asset
        self.settlement = settlement
        self.times = times
        self.goods = goods
        self.legs = legs
        self.accepted = accepted
        self.duty = duty
        self.returns = returns
        self.papers = papers
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        seller = try cursor.fixed(1, "seller", of: bytes)
        buyer = try cursor.optionalFixed(2, "buyer", of: bytes)
        asset = try cursor.fixed(3, "asset", of: bytes)
        settlement = try cursor.message(4, "settlement", of: bytes)
        times = try cursor.message(5, "times", of: bytes)
        goods = try cursor.message(6, "goods", of: bytes)
        legs = try cursor.messages(7, "legs", limit: Terms.legLimit, of: bytes)
        accepted = try cursor.messages(8, "accepted", limit: Terms.acceptedLimit, of: bytes)
        duty = try cursor.optionalMessage(9, "duty", of: bytes)
        returns = try cursor.message(10, "returns", of: bytes)
        let start = cursor.offset
        let papers: PaperTimes? = try cursor.optionalMessage(11, "papers", of: bytes)
        guard papers != .usual else { throw WireError(.invalid, at: start).inside("papers") }
        self.papers = papers ?? .usual
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, seller)
        writer.fixed(2, buyer)
        writer.fixed(3, asset)
        writer.message(4, settlement)
        writer.message(5, times)
        writer.message(6, goods)
        writer.messages(7, legs)
        writer.messages(8, accepted)
        writer.message(9, duty)
        writer.message(10, returns)
        writer.message(11, papers == .usual ? nil : papers)
    }

    /// What an order binds to: `H(terms, bytes)`.
    public var digest: Digest { Digest(hashing: wire, in: .terms) }

    /// Whose word counts for a role.
    public func attesters(of role: Role) -> [AccountID] {
        accepted.filter { $0.role == role }.map(\.attester)
    }
}
