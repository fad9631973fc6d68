public import Primitives
public import Wire

/// Decides whom to dial, whom to let in, and whom to give up.
///
/// A machine beside the router: it owns the address book, the bans and the plan of connections, and
/// knows nothing of what peers say to each other.
///
/// - Source: `libp2p.md` 3; attacks 61, 62, 70; specification A9 to A20.
public struct ConnectionPlanner: Sendable {
    public enum Event: Sendable {
        case started
        /// Peers of one list that the caller has checked.
        case bootstrap([BootstrapList.Peer])
        /// A connection is open and the peer's identity is proved.
        case connected(PeerName, Connection)
        case disconnected(PeerName)
        /// The connection gave way to another of the same peer, which is told of next.
        case replaced(PeerName)
        case dialFailed(PeerName)
        /// A dial ended well; the connection is told of by its own event.
        case dialEnded(PeerName)
        /// The peer said what it is; until then it holds a newcomer's place.
        case classified(PeerName, PeerLink.Role)
        /// A peer's own record from identify, not checked yet.
        case identified(PeerName, SignedPeerRecord)
        /// Records that the router found valid.
        case recommended([SignedPeerRecord], from: PeerName)
        /// Bytes of an ``ExchangeMessage``.
        case received(PeerName, [UInt8])
        case faulted(PeerName, Severity)
        case helped(PeerName, Service)
        /// Whether no new block has come for too long: then two more peers are looked for.
        case stalled(Bool)
        case commanded(Command)
        case ticked
    }

    public enum Effect: Equatable, Sendable {
        /// Dials the addresses in turn until one answers as this peer.
        case dial(PeerName, [[UInt8]])
        case disconnect(PeerName, Reason)
        /// Sends an ``ExchangeMessage``.
        case send(PeerName, [UInt8])
        /// Writes ``ConnectionPlanner/saved`` to disk.
        case save
        /// Calls back with ``Event/ticked``.
        case armTick(milliseconds: UInt64)
    }

    public enum Severity: Sendable {
        /// The connection ends, and is not made again for a while.
        case minor
        /// Banned for an hour.
        case major
        /// Banned for a day.
        case grave
    }

    public enum Service: Sendable { case transaction, block, ping(milliseconds: UInt64) }

    /// What an operator can ask for.
    public enum Command: Sendable {
        /// Keeps a connection to this peer, outside the rules of groups and bans.
        ///
        /// - Parameter isSaved: Whether a restart remembers it; settings are read anew.
        case add(PeerName, address: [UInt8], isSaved: Bool = true)
        case remove(PeerName)
        case drop(PeerName)
        case ban(PeerName, milliseconds: UInt64)
        case unban(PeerName)
    }

    public enum Reason: Hashable, Sendable {
        case banned, full, evicted, ownName, feelerDone, malformed, unsolicited, faulted, dropped
        /// It did not say in time what it is.
        case silent
        /// We dialled it, and it is no full node.
        case unfit
    }

    public struct Connection: Hashable, Sendable {
        public var isOutbound: Bool
        public var place: NetworkPlace
        /// `nil` as long as the peer has not said what it is.
        public var role: PeerLink.Role?

        public init(isOutbound: Bool, place: NetworkPlace, role: PeerLink.Role?) {
            self.isOutbound = isOutbound
            self.place = place
            self.role = role
        }
    }

    /// How many connections there may be.
    public struct Limits: Hashable, Sendable {
        public var outbound = 8
        public var inbound = 96
        public var light = 64
        /// Inbound connections that have not said what they are.
        public var newcomers = 32
        /// Inbound connections from one host; loopback is not counted.
        public var perHost = 8
        /// What is dialled besides global addresses; a main network takes only those.
        public var acceptsSite = false
        public var acceptsLoopback = false

        public init() {}

        /// What a light node keeps: a few connections of its own making.
        public static var light: Limits {
            var limits = Limits()
            (limits.outbound, limits.inbound, limits.light) = (3, 0, 0)
            return limits
        }

        /// Shares out the connections of a node.
        ///
        /// Eight are of its own making, and two fifths of the rest for light nodes. There is at least
        /// one to share.
        public init(sharing total: Int, servesLight: Bool) {
            outbound = min(8, max(1, total / 4))
            light = servesLight ? (total - outbound) * 2 / 5 : 0
            inbound = max(1, total - outbound - light)
        }

        /// The most connections at one time, with those that come and go.
        public var total: Int {
            outbound + inbound + light + newcomers + ConnectionPlanner.stallExtra
                + DialPlan.pendingLimit
        }
    }

    struct Link: Sendable {
        var connection: Connection
        var inbound: InboundPeer
        var isFeeler: Bool
        /// Requests that the peer has not answered; it may leave some out, when we ask too often.
        var openRequests = 0
        /// Answers that the peer may still have, and addresses that it may still name.
        var answers: TokenBucket
        var named: TokenBucket
    }

    let own: PeerName
    let key: FixedBytes<32>
    let limits: Limits
    let scheme: SignatureScheme
    var chance: Chance
    public internal(set) var book: AddressBook
    public internal(set) var bans: BanList
    var links = LinkTable()
    var dials: DialPlan
    var pace = PlannerPace()

    /// - Parameters:
    ///   - own: This node's name.
    ///   - key: 32 secret bytes, the same at every start.
    ///   - limits: How many connections there may be.
    ///   - saved: What ``saved`` was when the node stopped.
    ///   - scheme: Checks the records of peers.
    ///   - chance: Seeded by the caller.
    public init(
        own: PeerName, key: FixedBytes<32>, limits: Limits = Limits(),
        restoring saved: SavedPeers = SavedPeers(), scheme: SignatureScheme = .ed25519,
        chance: Chance
    ) {
        self.own = own
        self.key = key
        self.limits = limits
        self.scheme = scheme
        self.chance = chance
        book = AddressBook(own: own, key: key, restoring: saved.entries)
        bans = saved.bans
        dials = DialPlan(anchors: saved.anchors)
        for peer in saved.kept where peer.name != own {
            dials.wish(DialPlan.Wish(name: peer.name, address: peer.address, isKept: true))
        }
    }

    /// What a restart must find again.
    public var saved: SavedPeers {
        let anchors = links.names.compactMap { links[$0] }
            .filter { $0.connection.isOutbound && !$0.isFeeler }
            .sorted { ($0.inbound.since, $0.inbound.name) < ($1.inbound.since, $1.inbound.name) }
            .prefix(SavedPeers.anchorLimit).map(\.inbound.name)
        return SavedPeers(
            entries: book.saved, bans: bans, anchors: anchors,
            kept: dials.kept.filter(\.isSaved).map {
                BootstrapList.Peer(name: $0.name, address: $0.address)
            })
    }

    /// Connected peers, in order.
    public var peers: [(name: PeerName, connection: Connection)] {
        links.names.compactMap { name in links[name].map { (name, $0.connection) } }
    }

    public var outboundCount: Int { links.count { $0.connection.isOutbound && !$0.isFeeler } }

    /// Peers that the operator wants kept.
    public var kept: [PeerName] { dials.kept.map(\.name) }

    /// Whether there is room for one more peer to be kept.
    public var canKeepMore: Bool { dials.kept.count < DialPlan.keptLimit }

    /// Whether there are as many outbound connections as wanted, or nobody left to dial.
    ///
    /// Peers that dialled us are connected already and are nobody left.
    public func isAtTarget(wall: Timestamp) -> Bool {
        outboundCount >= limits.outbound
            || !book.contains { entry in
                links[entry.name] == nil && !bans.isBanned(entry.name, now: wall)
                    && entry.addresses.contains { isDiallable($0.bytes) }
            }
    }

    /// Whether a connection from this place may be opened at all; asked before the handshake.
    public func admits(_ place: NetworkPlace) -> Bool {
        if bans.isBanned(host: place.host) { return false }
        guard place.reach != .loopback else { return true }
        return links.count { !$0.connection.isOutbound && $0.connection.place.host == place.host }
            < limits.perHost
    }

    /// Whether a peer may be connected, whatever its place.
    public func admits(_ name: PeerName, wall: Timestamp) -> Bool {
        name != own && (!bans.isBanned(name, now: wall) || dials.isKept(name))
    }

    /// Whether the peer has a place here.
    public func holds(_ name: PeerName) -> Bool { links[name] != nil }

    /// Takes the next event; the same events in the same order give the same effects.
    public mutating func handle(_ event: Event, now: Instant, wall: Timestamp) -> [Effect] {
        switch event {
        case .started:
            pace.start(now)
            return [.armTick(milliseconds: Self.tickMilliseconds)] + dial(now: now, wall: wall)
        case .bootstrap(let peers):
            bootstrap(peers, wall: wall)
            return dial(now: now, wall: wall)
        case .connected(let name, let connection):
            return connect(name, connection, now: now, wall: wall)
        case .disconnected(let name):
            if links.remove(name) != nil { dials.ended(name, now: now, using: &chance) }
            return []
        case .replaced(let name):
            _ = links.remove(name)
            return []
        case .dialFailed(let name):
            dials.failed(name, now: now, using: &chance)
            return []
        case .dialEnded(let name):
            if links[name] != nil { _ = dials.reached(name) }
            return []
        case .classified(let name, let role):
            return classify(name, role, now: now)
        case .identified(let name, let record):
            identify(name, record, wall: wall)
            return []
        case .recommended(let records, let name):
            take(records.map(\.envelope), from: name, now: now, wall: wall)
            return []
        case .received(let name, let bytes):
            return receive(bytes, from: name, now: now, wall: wall)
        case .faulted(let name, let severity):
            return fault(name, severity, now: now, wall: wall)
        case .helped(let name, let service):
            links.note(service, of: name, now: now)
            return []
        case .stalled(let isStalled):
            pace.isStalled = isStalled
            return isStalled ? dial(now: now, wall: wall) : []
        case .commanded(let command): return obey(command, now: now, wall: wall)
        case .ticked: return tick(now: now, wall: wall)
        }
    }
}

/// What a node remembers of its peers from start to start.
public struct SavedPeers: Hashable, Sendable, WireCodable {
    public static let anchorLimit = 4

    public var entries: [BookEntry]
    public var bans: BanList
    /// Peers to dial first: the outbound ones of longest standing.
    public var anchors: [PeerName]
    /// Peers that the operator wants kept.
    public var kept: [BootstrapList.Peer]

    public init(
        entries: [BookEntry] = [], bans: BanList = BanList(), anchors: [PeerName] = [],
        kept: [BootstrapList.Peer] = []
    ) {
        self.entries = entries
        self.bans = bans
        self.anchors = anchors
        self.kept = kept
    }

    /// The same without the records that peers signed, which come again with the next connections.
    public var withoutRecords: SavedPeers {
        var copy = self
        for index in copy.entries.indices { copy.entries[index].envelope = [] }
        return copy
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        entries = try cursor.messages(1, "entries", limit: AddressBook.entryLimit, of: bytes)
        let bansStart = cursor.offset
        let saved = try cursor.optionalMessage(2, "bans", as: BanList.self, of: bytes)
        if let saved, saved.bans.isEmpty {
            throw WireError(.defaultWritten, at: bansStart).inside("bans")
        }
        bans = saved ?? BanList()
        anchors = try cursor.fixedList(3, "anchors", limit: Self.anchorLimit, of: bytes)
        kept = try cursor.messages(4, "kept", limit: DialPlan.keptLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.messages(1, entries)
        writer.message(2, bans.bans.isEmpty ? nil : bans)
        writer.fixedList(3, anchors)
        writer.messages(4, kept)
    }
}
