public import Primitives

/// Spreads messages through the network: gossipsub 1.1, and the 1.2 message that stops duplicates.
///
/// A machine: bytes and verdicts in, bytes and questions out. It holds no clock and no socket; time
/// comes with every event and chance from the seed.
///
/// - Source: `libp2p.md` 2.7, 2.8; rules G1 to G30 of the module's specification.
public struct GossipRouter: Sendable {
    /// The most topics of one router.
    public static let topicLimit = 16

    let own: PeerName
    let scheme: SignatureScheme
    var chance: Chance
    var topics: TopicTable
    var peers = PeerTable()
    var book: ScoreBook
    var store = MessageStore()
    var wants = WantTable()
    var pulse = Pulse()
    /// What happened so far; for metrics.
    public internal(set) var counters = GossipCounters()

    /// Makes a router that has joined nothing and knows nobody.
    ///
    /// - Parameters:
    ///   - own: This node's name.
    ///   - topics: All topics that exist in this network; others are refused.
    ///   - scheme: Checks the signed records of peers that others recommend.
    ///   - chance: Seeded by the caller.
    /// - Precondition: 1 to ``topicLimit`` topics, none twice.
    public init(
        own: PeerName, topics: [Topic], scheme: SignatureScheme = .ed25519, chance: Chance
    ) {
        precondition((1...Self.topicLimit).contains(topics.count), "a router has 1 to 16 topics")
        precondition(Set(topics).count == topics.count, "a topic is listed once")
        self.own = own
        self.scheme = scheme
        self.chance = chance
        self.topics = TopicTable(topics)
        book = ScoreBook(topicCount: topics.count)
    }
}

extension GossipRouter {
    public enum Event: Sendable {
        /// Comes once, first.
        case started
        /// The peer's gossip stream is open and its protocol version is known.
        case connected(PeerName, PeerLink)
        case disconnected(PeerName)
        /// One frame of the peer's stream, without its length prefix.
        case received(PeerName, [UInt8])
        /// So many bytes of earlier ``Effect/send(_:_:_:)`` have left this node.
        case flushed(PeerName, byteCount: Int)
        /// A checked record of the peer's addresses, to be recommended to others.
        indirect case identified(PeerName, SignedPeerRecord)
        case join(Topic)
        case leave(Topic)
        /// A message of this node's own; the caller has checked it.
        case publish(Topic, [UInt8])
        /// The answer to ``Effect/validate(_:_:_:from:)``.
        case judged(MessageID, Verdict)
        /// The application's opinion of a peer: 0 is neutral, -100 the worst (P5).
        case rated(PeerName, Double)
        case fired(Timer)
    }

    public enum Effect: Equatable, Sendable {
        /// Writes one frame (without length prefix) to the peer's gossip stream.
        case send(PeerName, [UInt8], Lane)
        /// Asks what to do with a new message; answered by ``Event/judged(_:_:)``.
        case validate(MessageID, Topic, [UInt8], from: PeerName)
        case disconnect(PeerName, Fault)
        /// Peers that another peer recommended, their signatures checked.
        case learned([SignedPeerRecord], from: PeerName)
        /// Calls back with ``Event/fired(_:)``; at most one of each timer is pending.
        case arm(Timer, milliseconds: UInt64)
    }

    public enum Timer: Hashable, Sendable { case heartbeat, announce }

    /// What the application made of a message.
    public enum Verdict: Hashable, Sendable {
        /// Valid and new: spread it.
        case accept
        /// Wrong, and the sender could have known: drop it and count it against the sender.
        case reject
        /// Of no use to us now (known already, too early, not in sync): drop it, blame nobody.
        case ignore
    }

    /// Why a peer is cut off.
    public enum Fault: Hashable, Sendable {
        /// Its bytes are not the protocol's.
        case malformed
        /// Its score fell below the graylist threshold.
        case graylisted
        /// It sends requests and does not read the answers.
        case stalled
        /// There are ``PeerTable/countLimit`` peers already.
        case crowded
    }

    /// What kind of bytes a frame carries, the most urgent first.
    public enum Lane: Int, Sendable, CaseIterable { case control, own, forward }
}

/// What a router knows of a connection when it opens.
public struct PeerLink: Hashable, Sendable {
    /// The newest gossip protocol that both sides speak.
    public enum Version: Int, Comparable, Sendable {
        case meshsub11, meshsub12

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Light peers publish and do not relay; their share of work here is smaller.
    public enum Role: Sendable { case full, light }

    public var isOutbound: Bool
    public var place: NetworkPlace
    public var version: Version
    public var role: Role
    /// A peer of the operator's own list: always sent to, never in the mesh, never scored by place.
    public var isDirect: Bool

    public init(
        isOutbound: Bool, place: NetworkPlace, version: Version = .meshsub11, role: Role = .full,
        isDirect: Bool = false
    ) {
        self.isOutbound = isOutbound
        self.place = place
        self.version = version
        self.role = role
        self.isDirect = isDirect
    }
}

extension GossipRouter {
    /// Takes the next event; the same events in the same order give the same effects.
    public mutating func handle(_ event: Event, now: Instant) -> [Effect] {
        var turn = Turn(now: now)
        switch event {
        case .started: turn.arm(.heartbeat, milliseconds: Self.heartbeatMilliseconds)
        case .connected(let name, let link): connect(name, link, in: &turn)
        case .disconnected(let name): disconnect(name, now: now)
        case .received(let name, let bytes): receive(bytes, from: name, in: &turn)
        case .flushed(let name, let byteCount): flushed(name, byteCount, in: &turn)
        case .identified(let name, let record): identify(name, record)
        case .join(let topic): join(topic, in: &turn)
        case .leave(let topic): leave(topic, in: &turn)
        case .publish(let topic, let data): publish(data, on: topic, in: &turn)
        case .judged(let id, let verdict): judge(id, verdict, in: &turn)
        case .rated(let name, let value): book.rate(name, value)
        case .fired(.heartbeat): beat(in: &turn)
        case .fired(.announce): announce(in: &turn)
        }
        sendDrafts(of: &turn)
        return turn.effects
    }

    /// The peers that messages of a topic go to and come from, in order.
    public func mesh(of topic: Topic) -> [PeerName] {
        topics.index(of: topic).map { topics[$0].mesh } ?? []
    }

    /// The peers that said that they take messages of a topic, in order.
    public func subscribers(of topic: Topic) -> [PeerName] {
        guard let index = topics.index(of: topic) else { return [] }
        return peers.names.filter { peers[$0]?.topics.contains(index) == true }
    }

    /// The peer's score now; zero for a stranger.
    public func score(of name: PeerName) -> Double { book.score(of: name) }

    /// Connected peers, in order.
    public var peerNames: [PeerName] { peers.names }

    /// Bytes held by queues, caches and unanswered messages; for metrics and for tests of bounds.
    public var heldByteCount: Int { peers.queuedByteCount + store.byteCount }
}

/// What a router did so far.
public struct GossipCounters: Hashable, Sendable {
    /// Messages that were new when they came.
    public var received: UInt64 = 0
    /// Further copies of known messages.
    public var duplicates: UInt64 = 0
    public var accepted: UInt64 = 0
    public var rejected: UInt64 = 0
    public var ignored: UInt64 = 0
    public var published: UInt64 = 0
    /// Frames with a message that were handed out for sending.
    public var sent: UInt64 = 0
    /// Messages that came faster than they are checked, and were not taken.
    public var refused: UInt64 = 0
    /// Frames dropped because a peer reads too slowly.
    public var dropped: UInt64 = 0
    /// Times a peer broke a rule of the protocol.
    public var faults: UInt64 = 0

    public init() {}
}
