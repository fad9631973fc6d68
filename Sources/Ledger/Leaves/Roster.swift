public import Primitives
public import Wire

/// A validator as the ledger knows it: its key and weight, and whose it is.
public struct ValidatorRecord: Hashable, Sendable, WireCodable {
    public static let nameByteLimit = 32

    /// Signs votes.
    public let key: PublicKey
    public let weight: UInt64
    /// Approves changes and receives fees.
    public let account: AccountID
    /// Printable ASCII.
    public let name: String
    /// The end of the chain that it opens as a leader; `nil` for one that opens nothing.
    public let pledge: Digest?

    public init(
        key: PublicKey, weight: UInt64, account: AccountID, name: String, pledge: Digest? = nil
    ) {
        self.key = key
        self.weight = weight
        self.account = account
        self.name = name
        self.pledge = pledge
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        weight = try cursor.uint64(2, "weight", of: bytes)
        account = try cursor.fixed(3, "account", of: bytes)
        name = try cursor.text(4, "name", limit: Self.nameByteLimit, of: bytes)
        pledge = try cursor.optionalFixed(5, "pledge", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.uint64(2, weight)
        writer.fixed(3, account)
        writer.text(4, name)
        writer.fixed(5, pledge)
    }

    var hasPlainName: Bool {
        !name.isEmpty && name.utf8.count <= Self.nameByteLimit
            && name.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }
}

/// The validators of one epoch, in order of key.
public struct Roster: LeafValue {
    public let records: [ValidatorRecord]
    public let set: ValidatorSet

    /// Orders the records by key.
    ///
    /// - Returns: `nil` when the keys and weights are no validator set, when two records share an
    ///   account, or when a name is not printable ASCII.
    public init?(_ records: [ValidatorRecord]) {
        let sorted = records.sorted { $0.key < $1.key }
        guard records.allSatisfy(\.hasPlainName),
            Set(records.map(\.account)).count == records.count,
            let set = ValidatorSet(sorted.map { Validator(key: $0.key, weight: $0.weight) })
        else { return nil }
        self.records = sorted
        self.set = set
    }

    /// The record of a seat; `nil` when there is no such seat.
    public func record(of seat: Seat) -> ValidatorRecord? {
        let index = Int(seat.index)
        return records.indices.contains(index) ? records[index] : nil
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let records: [ValidatorRecord] = try cursor.messages(
            1, "records", limit: ValidatorSet.memberLimit, of: bytes)
        guard let roster = Roster(records), roster.records == records else {
            throw WireError(.invalid, at: start)
        }
        self = roster
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, records) }
}
