import Primitives
import StateTree
public import Wire

/// The value of a leaf.
public protocol LeafValue: WireCodable, Equatable {}

/// The leaves of one kind that a draft has read or changed.
///
/// Slots stand in the order in which they were first touched, so that nothing depends on the order
/// of a dictionary.
struct LeafTable<Key: Hashable & Sendable, Value: LeafValue>: Sendable {
    struct Slot: Sendable {
        let key: Key
        let leafKey: LeafKey
        let before: Value?
        var now: Value?
    }

    private(set) var slots: [Slot] = []
    private var places: [Key: Int] = [:]
    /// Values as they were before each change since the last ``settle()``.
    private var undo: [(place: Int, value: Value?)] = []
    /// Where the last look-up ended: an action asks for the same leaf several times in a row.
    private var lastPlace = 0

    /// Sets room aside for so many leaves.
    mutating func reserve(_ count: Int) {
        slots.reserveCapacity(count)
        places.reserveCapacity(count)
    }

    /// Where a key stands, if it was read before.
    @inline(__always)
    mutating func place(of key: Key) -> Int? {
        if lastPlace < slots.count, slots[lastPlace].key == key { return lastPlace }
        guard let place = places[key] else { return nil }
        lastPlace = place
        return place
    }

    /// Takes in a leaf that was just read.
    mutating func enter(_ key: Key, at leafKey: LeafKey, value: Value?) -> Int {
        let place = slots.count
        slots.append(Slot(key: key, leafKey: leafKey, before: value, now: value))
        places[key] = place
        lastPlace = place
        return place
    }

    @inline(__always)
    subscript(place: Int) -> Value? { slots[place].now }

    @inline(__always)
    func key(at place: Int) -> LeafKey { slots[place].leafKey }

    mutating func set(_ value: Value?, at place: Int) {
        undo.append((place, slots[place].now))
        slots[place].now = value
    }

    // MARK: All or nothing

    var mark: Int { undo.count }

    /// Takes back every change since the mark, the last first.
    mutating func rollBack(to mark: Int) {
        while undo.count > mark {
            let (place, value) = undo.removeLast()
            slots[place].now = value
        }
    }

    /// Forgets how to take back.
    mutating func settle() { undo.removeAll(keepingCapacity: true) }

    /// The leaves that are not as they were.
    func collect(into updates: inout [LeafUpdate], _ id: (Key) -> LeafID) {
        for place in slots.indices where slots[place].now != slots[place].before {
            updates.append(
                LeafUpdate(
                    id: id(slots[place].key), key: slots[place].leafKey,
                    value: slots[place].now?.wire))
        }
    }
}

/// One key for a leaf of which there is one.
struct Single: Hashable, Sendable {}

/// Every kind of leaf that the ledger has.
struct LeafTables: Sendable {
    var accounts = LeafTable<AccountID, AccountLeaf>()
    var balances = LeafTable<BalanceID, BalanceLeaf>()
    var assets = LeafTable<AssetID, AssetLeaf>()
    var receipts = LeafTable<PaymentID, ReceiptLeaf>()
    var policies = LeafTable<AccountID, PolicyLeaf>()
    var rosters = LeafTable<RosterSlot, Roster>()
    var parameters = LeafTable<Single, Parameters>()
    var load = LeafTable<Single, Load>()
    var pots = LeafTable<AssetID, PotLeaf>()
    var vaults = LeafTable<VaultID, VaultLeaf>()
    var claims = LeafTable<BalanceID, ClaimLeaf>()
    var records = LeafTable<RecordID, RecordLeaf>()
    var reveals = LeafTable<PublicKey, RevealLeaf>()
    var seeds = LeafTable<Single, SeedLeaf>()

    struct Mark: Sendable {
        let accounts, balances, assets, receipts, policies, rosters, parameters, load, pots: Int
        let vaults, claims, records, reveals, seeds: Int
    }

    var mark: Mark {
        Mark(
            accounts: accounts.mark, balances: balances.mark, assets: assets.mark,
            receipts: receipts.mark, policies: policies.mark, rosters: rosters.mark,
            parameters: parameters.mark, load: load.mark, pots: pots.mark,
            vaults: vaults.mark, claims: claims.mark, records: records.mark,
            reveals: reveals.mark, seeds: seeds.mark)
    }

    mutating func rollBack(to mark: Mark) {
        accounts.rollBack(to: mark.accounts)
        balances.rollBack(to: mark.balances)
        assets.rollBack(to: mark.assets)
        receipts.rollBack(to: mark.receipts)
        policies.rollBack(to: mark.policies)
        rosters.rollBack(to: mark.rosters)
        parameters.rollBack(to: mark.parameters)
        load.rollBack(to: mark.load)
        pots.rollBack(to: mark.pots)
        vaults.rollBack(to: mark.vaults)
        claims.rollBack(to: mark.claims)
        records.rollBack(to: mark.records)
        reveals.rollBack(to: mark.reveals)
        seeds.rollBack(to: mark.seeds)
    }

    mutating func settle() {
        accounts.settle()
        balances.settle()
        assets.settle()
        receipts.settle()
        policies.settle()
        rosters.settle()
        parameters.settle()
        load.settle()
        pots.settle()
        vaults.settle()
        claims.settle()
        records.settle()
        reveals.settle()
        seeds.settle()
    }

    /// Leaves that were read, without the few of which there is one.
    var count: Int {
        accounts.slots.count + balances.slots.count + assets.slots.count + receipts.slots.count
            + policies.slots.count + pots.slots.count + vaults.slots.count + claims.slots.count
            + records.slots.count
    }

    /// All changed leaves, in ascending order of key.
    var updates: [LeafUpdate] {
        var all: [LeafUpdate] = []
        all.reserveCapacity(count)
        accounts.collect(into: &all) { .account($0) }
        balances.collect(into: &all) { .balance($0) }
        assets.collect(into: &all) { .asset($0) }
        receipts.collect(into: &all) { .receipt($0) }
        policies.collect(into: &all) { .policy($0) }
        rosters.collect(into: &all) { .roster($0) }
        parameters.collect(into: &all) { _ in .parameters }
        load.collect(into: &all) { _ in .load }
        pots.collect(into: &all) { .pot($0) }
        vaults.collect(into: &all) { .vault($0) }
        claims.collect(into: &all) { .claim($0) }
        records.collect(into: &all) { .record($0) }
        reveals.collect(into: &all) { .reveal($0) }
        seeds.collect(into: &all) { _ in .seeds }
        return all.sortedByKey
    }
}

extension [LeafUpdate] {
    /// In ascending order of key; what is moved about while sorting is the first bytes of the keys.
    fileprivate var sortedByKey: [LeafUpdate] {
        var order = indices.map { (prefix: self[$0].key.prefix, place: $0) }
        order.sort { left, right in
            left.prefix != right.prefix
                ? left.prefix < right.prefix : self[left.place].key < self[right.place].key
        }
        return order.map { self[$0.place] }
    }
}
