import Primitives

/// What one event brings about: effects, and control messages that are sent together at its end.
struct Turn {
    let now: Instant
    var effects: [GossipRouter.Effect] = []
    private(set) var drafts: [PeerName: ControlDraft] = [:]

    init(now: Instant) { self.now = now }

    mutating func arm(_ timer: GossipRouter.Timer, milliseconds: UInt64) {
        effects.append(.arm(timer, milliseconds: milliseconds))
    }

    mutating func draft(_ name: PeerName, _ change: (inout ControlDraft) -> Void) {
        change(&drafts[name, default: ControlDraft()])
    }

    /// The drafts in the order of their peers' names.
    mutating func takeDrafts() -> [(PeerName, ControlDraft)] {
        defer { drafts = [:] }
        return drafts.keys.sorted().compactMap { name in drafts[name].map { (name, $0) } }
    }
}

/// Control messages for one peer.
struct ControlDraft: Sendable {
    struct Have: Sendable {
        let topic: Topic
        var ids: [MessageID]
    }

    struct Prune: Sendable {
        let topic: Topic
        let backoffSeconds: UInt64
        let records: [SignedPeerRecord]
    }

    var haves: [Have] = []
    var wants: [MessageID] = []
    var grafts: [Topic] = []
    var prunes: [Prune] = []
    var unwanted: [MessageID] = []
}
