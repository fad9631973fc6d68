import Primitives

/// Topics as a set of their places in the router's list.
struct TopicSet: Hashable, Sendable {
    private var bits: UInt16 = 0

    func contains(_ index: Int) -> Bool { bits & (1 << UInt16(index)) != 0 }
    mutating func insert(_ index: Int) { bits |= 1 << UInt16(index) }
    mutating func remove(_ index: Int) { bits &= ~(1 << UInt16(index)) }
    var isEmpty: Bool { bits == 0 }
}

/// One connected peer.
struct PeerState: Sendable {
    let link: PeerLink
    /// What the peer wants to receive.
    var topics = TopicSet()
    var queue = OutboundQueue()
    var record: SignedPeerRecord?
    var allowance = PeerAllowance()
    /// Messages that the peer said it has (IDONTWANT).
    var unwanted = UnwantedIDs()
    /// Messages that the peer will be told of at the next announcement.
    var unannounced = Announcements()
    /// Whether one of our own messages did not fit the peer's queue.
    var missedOwn = false
}

/// What a peer has used of its limits since the last heartbeat.
///
/// - Source: `libp2p.md` 2.8; specification G17, G18, G20.
struct PeerAllowance: Sendable {
    static let haveMessageLimit = 10
    static let haveIDLimit = 5_000
    static let wantIDLimit = 5_000
    static let wantByteLimit = 4 << 20
    static let unwantedMessageLimit = 1_000
    static let recordLimit = 16

    var haveMessages = 0
    var haveIDs = 0
    var wantIDs = 0
    var wantBytes = 0
    var unwantedMessages = 0
    var records = 0
}

/// The ids of a peer's IDONTWANT messages, for three heartbeats.
struct UnwantedIDs: Sendable {
    static let countLimit = 4_096
    static let heartbeatCount: UInt64 = 3

    private var expiries: [MessageID: UInt64] = [:]
    private var order: [MessageID] = []

    func contains(_ id: MessageID) -> Bool { expiries[id] != nil }

    mutating func insert(_ id: MessageID, heartbeat: UInt64) {
        guard expiries.count < Self.countLimit else { return }
        if expiries.updateValue(heartbeat + Self.heartbeatCount, forKey: id) == nil {
            order.append(id)
        }
    }

    mutating func expire(heartbeat: UInt64) {
        guard !order.isEmpty else { return }
        order.removeAll { id in
            guard let expiry = expiries[id], expiry <= heartbeat else { return false }
            expiries[id] = nil
            return true
        }
    }
}

/// Ids that wait to be announced to one peer, in the order in which they came.
struct Announcements: Sendable {
    static let countLimit = 2_048

    private var topicOf: [MessageID: Int] = [:]
    private var order: [MessageID] = []

    var isEmpty: Bool { topicOf.isEmpty }

    mutating func insert(_ id: MessageID, topic: Int) {
        guard order.count < Self.countLimit else { return }
        if topicOf.updateValue(topic, forKey: id) == nil { order.append(id) }
    }

    mutating func remove(_ id: MessageID) { topicOf[id] = nil }

    /// Empties the list.
    mutating func take() -> [(id: MessageID, topic: Int)] {
        let taken = order.compactMap { id in topicOf[id].map { (id, $0) } }
        self = Announcements()
        return taken
    }
}

/// The connected peers, with their names in order so that a walk is the same on every machine.
struct PeerTable: Sendable {
    static let countLimit = 1_024

    private(set) var names: [PeerName] = []
    // Beside their names. Never `nil`: as optionals they are looked at in place, like a stranger's.
    private var states: [PeerState?] = []

    var isFull: Bool { names.count >= Self.countLimit }

    var queuedByteCount: Int { states.reduce(0) { $0 + ($1?.queue.byteCount ?? 0) } }

    subscript(name: PeerName) -> PeerState? {
        // In one piece with the caller, so that a look at one field copies that field alone.
        @inline(__always) _read {
            if let place = place(of: name) { yield states[place] } else { yield nil }
        }
        @inline(__always) _modify {
            if let place = place(of: name) {
                yield &states[place]
            } else {
                var stranger: PeerState?
                yield &stranger
            }
        }
    }

    func place(of name: PeerName) -> Int? { names.indexInOrder(of: name) }

    mutating func insert(_ name: PeerName, _ state: PeerState) {
        let place = names.placeInOrder(of: name)
        if place < names.count, names[place] == name {
            states[place] = state
        } else {
            names.insert(name, at: place)
            states.insert(state, at: place)
        }
    }

    mutating func remove(_ name: PeerName) -> PeerState? {
        guard let place = place(of: name) else { return nil }
        names.remove(at: place)
        return states.remove(at: place)
    }
}

extension Array where Element: Comparable {
    /// Where the element is or would be, in an array that is in order.
    package func placeInOrder(of element: Element) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where the element is, in an array that is in order; `nil` when it is not there.
    package func indexInOrder(of element: Element) -> Int? {
        let place = placeInOrder(of: element)
        return place < count && self[place] == element ? place : nil
    }

    func containsInOrder(_ element: Element) -> Bool { indexInOrder(of: element) != nil }

    /// Adds an element that is not there yet.
    mutating func insertInOrder(_ element: Element) {
        let place = placeInOrder(of: element)
        if place < count, self[place] == element { return }
        insert(element, at: place)
    }

    @discardableResult
    mutating func removeInOrder(_ element: Element) -> Bool {
        guard let place = indexInOrder(of: element) else { return false }
        remove(at: place)
        return true
    }
}
