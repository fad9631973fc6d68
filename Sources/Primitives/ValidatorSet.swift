public import Wire

/// One member of a validator set.
public struct Validator: Hashable, Sendable, WireCodable {
    /// Signs votes.
    public let key: PublicKey
    /// Voting power; never zero.
    public let weight: UInt64

    public init(key: PublicKey, weight: UInt64) {
        self.key = key
        self.weight = weight
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        weight = try cursor.uint64(2, "weight", of: bytes)
        guard weight > 0 else { throw WireError(.missing, at: cursor.offset).inside("weight") }
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.uint64(2, weight)
    }
}

/// Who votes in an epoch: a list ordered by key, each key once.
///
/// - Source: `consensus.md` 1.1: a quorum is `3 · signed > 2 · total` in 128 bits.
public struct ValidatorSet: Hashable, Sendable, WireCodable {
    /// The most members of a set.
    public static let memberLimit = 256

    public let members: [Validator]
    public let totalWeight: UInt64
    /// What the header commits to.
    public private(set) var digest = Digest.zero

    /// Orders the members by key.
    ///
    /// - Returns: `nil` when the list is empty, too long, names a key twice, has a weight of zero,
    ///   or has a total weight over 64 bits.
    public init?(_ members: [Validator]) {
        let sorted = members.sorted { $0.key < $1.key }
        guard let total = Self.total(of: sorted) else { return nil }
        self.members = sorted
        totalWeight = total
        digest = Digest(hashing: wire, in: .validators)
    }

    private static func total(of sorted: [Validator]) -> UInt64? {
        guard !sorted.isEmpty, sorted.count <= memberLimit else { return nil }
        var total: UInt64 = 0
        for (index, member) in sorted.enumerated() {
            guard member.weight > 0, index == 0 || sorted[index - 1].key < member.key else {
                return nil
            }
            let (sum, overflow) = total.addingReportingOverflow(member.weight)
            guard !overflow else { return nil }
            total = sum
        }
        return total
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        members = try cursor.messages(1, "members", limit: Self.memberLimit, of: bytes)
        guard let total = Self.total(of: members) else { throw WireError(.invalid, at: start) }
        totalWeight = total
        digest = Digest(hashing: wire, in: .validators)
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, members) }

    public var count: Int { members.count }

    /// The member at a seat; `nil` for a seat that the set does not have.
    public subscript(seat: Seat) -> Validator? {
        let index = Int(seat.index)
        return index < members.count ? members[index] : nil
    }

    /// The seat of a key, by binary search.
    public func seat(of key: PublicKey) -> Seat? {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if members[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < members.count && members[low].key == key ? Seat(UInt32(low)) : nil
    }

    /// Whether this weight is more than two thirds of the whole.
    public func isQuorum(_ weight: UInt64) -> Bool {
        UInt128(weight) * 3 > UInt128(totalWeight) * 2
    }

    /// Whether this weight is more than a third of the whole, so that an honest member is in it.
    public func hasHonest(_ weight: UInt64) -> Bool {
        UInt128(weight) * 3 > UInt128(totalWeight)
    }
}
