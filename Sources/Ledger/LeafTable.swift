import Primitives
import StateTree
public import Wire

/// The value of a leaf.
public protocol LeafValue: WireCodable, Equatable {}

/// The leaves of one kind that a draft has read or changed.
///
/// Slots stand in the order in which they were first touched, so that nothing depends on the order
/// of a dictionary.
struct LeafTable<Key: PlaceKey, Value: LeafValue>: Sendable {
    struct Slot: Sendable {
        let key: Key
        let leafKey: LeafKey
        let before: Value?
        var now: Value?
    }

    private(set) var slots: [Slot] = []
    private var places = PlaceIndex()
    /// Values as they were before each change since the last ``settle()``.
    private var undo: [(place: Int, value: Value?)] = []
    /// Where the last look-up ended: an action asks for the same leaf several times in a row.
    private var lastPlace = 0

    /// Sets room aside for so many leaves.
    mutating func reserve(_ count: Int) {
        slots.reserveCapacity(count)
        places.reserve(count)
    }

    /// Where a key stands, if it was read before.
    @inline(__always)
    mutating func place(of key: Key) -> Int? {
        if lastPlace < slots.count, slots[lastPlace].key == key { return lastPlace }
        guard let place = places.place(key.spread, { slots[$0].key == key }) else { return nil }
        lastPlace = place
        return place
    }

    /// Where a key stands; a leaf that was not read before is read.
    ///
    /// Reading never throws: the first failure of the source is left in `fault`.
    @inline(__always)
    mutating func place(
        of key: Key, from source: any LeafSource, _ fault: inout SourceError?, _ id: (Key) -> LeafID
    ) -> Int {
        if let place = place(of: key) { return place }
        return enter(key, at: id(key).key, from: source, &fault)
    }

    private mutating func enter(
        _ key: Key, at leafKey: LeafKey, from source: any LeafSource, _ fault: inout SourceError?
    ) -> Int {
        do throws(SourceError) {
            guard let bytes = try source.leaf(leafKey) else {
                return enter(key, at: leafKey, value: nil)
            }
            do { return enter(key, at: leafKey, value: try Value(wire: bytes)) } catch {
                throw .corrupt(leafKey)
            }
        } catch {
            if fault == nil { fault = error }
            return enter(key, at: leafKey, value: nil)
        }
    }

    /// Takes in a leaf that was just read.
    mutating func enter(_ key: Key, at leafKey: LeafKey, value: Value?) -> Int {
        let place = slots.count
        slots.append(Slot(key: key, leafKey: leafKey, before: value, now: value))
        places.enter(key.spread, at: place)
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
    func collect(
        into updates: inout [LeafUpdate], by writer: inout WireWriter, _ id: (Key) -> LeafID
    ) {
        for place in slots.indices where slots[place].now != slots[place].before {
            updates.append(
                LeafUpdate(
                    id: id(slots[place].key), key: slots[place].leafKey,
                    value: slots[place].now.map { writer.wire(of: $0) }))
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
        var writer = WireWriter()
        accounts.collect(into: &all, by: &writer) { .account($0) }
        balances.collect(into: &all, by: &writer) { .balance($0) }
        assets.collect(into: &all, by: &writer) { .asset($0) }
        receipts.collect(into: &all, by: &writer) { .receipt($0) }
        policies.collect(into: &all, by: &writer) { .policy($0) }
        rosters.collect(into: &all, by: &writer) { .roster($0) }
        parameters.collect(into: &all, by: &writer) { _ in .parameters }
        load.collect(into: &all, by: &writer) { _ in .load }
        pots.collect(into: &all, by: &writer) { .pot($0) }
        vaults.collect(into: &all, by: &writer) { .vault($0) }
        claims.collect(into: &all, by: &writer) { .claim($0) }
        records.collect(into: &all, by: &writer) { .record($0) }
        reveals.collect(into: &all, by: &writer) { .reveal($0) }
        seeds.collect(into: &all, by: &writer) { _ in .seeds }
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
