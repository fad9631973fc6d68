public import Primitives
public import Wire

/// Which peers there are, in two tables: those we heard of and those we were connected to.
///
/// A table is cut into buckets, and a secret key decides which bucket an address falls into by its
/// network group and the group of whoever told us. One attacker's groups reach a small part of the
/// buckets only, however many addresses they name.
///
/// - Source: Bitcoin Core's address manager, `libp2p.md` 3; specification A1 to A8.
public struct AddressBook: Sendable {
    public static let bucketSlots = 64
    public static let freshBuckets = 256
    public static let triedBuckets = 64
    /// Buckets that the addresses told by one group can fall into.
    static let freshBucketsOfSource: UInt64 = 16
    /// Buckets that the addresses of one group can fall into.
    static let triedBucketsOfGroup: UInt64 = 4
    /// Buckets in which one peer can stand among those we heard of.
    static let copyLimit = 4
    /// Peers that wait to take the place of another that must be tested first.
    static let collisionLimit = 10
    static let collisionMilliseconds: UInt64 = 40 * 60_000
    /// A peer that answered so lately keeps its place.
    static let safeMilliseconds: UInt64 = 4 * 3_600_000

    /// Peers looked at to choose one.
    static let drawLimit = 256

    /// The most entries of a book.
    public static var entryLimit: Int { (freshBuckets + triedBuckets) * bucketSlots }

    struct Collision: Sendable {
        let newcomer: PeerName
        let holder: PeerName
        let since: Timestamp
    }

    let own: PeerName
    private let key: FixedBytes<32>
    private var entries: [PeerName: BookEntry] = [:]
    private var fresh: [PeerName?]
    private var tried: [PeerName?]
    private var copies: [PeerName: Int] = [:]
    /// The peers of each table, and those whose own record we hold, each in order.
    private var freshNames: [PeerName] = []
    private var triedNames: [PeerName] = []
    private(set) var recorded: [PeerName] = []
    private(set) var collisions: [Collision] = []
    /// When we were last connected to anyone: failures while we are offline count for nothing.
    private var lastGood = Timestamp(0)

    /// Makes an empty book.
    ///
    /// - Parameters:
    ///   - own: This node's name, which never enters the book.
    ///   - key: 32 secret bytes, kept with the book from start to start.
    public init(own: PeerName, key: FixedBytes<32>) {
        self.own = own
        self.key = key
        fresh = [PeerName?](repeating: nil, count: Self.freshBuckets * Self.bucketSlots)
        tried = [PeerName?](repeating: nil, count: Self.triedBuckets * Self.bucketSlots)
    }

    /// Makes a book from what was saved; entries that no longer fit are left out.
    public init(own: PeerName, key: FixedBytes<32>, restoring saved: [BookEntry]) {
        self.init(own: own, key: key)
        for entry in saved where entry.name != own && entries[entry.name] == nil {
            let slot =
                entry.isTried ? triedSlot(entry) : freshSlot(entry.name, entry.group, entry.source)
            if entry.isTried {
                guard tried[slot] == nil else { continue }
                tried[slot] = entry.name
                triedNames.insertInOrder(entry.name)
            } else {
                guard fresh[slot] == nil else { continue }
                place(entry.name, inFresh: slot)
            }
            entries[entry.name] = entry
            if !entry.envelope.isEmpty { recorded.insertInOrder(entry.name) }
        }
    }

    public var count: Int { entries.count }

    public var triedCount: Int { triedNames.count }

    public subscript(name: PeerName) -> BookEntry? { entries[name] }

    /// Everything to be saved, in the order of names.
    public var saved: [BookEntry] {
        (freshNames + triedNames).sorted().compactMap { entries[$0] }
    }

    // MARK: Hearing of peers

    /// Takes up a peer that someone named.
    ///
    /// - Parameters:
    ///   - name: The peer.
    ///   - addresses: Where it is; the first ``BookEntry/addressLimit`` of them count.
    ///   - sequence: The number of its signed record, or zero.
    ///   - source: Group of whoever named it.
    ///   - now: The clock.
    ///   - chance: Decides whether a known peer gets a further place.
    /// - Returns: Whether the book changed.
    @discardableResult
    public mutating func add(
        _ name: PeerName, at addresses: [BookAddress], sequence: UInt64, source: NetworkGroup,
        now: Timestamp, using chance: inout Chance
    ) -> Bool {
        let addresses = Array(addresses.prefix(BookEntry.addressLimit))
        guard name != own, !addresses.isEmpty else { return false }
        if let known = entries[name] {
            return update(known, addresses, sequence, source, now, &chance)
        }
        let slot = freshSlot(name, addresses[0].group, source)
        if let holder = fresh[slot] {
            guard entries[holder]?.isTerrible(now: now) ?? true || copies[holder, default: 0] > 1
            else { return false }
            vacate(slot)
        }
        entries[name] = BookEntry(
            name: name, addresses: addresses, sequence: sequence, source: source, seen: now)
        place(name, inFresh: slot)
        return true
    }

    private mutating func place(_ name: PeerName, inFresh slot: Int) {
        fresh[slot] = name
        copies[name] = 1
        freshNames.insertInOrder(name)
    }

    private mutating func update(
        _ known: BookEntry, _ addresses: [BookAddress], _ sequence: UInt64,
        _ source: NetworkGroup, _ now: Timestamp, _ chance: inout Chance
    ) -> Bool {
        entries[known.name]?.history.seen = now
        if sequence > known.sequence {
            replaceAddresses(of: known, addresses, sequence)
            return true
        }
        // Each place that a peer has makes a further one half as likely.
        let count = copies[known.name, default: 0]
        guard !known.isTried, count < Self.copyLimit,
            chance.happens(perMillion: 1_000_000 >> UInt64(count))
        else { return false }
        let slot = freshSlot(known.name, known.group, source)
        guard fresh[slot] == nil else { return false }
        fresh[slot] = known.name
        copies[known.name] = count + 1
        return true
    }

    /// Newer addresses move the peer to other buckets, as if it had just been heard of.
    private mutating func replaceAddresses(
        of known: BookEntry, _ addresses: [BookAddress], _ sequence: UInt64
    ) {
        var entry = known
        entry.addresses = addresses
        entry.sequence = sequence
        guard addresses[0].group != known.group else {
            entries[known.name] = entry
            return
        }
        forget(known.name)
        entry.isTried = false
        entry.envelope = []
        let slot = freshSlot(entry.name, entry.group, entry.source)
        guard fresh[slot] == nil else { return }
        place(entry.name, inFresh: slot)
        entries[entry.name] = entry
    }

    /// Keeps a record that the peer itself gave us, to be passed on to others.
    public mutating func keep(_ record: SignedPeerRecord) {
        guard record.envelope.count <= BookEntry.envelopeByteLimit,
            let entry = entries[record.peer], entry.sequence <= record.sequence
        else { return }
        entries[record.peer]?.envelope = record.envelope
        recorded.insertInOrder(record.peer)
    }

    // MARK: Trying peers

    /// Notes that we dial a peer; until it is reached, that is a failure.
    public mutating func attempted(_ name: PeerName, now: Timestamp) {
        guard let entry = entries[name] else { return }
        let isCounted = entry.history.tried < lastGood || entry.history.tried == Timestamp(0)
        entries[name]?.history.tried = now
        if isCounted, entry.history.failures < .max { entries[name]?.history.failures += 1 }
    }

    /// Notes that we reached a peer that we dialled.
    public mutating func succeeded(_ name: PeerName, now: Timestamp) {
        lastGood = now
        guard var entry = entries[name] else { return }
        entry.history.tried = now
        entry.history.succeeded = now
        entry.history.seen = now
        entry.history.failures = 0
        entries[name] = entry
        guard !entry.isTried else { return }
        let slot = triedSlot(entry)
        guard let holder = tried[slot] else {
            promote(entry, to: slot)
            return
        }
        guard collisions.count < Self.collisionLimit,
            !collisions.contains(where: { $0.newcomer == name })
        else { return }
        collisions.append(Collision(newcomer: name, holder: holder, since: now))
    }

    /// A peer whose place another one claims, to be dialled once to see whether it still answers.
    public func nextToTest(using chance: inout Chance) -> BookEntry? {
        collisions.randomElement(using: &chance).flatMap { entries[$0.holder] }
    }

    /// Settles claims to places: a holder that answered keeps its place, another goes back.
    public mutating func settleCollisions(now: Timestamp) {
        let open = collisions
        collisions = []
        for collision in open {
            guard let newcomer = entries[collision.newcomer], !newcomer.isTried else { continue }
            let slot = triedSlot(newcomer)
            guard let name = tried[slot], let holder = entries[name] else {
                promote(newcomer, to: slot)
                continue
            }
            let isSafe = holder.age(holder.history.succeeded, now) < Self.safeMilliseconds
            if isSafe { continue }
            let failed =
                holder.history.tried > holder.history.succeeded
                && holder.history.tried >= collision.since
                && holder.age(holder.history.tried, now) > 60_000
            let isOld = holder.age(collision.since, now) > Self.collisionMilliseconds
            if failed || isOld {
                demote(holder, from: slot)
                promote(newcomer, to: slot)
            } else {
                collisions.append(collision)
            }
        }
    }

    /// Removes a peer.
    public mutating func forget(_ name: PeerName) {
        guard let entry = entries.removeValue(forKey: name) else { return }
        recorded.removeInOrder(name)
        collisions.removeAll { $0.newcomer == name || $0.holder == name }
        if entry.isTried {
            let slot = triedSlot(entry)
            if tried[slot] == name { tried[slot] = nil }
            triedNames.removeInOrder(name)
        }
        leaveFresh(name)
    }

    private mutating func leaveFresh(_ name: PeerName) {
        guard copies.removeValue(forKey: name) != nil else { return }
        for slot in fresh.indices where fresh[slot] == name { fresh[slot] = nil }
        freshNames.removeInOrder(name)
    }

    private mutating func promote(_ entry: BookEntry, to slot: Int) {
        leaveFresh(entry.name)
        tried[slot] = entry.name
        triedNames.insertInOrder(entry.name)
        entries[entry.name]?.isTried = true
    }

    private mutating func demote(_ entry: BookEntry, from slot: Int) {
        tried[slot] = nil
        triedNames.removeInOrder(entry.name)
        entries[entry.name]?.isTried = false
        let slot = freshSlot(entry.name, entry.group, entry.source)
        if fresh[slot] != nil { vacate(slot) }
        place(entry.name, inFresh: slot)
    }

    private mutating func vacate(_ slot: Int) {
        guard let name = fresh[slot] else { return }
        fresh[slot] = nil
        let count = copies[name, default: 1] - 1
        copies[name] = count > 0 ? count : nil
        guard count <= 0 else { return }
        entries[name] = nil
        freshNames.removeInOrder(name)
        recorded.removeInOrder(name)
    }

    // MARK: Choosing

    /// Whether any entry is like this.
    public func contains(where test: (BookEntry) -> Bool) -> Bool {
        [triedNames, freshNames].contains { names in
            names.contains { entries[$0].map(test) ?? false }
        }
    }

    public enum Table: Sendable { case fresh, tried }

    /// Draws a peer to dial.
    ///
    /// - Parameters:
    ///   - table: One table, or `nil` for either with the same chance.
    ///   - now: The clock.
    ///   - chance: The source of chance.
    ///   - isWanted: Leaves out peers that cannot be used now.
    /// - Returns: `nil` when no peer is wanted.
    public func choose(
        from table: Table? = nil, now: Timestamp, using chance: inout Chance,
        where isWanted: (BookEntry) -> Bool
    ) -> BookEntry? {
        let first = table ?? (Bool.random(using: &chance) ? .fresh : .tried)
        let second = table == nil ? (first == .fresh ? Table.tried : .fresh) : nil
        for table in [first, second].compactMap({ $0 }) {
            let names = table == .fresh ? freshNames : triedNames
            if let found = draw(from: names, now: now, using: &chance, where: isWanted) {
                return found
            }
        }
        return nil
    }

    /// Looks at a bounded number of peers, so that a large book costs no more than a small one.
    private func draw(
        from names: [PeerName], now: Timestamp, using chance: inout Chance,
        where isWanted: (BookEntry) -> Bool
    ) -> BookEntry? {
        let looked =
            names.count <= Self.drawLimit
            ? names
            : (0..<Self.drawLimit).compactMap { _ in names.randomElement(using: &chance) }
        let candidates = looked.compactMap { entries[$0] }.filter(isWanted)
        guard !candidates.isEmpty else { return nil }
        // A poor candidate gets likelier with each turn, so that the walk ends.
        var factor = 1.0
        while true {
            guard let entry = candidates.randomElement(using: &chance) else { return nil }
            let weight = min(1, entry.weight(now: now) * factor)
            if chance.happens(perMillion: UInt64(weight * 1_000_000)) { return entry }
            factor *= 1.2
        }
    }

    // MARK: Places

    private func freshSlot(_ name: PeerName, _ group: NetworkGroup, _ source: NetworkGroup) -> Int {
        let part = number(1, [group.bytes.array, source.bytes.array]) % Self.freshBucketsOfSource
        let bucket =
            number(2, [source.bytes.array, [UInt8(part)]]) % UInt64(Self.freshBuckets)
        return slot(3, bucket, name)
    }

    private func triedSlot(_ entry: BookEntry) -> Int {
        let part = number(4, [entry.name.bytes.array]) % Self.triedBucketsOfGroup
        let bucket =
            number(5, [entry.group.bytes.array, [UInt8(part)]]) % UInt64(Self.triedBuckets)
        return slot(6, bucket, entry.name)
    }

    private func slot(_ purpose: UInt8, _ bucket: UInt64, _ name: PeerName) -> Int {
        let place =
            number(purpose, [[UInt8(bucket & 255), UInt8(bucket >> 8)], name.bytes.array])
            % UInt64(Self.bucketSlots)
        return Int(bucket) * Self.bucketSlots + Int(place)
    }

    private func number(_ purpose: UInt8, _ parts: [[UInt8]]) -> UInt64 {
        let digest = Digest(hashing: key.array + [purpose] + parts.joined(), in: .addressBook)
        var number: UInt64 = 0
        for index in 0..<8 { number |= UInt64(digest.bytes[index]) << UInt64(8 * index) }
        return number
    }
}

extension HashDomain {
    static let addressBook = HashDomain("argosy/addrbook")
}
