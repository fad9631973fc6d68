import Ledger
import Primitives

/// Pending transactions of one account, in ascending order of sequence.
struct PoolQueue: Sendable {
    /// The account's sequence in the final state.
    var base: Sequence
    /// The account's place in the line of accounts.
    var stamp: UInt64?
    private(set) var entries: [PoolEntry] = []

    init(base: Sequence) { self.base = base }

    func entry(at sequence: Sequence) -> PoolEntry? { entries.first { $0.sequence == sequence } }

    /// Whether every sequence below this one is used up or pending.
    func isContiguous(upTo sequence: Sequence) -> Bool {
        UInt64(entries.prefix { $0.sequence < sequence }.count)
            == sequence.number - base.number - 1
    }

    /// The transactions that can enter a block: those without a gap before them.
    var contiguous: ArraySlice<PoolEntry> { entries.prefix(entries.count - gapCount) }

    /// Transactions that wait for an earlier one.
    var gapCount: Int {
        var expected = base.next
        for (index, entry) in entries.enumerated() {
            guard entry.sequence == expected else { return entries.count - index }
            expected = expected.next
        }
        return 0
    }

    mutating func insert(_ entry: PoolEntry) {
        let index = entries.firstIndex { $0.sequence > entry.sequence } ?? entries.count
        entries.insert(entry, at: index)
    }

    /// Removes what the base has passed.
    mutating func removeUsed() -> [PoolEntry] {
        let used = entries.prefix { $0.sequence <= base }
        entries.removeFirst(used.count)
        return Array(used)
    }

    mutating func remove(at sequence: Sequence) -> [PoolEntry] {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else { return [] }
        return [entries.remove(at: index)]
    }
}

/// The order in which accounts are served.
///
/// Joining again moves an account to the end; its older place is skipped and later swept out.
struct TurnLine: Sendable {
    private var places: [(account: AccountID, stamp: UInt64)] = []
    private var stampCount: UInt64 = 0

    var count: Int { places.count }

    var accounts: [AccountID] { places.map(\.account) }

    mutating func join(_ account: AccountID) -> UInt64 {
        stampCount += 1
        places.append((account, stampCount))
        return stampCount
    }

    /// Drops the places that are no longer held.
    mutating func compact(_ isHeld: (AccountID, UInt64) -> Bool) {
        places.removeAll { !isHeld($0.account, $0.stamp) }
    }
}

/// A choice of transactions in the making.
struct Selection {
    /// Of a hundred bytes, so many at most go to others while payments wait.
    static let otherShare = 30

    private(set) var room: PoolRoom
    private var otherRoom: PoolRoom
    private(set) var chosen: [PoolEntry] = []
    /// Accounts whose next transaction is of the other lane and found no room in its share.
    private var postponed: [ArraySlice<PoolEntry>] = []

    init(room: PoolRoom) {
        self.room = room
        otherRoom = room
        otherRoom.byteCount = room.byteCount * Self.otherShare / 100
    }

    /// Gives an account one turn; returns what it has left, `nil` when it is done.
    mutating func serve(_ entries: ArraySlice<PoolEntry>) -> ArraySlice<PoolEntry>? {
        guard let first = entries.first else { return nil }
        let rest = entries.dropFirst()
        switch first.lane {
        case .payment:
            guard room.take(first) else { return nil }
        case .other:
            guard otherRoom.take(first) else {
                postponed.append(entries)
                return nil
            }
            guard room.take(first) else { return nil }
        }
        chosen.append(first)
        return rest.isEmpty ? nil : rest
    }

    /// Gives room that payments left over to the rest.
    mutating func fillWithOthers() {
        for entries in postponed {
            for entry in entries {
                guard room.take(entry) else { break }
                chosen.append(entry)
            }
        }
        postponed = []
    }
}
