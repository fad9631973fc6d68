public import Primitives
import StateTree
import Wire

/// The state while a block is applied: leaves as they were, and what has become of them.
///
/// A transaction is all or nothing: ``rollBack(to:)`` takes back what it did since a mark. Reading
/// never throws, so that rules read like rules; a store that fails is remembered in ``fault``, and
/// whoever applies the block looks there before believing any result (rule L30).
public struct Draft: Sendable {
    let source: any LeafSource
    let steady: SteadyLeaves
    public let height: Height
    /// Of the block being applied; for a question about the state, the earliest that the next block
    /// can have.
    public let time: Timestamp
    var tables = LeafTables()
    public internal(set) var events = EventLog()
    /// The first failure of the store.
    public internal(set) var fault: SourceError?
    /// The transaction being applied; its actions pay and are named through it.
    public internal(set) var scope: TransactionScope?
    /// Known when the draft was made, and found since; rolling back takes none away.
    public internal(set) var admissible: AdmissibleKeys
    /// Room in which records are written.
    var writer = WireWriter()

    /// - Parameters:
    ///   - source: The leaves as they are now.
    ///   - steady: What is known of them already; the caller vouches for it.
    ///   - admissible: Keys that were looked at before.
    ///   - height: Of the block that is applied.
    ///   - time: Of that block.
    public init(
        reading source: any LeafSource, knowing steady: SteadyLeaves = .none,
        _ admissible: AdmissibleKeys = AdmissibleKeys(), at height: Height, time: Timestamp
    ) {
        self.source = source
        self.steady = steady
        self.height = height
        self.time = time
        self.admissible = admissible
    }

    /// Everything that changed, in ascending order of key.
    public var updates: [LeafUpdate] { tables.updates }

    /// Leaves read so far.
    public var leafCount: Int { tables.count }

    /// Sets room aside for what so many transactions read.
    public mutating func reserve(_ transactionCount: Int) {
        tables.accounts.reserve(transactionCount)
        tables.balances.reserve(2 * transactionCount)
        tables.policies.reserve(transactionCount)
        events.reserve(3 * transactionCount)
    }

    // MARK: All or nothing

    public struct Mark: Sendable {
        let tables: LeafTables.Mark
        let events: Int
    }

    /// A point to come back to.
    ///
    /// Declared as mutating, though it changes nothing: a caller that only reads a draft through a
    /// property of its own would copy it first.
    public mutating func mark() -> Mark { Mark(tables: tables.mark, events: events.mark) }

    /// Takes back every change since the mark.
    public mutating func rollBack(to mark: Mark) {
        tables.rollBack(to: mark.tables)
        events.rollBack(to: mark.events)
    }

    /// Keeps every change so far; marks taken before are void.
    public mutating func settle() {
        tables.settle()
        scope = nil
    }

    // MARK: Leaves

    public mutating func account(_ id: AccountID) -> AccountLeaf? {
        let place = accountPlace(id)
        return tables.accounts[place]
    }

    private mutating func accountPlace(_ id: AccountID) -> Int {
        tables.accounts.place(of: id, from: source, &fault) { .account($0) }
    }

    public mutating func set(_ leaf: AccountLeaf, of id: AccountID) {
        tables.accounts.set(leaf, at: accountPlace(id))
    }

    public mutating func balance(_ id: BalanceID) -> BalanceLeaf? {
        let place = balancePlace(id)
        return tables.balances[place]
    }

    mutating func balancePlace(_ id: BalanceID) -> Int {
        tables.balances.place(of: id, from: source, &fault) { .balance($0) }
    }

    public mutating func set(_ leaf: BalanceLeaf?, of id: BalanceID) {
        tables.balances.set(leaf, at: balancePlace(id))
    }

    public mutating func asset(_ id: AssetID) -> AssetLeaf? {
        let place = assetPlace(id)
        return tables.assets[place]
    }

    mutating func assetPlace(_ id: AssetID) -> Int {
        tables.assets.place(of: id, from: source, &fault) { .asset($0) }
    }

    public mutating func set(_ leaf: AssetLeaf, of id: AssetID) {
        tables.assets.set(leaf, at: assetPlace(id))
    }

    public mutating func receipt(_ id: PaymentID) -> ReceiptLeaf? {
        let place = tables.receipts.place(of: id, from: source, &fault) { .receipt($0) }
        return tables.receipts[place]
    }

    public mutating func set(_ leaf: ReceiptLeaf?, of id: PaymentID) {
        let place = tables.receipts.place(of: id, from: source, &fault) { .receipt($0) }
        tables.receipts.set(leaf, at: place)
    }

    public mutating func policy(_ id: AccountID) -> PolicyLeaf? {
        let place = policyPlace(id)
        return tables.policies[place]
    }

    private mutating func policyPlace(_ id: AccountID) -> Int {
        tables.policies.place(of: id, from: source, &fault) { .policy($0) }
    }

    public mutating func set(_ leaf: PolicyLeaf?, of id: AccountID) {
        tables.policies.set(leaf, at: policyPlace(id))
    }

    public mutating func roster(_ slot: RosterSlot) -> Roster? {
        let place = rosterPlace(slot)
        return tables.rosters[place]
    }

    private mutating func rosterPlace(_ slot: RosterSlot) -> Int {
        if let place = tables.rosters.place(of: slot) { return place }
        guard let known = steady.roster(slot) else {
            return tables.rosters.place(of: slot, from: source, &fault) { .roster($0) }
        }
        return tables.rosters.enter(slot, at: LeafID.roster(slot).key, value: known)
    }

    public mutating func set(_ roster: Roster, of slot: RosterSlot) {
        tables.rosters.set(roster, at: rosterPlace(slot))
    }

    public mutating func parameters() -> Parameters? {
        let place = parametersPlace()
        return tables.parameters[place]
    }

    private mutating func parametersPlace() -> Int {
        if let place = tables.parameters.place(of: Single()) { return place }
        guard let known = steady.parameters else {
            return tables.parameters.place(of: Single(), from: source, &fault) { _ in
                .parameters
            }
        }
        return tables.parameters.enter(Single(), at: LeafID.parameters.key, value: known)
    }

    public mutating func set(_ parameters: Parameters) {
        tables.parameters.set(parameters, at: parametersPlace())
    }

    public mutating func load() -> Load? {
        let place = tables.load.place(of: Single(), from: source, &fault) { _ in .load }
        return tables.load[place]
    }

    public mutating func set(_ load: Load) {
        let place = tables.load.place(of: Single(), from: source, &fault) { _ in .load }
        tables.load.set(load, at: place)
    }

    public mutating func pot(_ id: AssetID) -> PotLeaf {
        let place = tables.pots.place(of: id, from: source, &fault) { .pot($0) }
        return tables.pots[place] ?? PotLeaf()
    }

    public mutating func set(_ pot: PotLeaf, of id: AssetID) {
        let place = tables.pots.place(of: id, from: source, &fault) { .pot($0) }
        tables.pots.set(pot, at: place)
    }
}
