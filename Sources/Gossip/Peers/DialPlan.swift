import Primitives

/// Which dials run, which must wait, and which peers are always wanted.
struct DialPlan: Sendable {
    /// Dials that run at one time.
    static let pendingLimit = 8
    static let pendingMilliseconds: UInt64 = 15_000
    /// Waiting times that are remembered.
    static let waitLimit = 4_096
    static let firstWaitMilliseconds: UInt64 = 1_000
    static let longestWaitMilliseconds: UInt64 = 600_000
    /// Peers that the operator or a bootstrap list names are waited for no longer than this.
    static let longestWishWaitMilliseconds: UInt64 = 30_000
    static let wishLimit = 256
    /// Peers that an operator can have kept.
    static let keptLimit = 64
    /// How long a peer that the operator dropped is not dialled.
    static let droppedMilliseconds: UInt64 = 600_000

    struct Pending: Sendable {
        let name: PeerName
        let group: NetworkGroup
        let isFeeler: Bool
        let since: Instant
    }

    private struct Wait: Sendable {
        var failures: UInt64
        var end: Instant
    }

    /// Someone to dial whether or not the rules of groups would.
    struct Wish: Sendable {
        let name: PeerName
        let address: [UInt8]
        /// Kept connected; otherwise only dialled while the node has no connection of its own.
        let isKept: Bool
        /// Its place in the list that names it.
        var place = 0
        var isSaved = true
    }

    private(set) var pending: [Pending] = []
    private var waits: [PeerName: Wait] = [:]
    private(set) var wishes: [Wish] = []
    var anchors: [PeerName]

    init(anchors: [PeerName]) { self.anchors = anchors }

    func isPending(_ name: PeerName) -> Bool { pending.contains { $0.name == name } }

    func isWaiting(_ name: PeerName, now: Instant) -> Bool {
        waits[name].map { $0.end > now } ?? false
    }

    func isKept(_ name: PeerName) -> Bool { wishes.contains { $0.name == name && $0.isKept } }

    /// The peers that the operator wants kept, in the order in which they were named.
    var kept: [Wish] { wishes.filter(\.isKept) }

    /// - Returns: Whether there was room.
    @discardableResult
    mutating func wish(_ wish: Wish) -> Bool {
        if wish.isKept, !isKept(wish.name), kept.count >= Self.keptLimit { return false }
        if let place = wishes.firstIndex(where: { $0.name == wish.name }) {
            if wish.isKept || !wishes[place].isKept { wishes[place] = wish }
        } else if wishes.count < Self.wishLimit {
            wishes.append(wish)
        } else {
            return false
        }
        waits[wish.name] = nil
        return true
    }

    /// The wishes to look at now, in the order in which they are dialled: those that failed least
    /// first, then by their place, so that one list of dead addresses does not hold up the others
    /// (attack 71).
    func turn(includingLists: Bool) -> [Wish] {
        wishes.filter { $0.isKept || includingLists }.enumerated().sorted { left, right in
            let (one, two) = (left.element, right.element)
            return (one.isKept ? 0 : 1, failures(one.name), one.place, left.offset)
                < (two.isKept ? 0 : 1, failures(two.name), two.place, right.offset)
        }.map(\.element)
    }

    private func failures(_ name: PeerName) -> UInt64 { waits[name]?.failures ?? 0 }

    /// Keeps a peer from being dialled for a while.
    mutating func rest(_ name: PeerName, now: Instant) {
        if waits[name] == nil, waits.count >= Self.waitLimit { dropOldestWait() }
        waits[name] = Wait(
            failures: 0, end: now.advanced(milliseconds: Self.droppedMilliseconds))
    }

    mutating func forget(_ name: PeerName) { wishes.removeAll { $0.name == name } }

    mutating func began(_ name: PeerName, group: NetworkGroup, isFeeler: Bool, now: Instant) {
        pending.append(Pending(name: name, group: group, isFeeler: isFeeler, since: now))
    }

    /// A dial reached its peer; says whether it was a feeler.
    mutating func reached(_ name: PeerName) -> Bool {
        guard let place = pending.firstIndex(where: { $0.name == name }) else { return false }
        return pending.remove(at: place).isFeeler
    }

    mutating func failed(_ name: PeerName, now: Instant, using chance: inout Chance) {
        guard isPending(name) else { return }
        pending.removeAll { $0.name == name }
        wait(for: name, now: now, using: &chance)
    }

    /// A connection ended; the peer is not dialled again at once, so that a peer which drops us
    /// does not keep us busy.
    mutating func ended(_ name: PeerName, now: Instant, using chance: inout Chance) {
        wait(for: name, now: now, using: &chance)
    }

    /// A connection held long enough to be called one.
    mutating func settled(_ name: PeerName) { waits[name] = nil }

    mutating func expire(now: Instant, using chance: inout Chance) {
        for dial in pending
        where now.milliseconds(since: dial.since) >= Self.pendingMilliseconds {
            failed(dial.name, now: now, using: &chance)
        }
    }

    private mutating func wait(for name: PeerName, now: Instant, using chance: inout Chance) {
        if waits[name] == nil, waits.count >= Self.waitLimit { dropOldestWait() }
        let failures = min(waits[name]?.failures ?? 0, 20)
        let isWish = wishes.contains { $0.name == name }
        let longest = isWish ? Self.longestWishWaitMilliseconds : Self.longestWaitMilliseconds
        let base = min(Self.firstWaitMilliseconds << failures, longest)
        let jitter = UInt64.random(in: 0...base / 4, using: &chance)
        waits[name] = Wait(
            failures: failures + 1, end: now.advanced(milliseconds: base + jitter))
    }

    private mutating func dropOldestWait() {
        let oldest = waits.min { ($0.value.end, $0.key) < ($1.value.end, $1.key) }
        if let oldest { waits[oldest.key] = nil }
    }
}

/// When the planner last did what it does from time to time.
struct PlannerPace: Sendable {
    var lastFeeler = Instant(0)
    var lastRequest = Instant(0)
    var lastSave = Instant(0)
    var isStalled = false
    var hasSaved = false

    mutating func start(_ now: Instant) {
        (lastFeeler, lastSave) = (now, now)
        hasSaved = false
    }
}

/// Open connections, with their names in order.
struct LinkTable: Sendable {
    private var links: [PeerName: ConnectionPlanner.Link] = [:]
    private(set) var names: [PeerName] = []

    subscript(name: PeerName) -> ConnectionPlanner.Link? {
        get { links[name] }
        _modify { yield &links[name] }
    }

    func count(where test: (ConnectionPlanner.Link) -> Bool) -> Int {
        names.count { links[$0].map(test) ?? false }
    }

    func contains(where test: (ConnectionPlanner.Link) -> Bool) -> Bool {
        names.contains { links[$0].map(test) ?? false }
    }

    mutating func insert(_ name: PeerName, _ link: ConnectionPlanner.Link) {
        if links.updateValue(link, forKey: name) == nil { names.insertInOrder(name) }
    }

    @discardableResult
    mutating func remove(_ name: PeerName) -> ConnectionPlanner.Link? {
        guard let link = links.removeValue(forKey: name) else { return nil }
        names.removeInOrder(name)
        return link
    }

    mutating func note(_ service: ConnectionPlanner.Service, of name: PeerName, now: Instant) {
        switch service {
        case .transaction: links[name]?.inbound.lastTransaction = now
        case .block: links[name]?.inbound.lastBlock = now
        case .ping(let milliseconds):
            let least = links[name]?.inbound.pingMilliseconds ?? .max
            links[name]?.inbound.pingMilliseconds = min(least, milliseconds)
        }
    }
}
