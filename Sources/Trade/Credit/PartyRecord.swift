public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let party = HashDomain("argosy/party")
}

/// What the ledger remembers of a party: one step of its journal for each end of an order, parcel or
/// return that it took part in.
///
/// The machines write it, nobody is asked (rule T180). Who reads the journal to its count has everything.
public struct PartyRecord: RecordContent {
    public static let kind: UInt8 = 52

    public let account: AccountID
    /// Orders that ended.
    public internal(set) var orders: UInt64
    /// Disputes that it opened or was drawn into.
    public internal(set) var disputes: UInt64
    /// What it owed and did not pay.
    public internal(set) var defaults: UInt64
    /// Proofs that it sealed something else than it committed to.
    public internal(set) var exposures: UInt64

    public init(account: AccountID) {
        self.account = account
        orders = 0
        disputes = 0
        defaults = 0
        exposures = 0
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        account = try cursor.fixed(1, "account", of: bytes)
        orders = try cursor.uint64(2, "orders", of: bytes)
        disputes = try cursor.uint64(3, "disputes", of: bytes)
        defaults = try cursor.uint64(4, "defaults", of: bytes)
        exposures = try cursor.uint64(5, "exposures", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, account)
        writer.uint64(2, orders)
        writer.uint64(3, disputes)
        writer.uint64(4, defaults)
        writer.uint64(5, exposures)
    }

    /// Hashes the account (rule T180).
    public static func id(of account: AccountID) -> Digest {
        let bytes = account.bytes.inline
        return Digest(hashing: bytes.span, in: .party)
    }
}

extension Draft {
    public mutating func party(_ account: AccountID) -> PartyRecord? {
        record(PartyRecord.id(of: account), as: PartyRecord.self)
    }

    /// Writes a step into the journal of a party, whose record is opened when there is none.
    mutating func note(
        _ account: AccountID, _ step: RecordStep, paidBy payer: AccountID,
        _ change: (inout PartyRecord) -> Void = { _ in }
    ) throws(Rejection) {
        let id = PartyRecord.id(of: account)
        if var found = record(id, as: PartyRecord.self) {
            change(&found)
            return try update(found, at: id, step)
        }
        var opened = PartyRecord(account: account)
        change(&opened)
        try open(opened, at: id, for: payer, step)
    }
}
