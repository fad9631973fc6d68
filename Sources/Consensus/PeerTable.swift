import Primitives

/// What is known of the peers, none of it proven.
struct PeerTable: Sendable {
    /// Peers tracked; one more is served and not tracked.
    static let limit = 1_024
    /// - Unit: bytes of certificates sent to one peer in a second.
    static let allowance = 256 * 1_024
    /// Blocks asked for at a time.
    static let fetchLimit = 64

    struct Entry: Sendable {
        var view = View(0)
        var finalizedView = View(0)
        /// When its view was last seen to move.
        var movedAt: Instant
        var pushedAt: Instant?
        var greetedAt: Instant?
        var allowance = PeerTable.allowance
        var refilledAt: Instant
        /// Whose own words come from it: the first seat that it spoke for.
        var seat: Seat?
        /// Seats whose words it wants passed on.
        var unheard = SeatSet()
    }

    struct Fetch: Sendable {
        let block: Digest
        let view: View
        var attempt = 0
        var next: Instant
    }

    /// Certificates being asked for.
    struct Repair: Sendable {
        var asked: [View] = []
        var attempt = 0
        var next: Instant?
    }

    private var entries: [Peer: Entry] = [:]
    /// In ascending order.
    private(set) var connected: [Peer] = []
    /// Those of them that want words passed on, in ascending order.
    private(set) var wanting: [Peer] = []
    var fetches: [Fetch] = []
    var repair = Repair()

    typealias Peer = Simplex.Peer

    subscript(peer: Peer) -> Entry? {
        get { entries[peer] }
        set { if entries[peer] != nil { entries[peer] = newValue } }
    }

    mutating func connect(_ peer: Peer, now: Instant) {
        guard entries[peer] == nil, connected.count < Self.limit else { return }
        entries[peer] = Entry(movedAt: now, refilledAt: now)
        let place = connected.firstIndex { $0 > peer } ?? connected.count
        connected.insert(peer, at: place)
    }

    mutating func disconnect(_ peer: Peer) {
        entries[peer] = nil
        connected.removeAll { $0 == peer }
        wanting.removeAll { $0 == peer }
    }

    /// A peer has said in its own name what this seat signed.
    mutating func recognize(_ peer: Peer, as seat: Seat) {
        if let entry = entries[peer], entry.seat == nil { entries[peer]?.seat = seat }
    }

    mutating func forgetSpeakers(for isSilent: (Seat) -> Bool) {
        for peer in connected {
            if let seat = entries[peer]?.seat, isSilent(seat) { entries[peer]?.seat = nil }
        }
    }

    /// A peer has told which seats it does not hear.
    mutating func note(_ peer: Peer, unheard: SeatSet) {
        guard entries[peer] != nil else { return }
        entries[peer]?.unheard = unheard
        wanting = connected.filter { (entries[$0]?.unheard.count ?? 0) > 0 }
    }

    /// The seats for which no connected peer speaks.
    func unheard(among seats: Range<UInt32>, besides own: Seat) -> SeatSet {
        var heard = SeatSet()
        heard.insert(own)
        for peer in connected {
            if let seat = entries[peer]?.seat { heard.insert(seat) }
        }
        var unheard = SeatSet()
        for index in seats where !heard.contains(Seat(index)) { unheard.insert(Seat(index)) }
        return unheard
    }

    /// A peer to ask: the preferred one first, then each of the others in turn.
    func choice(attempt: Int, preferred: Peer?) -> Peer? {
        if attempt == 0, let preferred { return preferred }
        guard !connected.isEmpty else { return preferred }
        return connected[attempt % connected.count]
    }

    /// Takes bytes from a peer's allowance.
    ///
    /// - Returns: `false` when it has used up its share of this second; peers that are not tracked
    ///   have none.
    mutating func spend(_ byteCount: Int, on peer: Peer, now: Instant) -> Bool {
        guard var entry = entries[peer] else { return false }
        if now.milliseconds(since: entry.refilledAt) >= 1_000 {
            entry.allowance = Self.allowance
            entry.refilledAt = now
        }
        let isEnough = entry.allowance >= byteCount
        if isEnough { entry.allowance -= byteCount }
        entries[peer] = entry
        return isEnough
    }

    var nextDeadline: Instant? {
        let fetch = fetches.map(\.next).min()
        guard let repair = repair.next else { return fetch }
        return fetch.map { min($0, repair) } ?? repair
    }
}
