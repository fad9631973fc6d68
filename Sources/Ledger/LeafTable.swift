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

    /// Where a key stands, if it was read before.
    @inline(__always)
    func place(of key: Key) -> Int? { places[key] }

    /// Takes in a leaf that was just read.
    mutating func enter(_ key: Key, at leafKey: LeafKey, value: Value?) -> Int {
        let place = slots.count
        slots.append(Slot(key: key, leafKey: leafKey, before: value, now: value))
        places[key] = place
        return place
    }

    @inline(__always)
    subscript(place: Int) -> Value? { slots[place].now }

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
    func updates(_ id: (Key) -> LeafID) -> [LeafUpdate] {
        slots.compactMap { slot in
            guard slot.now != slot.before else { return nil }
            return LeafUpdate(id: id(slot.key), key: slot.leafKey, value: slot.now?.wire)
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

    struct Mark: Sendable {
        let accounts, balances, assets, receipts, policies, rosters, parameters, load, pots: Int
        let vaults, claims, records: Int
    }

    var mark: Mark {
        Mark(
            accounts: accounts.mark, balances: balances.mark, assets: assets.mark,
            receipts: receipts.mark, policies: policies.mark, rosters: rosters.mark,
            parameters: parameters.mark, load: load.mark, pots: pots.mark,
            vaults: vaults.mark, claims: claims.mark, records: records.mark)
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
    }

    /// Leaves that were read, without the few of which there is one.
    var count: Int {
        accounts.slots.count + balances.slots.count + assets.slots.count + receipts.slots.count
            + policies.slots.count + pots.slots.count + vaults.slots.count + claims.slots.count
            + records.slots.count
    }

    /// All changed leaves, in ascending order of key.
    var updates: [LeafUpdate] {
        var all = accounts.updates { .account($0) }
        all += balances.updates { .balance($0) }
        all += assets.updates { .asset($0) }
        all += receipts.updates { .receipt($0) }
        all += policies.updates { .policy($0) }
        all += rosters.updates { .roster($0) }
        all += parameters.updates { _ in .parameters }
        all += load.updates { _ in .load }
        all += pots.updates { .pot($0) }
        all += vaults.updates { .vault($0) }
        all += claims.updates { .claim($0) }
        all += records.updates { .record($0) }
        return all.sorted { $0.key < $1.key }
    }
}
