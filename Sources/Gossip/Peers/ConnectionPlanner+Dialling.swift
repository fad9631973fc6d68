import Primitives
import Wire

// Connections of our own making.

extension ConnectionPlanner {
    public static let tickMilliseconds: UInt64 = 500
    static let feelerMilliseconds: UInt64 = 120_000
    static let saveMilliseconds: UInt64 = 120_000
    /// The first time sooner, so that a node that dies young finds its peers again.
    static let firstSaveMilliseconds: UInt64 = 10_000
    /// In this time a peer says what it is, or its place is given to others (attack 68).
    static let newcomerMilliseconds: UInt64 = 10_000
    /// Outbound connections added while no new block comes.
    static let stallExtra = 2
    /// Connections to one group when there is no other group to turn to.
    static let groupFallback = 2
    /// A connection that held so long ends the waiting time of its peer.
    static let settledMilliseconds: UInt64 = 60_000

    mutating func tick(now: Instant, wall: Timestamp) -> [Effect] {
        var effects: [Effect] = [.armTick(milliseconds: Self.tickMilliseconds)]
        dials.expire(now: now, using: &chance)
        bans.expire(now: wall)
        book.settleCollisions(now: wall)
        for name in links.names {
            guard let link = links[name] else { continue }
            let age = now.milliseconds(since: link.inbound.since)
            if age >= Self.settledMilliseconds { dials.settled(name) }
            if link.connection.role == nil, age >= Self.newcomerMilliseconds {
                effects.append(.disconnect(name, .silent))
            }
        }
        effects += dial(now: now, wall: wall)
        effects += feel(now: now, wall: wall)
        effects += ask(now: now, wall: wall)
        let pause = pace.hasSaved ? Self.saveMilliseconds : Self.firstSaveMilliseconds
        if now.milliseconds(since: pace.lastSave) >= pause {
            (pace.lastSave, pace.hasSaved) = (now, true)
            effects.append(.save)
        }
        return effects
    }

    /// Whether addresses of this reach are dialled in this network.
    func isDiallable(_ address: [UInt8]) -> Bool {
        guard let place = NetworkPlace(multiaddr: address) else { return true }
        switch place.reach {
        case .global: return true
        case .site: return limits.acceptsSite
        case .loopback: return limits.acceptsLoopback
        case .none: return false
        }
    }

    /// Whether the rule of one connection a group is for this address: not inside one site.
    private func isGrouped(_ address: BookAddress) -> Bool {
        switch NetworkPlace(multiaddr: address.bytes)?.reach {
        case .global, nil: true
        case .site, .loopback, .some(.none): false
        }
    }

    private func isFree(_ name: PeerName, now: Instant, wall: Timestamp) -> Bool {
        name != own && links[name] == nil && !dials.isPending(name)
            && !dials.isWaiting(name, now: now) && !bans.isBanned(name, now: wall)
    }

    // MARK: Dialling

    var outboundWanted: Int { limits.outbound + (pace.isStalled ? Self.stallExtra : 0) }

    mutating func bootstrap(_ peers: [BootstrapList.Peer], wall: Timestamp) {
        for (place, peer) in peers.prefix(BootstrapList.peerLimit).enumerated()
        where peer.name != own {
            dials.wish(
                DialPlan.Wish(
                    name: peer.name, address: peer.address, isKept: false, place: place))
            remember(peer.name, at: peer.address, wall: wall)
        }
    }

    /// Writes an address that a person or a list gave us into the book.
    func group(of address: [UInt8]) -> NetworkGroup {
        NetworkPlace(multiaddr: address)?.group ?? NetworkGroup(named: address)
    }

    private mutating func remember(_ name: PeerName, at address: [UInt8], wall: Timestamp) {
        let group = group(of: address)
        guard let address = BookAddress(address, group: group) else { return }
        book.add(name, at: [address], sequence: 0, source: group, now: wall, using: &chance)
    }

    mutating func dial(now: Instant, wall: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        // Peers that came by themselves are no reason to ask no others (attack 70).
        let isAlone = outboundCount == 0 || pace.isStalled && outboundCount < outboundWanted
        for wish in dials.turn(includingLists: isAlone) {
            guard dials.pending.count < DialPlan.pendingLimit else { return effects }
            guard isFree(wish.name, now: now, wall: wall) || canForce(wish, now: now) else {
                continue
            }
            let addresses = [wish.address]
            effects.append(
                begin(
                    wish.name, addresses, group: group(of: wish.address), isFeeler: false,
                    now: now, wall: wall))
        }
        effects += dialAnchors(now: now, wall: wall)
        while outboundCount + dials.pending.count(where: { !$0.isFeeler }) < outboundWanted,
            dials.pending.count < DialPlan.pendingLimit,
            let entry = nextOutbound(now: now, wall: wall)
        {
            effects.append(begin(entry, isFeeler: false, now: now, wall: wall))
        }
        return effects
    }

    /// A peer that the operator wants is dialled also while it is banned.
    private func canForce(_ wish: DialPlan.Wish, now: Instant) -> Bool {
        wish.isKept && wish.name != own && links[wish.name] == nil
            && !dials.isPending(wish.name) && !dials.isWaiting(wish.name, now: now)
    }

    private mutating func dialAnchors(now: Instant, wall: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        let anchors = dials.anchors
        dials.anchors = []
        for name in anchors.prefix(SavedPeers.anchorLimit) {
            guard let entry = book[name], isFree(name, now: now, wall: wall) else { continue }
            effects.append(begin(entry, isFeeler: false, now: now, wall: wall))
        }
        return effects
    }

    private mutating func nextOutbound(now: Instant, wall: Timestamp) -> BookEntry? {
        var used: [NetworkGroup: Int] = [:]
        for name in links.names {
            guard let link = links[name], link.connection.isOutbound else { continue }
            used[link.connection.place.group, default: 0] += 1
        }
        for dial in dials.pending { used[dial.group, default: 0] += 1 }
        var chance = self.chance
        defer { self.chance = chance }
        for limit in 1...Self.groupFallback {
            let entry = book.choose(now: wall, using: &chance) { entry in
                guard let address = entry.addresses.first(where: { isDiallable($0.bytes) }),
                    isFree(entry.name, now: now, wall: wall)
                else { return false }
                return !isGrouped(address) || used[address.group, default: 0] < limit
            }
            if let entry { return entry }
        }
        return nil
    }

    private mutating func begin(
        _ entry: BookEntry, isFeeler: Bool, now: Instant, wall: Timestamp
    ) -> Effect {
        let addresses = entry.addresses.map(\.bytes).filter(isDiallable)
        return begin(
            entry.name, addresses, group: entry.group, isFeeler: isFeeler, now: now, wall: wall)
    }

    private mutating func begin(
        _ name: PeerName, _ addresses: [[UInt8]], group: NetworkGroup, isFeeler: Bool,
        now: Instant, wall: Timestamp
    ) -> Effect {
        dials.began(name, group: group, isFeeler: isFeeler, now: now)
        book.attempted(name, now: wall)
        return .dial(name, addresses)
    }

    /// Tries an address that is not needed now, so that the book stays true.
    private mutating func feel(now: Instant, wall: Timestamp) -> [Effect] {
        guard limits.inbound > 0, outboundCount >= limits.outbound,
            now.milliseconds(since: pace.lastFeeler) >= Self.feelerMilliseconds,
            dials.pending.count < DialPlan.pendingLimit
        else { return [] }
        pace.lastFeeler = now
        if let holder = book.nextToTest(using: &chance) {
            // A holder that is connected answers by being there.
            if links[holder.name] != nil { book.succeeded(holder.name, now: wall) }
            if isFree(holder.name, now: now, wall: wall) {
                return [begin(holder, isFeeler: true, now: now, wall: wall)]
            }
        }
        var chance = self.chance
        let entry = book.choose(from: .fresh, now: wall, using: &chance) { entry in
            isFree(entry.name, now: now, wall: wall)
                && entry.addresses.contains { isDiallable($0.bytes) }
        }
        self.chance = chance
        return entry.map { [begin($0, isFeeler: true, now: now, wall: wall)] } ?? []
    }

    // MARK: Commands

    mutating func obey(_ command: Command, now: Instant, wall: Timestamp) -> [Effect] {
        switch command {
        case .add(let name, let address, let isSaved):
            guard name != own else { return [] }
            dials.wish(
                DialPlan.Wish(name: name, address: address, isKept: true, isSaved: isSaved))
            remember(name, at: address, wall: wall)
            return [.save] + dial(now: now, wall: wall)
        case .remove(let name):
            dials.forget(name)
            book.forget(name)
            return links[name] == nil ? [] : [.disconnect(name, .dropped)]
        case .drop(let name):
            dials.forget(name)
            dials.rest(name, now: now)
            return (links[name] == nil ? [] : [.disconnect(name, .dropped)]) + [.save]
        case .ban(let name, let milliseconds):
            dials.forget(name)
            return ban(name, milliseconds: milliseconds, wall: wall)
        case .unban(let name):
            bans.unban(name)
            return [.save]
        }
    }

    mutating func fault(
        _ name: PeerName, _ severity: Severity, now: Instant, wall: Timestamp
    ) -> [Effect] {
        let isConnected = links[name] != nil
        guard !dials.isKept(name) else {
            return isConnected ? [.disconnect(name, .faulted)] : []
        }
        switch severity {
        case .minor: return isConnected ? [.disconnect(name, .faulted)] : []
        case .major: return ban(name, milliseconds: 3_600_000, wall: wall)
        case .grave: return ban(name, milliseconds: 24 * 3_600_000, wall: wall)
        }
    }

    private mutating func ban(
        _ name: PeerName, milliseconds: UInt64, wall: Timestamp
    ) -> [Effect] {
        let place = links[name]?.connection.place
        // Many nodes share a loopback or a site's gateway: only the peer is banned there.
        let host = place.flatMap { $0.reach == .global ? $0.host : nil }
        bans.ban(name, host: host, until: wall.adding(milliseconds))
        return links[name] == nil ? [.save] : [.disconnect(name, .banned), .save]
    }
}
