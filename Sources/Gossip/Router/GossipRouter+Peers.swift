import Primitives

// Connections, and what waits to be sent on them.

extension GossipRouter {
    /// Time between two heartbeats.
    package static let heartbeatMilliseconds: UInt64 = 700
    /// A signed record larger than this is not recommended to others.
    static let recommendedRecordByteLimit = 1_024

    mutating func connect(_ name: PeerName, _ link: PeerLink, in turn: inout Turn) {
        guard name != own else { return }
        if peers[name] != nil { disconnect(name, now: turn.now) }
        guard !peers.isFull else {
            turn.effects.append(.disconnect(name, .crowded))
            return
        }
        peers.insert(name, PeerState(link: link))
        book.connect(name, link)
        let joined = topics.indices.filter { topics[$0].isJoined }.map { topics.list[$0] }
        guard !joined.isEmpty else { return }
        let hello = RpcWriter.subscriptions(joined, isJoin: true)
        post(OutboundFrame(bytes: hello, lane: .control, id: nil), to: name, in: &turn)
    }

    mutating func disconnect(_ name: PeerName, now: Instant) {
        guard peers.remove(name) != nil else { return }
        wants.forget(name)
        book.disconnect(name, now: now)
        for index in topics.indices {
            topics[index].mesh.removeInOrder(name)
            topics[index].fanout.removeInOrder(name)
        }
    }

    /// Ends a connection for a fault; what the peer did stays on its record.
    mutating func cut(_ name: PeerName, _ fault: Fault, in turn: inout Turn) {
        guard peers[name] != nil else { return }
        disconnect(name, now: turn.now)
        turn.effects.append(.disconnect(name, fault))
    }

    mutating func identify(_ name: PeerName, _ record: SignedPeerRecord) {
        guard record.peer == name else { return }
        if let known = peers[name]?.record, known.sequence > record.sequence { return }
        peers[name]?.record = record
    }

    /// Counts a broken rule of the protocol against a peer.
    mutating func misbehave(_ name: PeerName, by amount: Double, in turn: inout Turn) {
        book.misbehaved(name, by: amount)
        counters.faults += 1
        if book.score(of: name) < ScoreBook.graylistThreshold {
            cut(name, .graylisted, in: &turn)
        }
    }

    // MARK: Sending

    mutating func post(_ frame: OutboundFrame, to name: PeerName, in turn: inout Turn) {
        guard let outcome = peers[name]?.queue.push(frame, now: turn.now) else { return }
        switch outcome {
        case .queued(let dropped): counters.dropped += UInt64(dropped)
        case .refused:
            counters.dropped += 1
            switch frame.lane {
            case .control: cut(name, .stalled, in: &turn)
            case .own: peers[name]?.missedOwn = true
            case .forward: break
            }
        }
        pump(name, in: &turn)
    }

    /// Hands frames to the transport as long as its window is open.
    private mutating func pump(_ name: PeerName, in turn: inout Turn) {
        guard let unwanted = peers[name]?.unwanted else { return }
        var dropped = 0
        while let frame = peers[name]?.queue.next(
            now: turn.now, unwanted: unwanted, dropped: &dropped)
        {
            turn.effects.append(.send(name, frame.bytes, frame.lane))
            if frame.id != nil { counters.sent += 1 }
        }
        counters.dropped += UInt64(dropped)
    }

    mutating func flushed(_ name: PeerName, _ byteCount: Int, in turn: inout Turn) {
        peers[name]?.queue.flushed(byteCount)
        pump(name, in: &turn)
        guard let peer = peers[name], peer.missedOwn, peer.queue.isEmpty else { return }
        peers[name]?.missedOwn = false
        for index in topics.indices where peer.topics.contains(index) {
            announceOwn(topic: index, to: name, in: &turn)
        }
    }

    /// Tells a peer which messages of our own it can ask for.
    func announceOwn(topic index: Int, to name: PeerName, in turn: inout Turn) {
        let ids = store.ownIDs(topic: index)
        guard !ids.isEmpty else { return }
        let have = ControlDraft.Have(topic: topics.list[index], ids: Array(ids.suffix(Rpc.idLimit)))
        turn.draft(name) { $0.haves.append(have) }
    }

    mutating func sendDrafts(of turn: inout Turn) {
        for (name, draft) in turn.takeDrafts() {
            for bytes in RpcWriter.control(draft) {
                post(OutboundFrame(bytes: bytes, lane: .control, id: nil), to: name, in: &turn)
            }
        }
    }

    // MARK: Choosing

    /// Whether messages of the topic may go to a peer that asked for them.
    func isEligible(_ name: PeerName, topic index: Int, above threshold: Double) -> Bool {
        guard let peer = peers[name] else { return false }
        return peer.topics.contains(index) && book.score(of: name) >= threshold
    }

    /// Subscribed peers with at least this score, in order.
    func eligiblePeers(topic index: Int, above threshold: Double) -> [PeerName] {
        peers.names.filter { isEligible($0, topic: index, above: threshold) }
    }

    /// Peers that may be taken into the mesh.
    func meshCandidates(topic index: Int, now: Instant) -> [PeerName] {
        eligiblePeers(topic: index, above: 0).filter { name in
            guard let link = peers[name]?.link else { return false }
            return !link.isDirect && link.role == .full
                && !topics[index].mesh.containsInOrder(name)
                && book.backoffEnd(name, topic: index) <= now
        }
    }

    /// Whom to send a message to besides those who had it first.
    ///
    /// A network as small as a mesh needs none: everyone is a target, so that a backoff can never
    /// cut it in two.
    func targets(topic index: Int) -> [PeerName] {
        let all = eligiblePeers(topic: index, above: ScoreBook.publishThreshold)
        guard all.count > Self.degreeLow else { return all }
        return all.filter {
            topics[index].mesh.containsInOrder($0) || peers[$0]?.link.isDirect == true
        }
    }
}
