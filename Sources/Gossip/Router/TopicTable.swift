import Primitives

/// What a router knows of one topic.
struct TopicState: Sendable {
    let topic: Topic
    var isJoined = false
    /// Peers that messages come from and go to, in order.
    var mesh: [PeerName] = []
    /// Peers that our own messages go to while we have not joined, in order.
    var fanout: [PeerName] = []
    var fanoutExpiry = Instant(0)
}

/// The topics that exist, each named by its place in the list.
struct TopicTable: Sendable {
    let list: [Topic]
    private var states: [TopicState]

    init(_ list: [Topic]) {
        self.list = list
        states = list.map { TopicState(topic: $0) }
    }

    var indices: Range<Int> { states.indices }

    func index(of topic: Topic) -> Int? { list.firstIndex(of: topic) }

    subscript(index: Int) -> TopicState {
        get { states[index] }
        _modify { yield &states[index] }
    }
}

/// The router's count of time.
struct Pulse: Sendable {
    var heartbeats: UInt64 = 0
    /// Whether the timer of the announcements runs.
    var isAnnouncing = false
}
