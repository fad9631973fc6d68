import Primitives

// What goes out: our own messages, and those of others that were found valid.

extension GossipRouter {
    /// Mesh size: wanted, least, most.
    package static let degree = 8  // D
    package static let degreeLow = 6  // D_lo
    package static let degreeHigh = 12  // D_hi
    /// Of these the best by score, and at least these by connections of our own making, are kept.
    static let degreeScore = 4  // D_score
    static let degreeOut = 2  // D_out
    /// Peers outside the mesh that are told what there is, at each heartbeat: so many, or one in
    /// four when that is more.
    static let degreeLazy = 6  // D_lazy
    static let lazyPart = 4  // 1 / gossip factor
    /// Peers that get a forwarded message whole at once, one or two by chance; the others of the mesh
    /// are told of it.
    ///
    /// Always two would bring half a copy more to each node, and always one would leave chains that a
    /// single slow peer cuts.
    static let degreeEager = 1...2
    /// With so many peers or fewer, our own messages go to all of them.
    static let floodPeerLimit = 12
    static let fanoutMilliseconds: UInt64 = 60_000
    /// Time for which announcements are collected.
    ///
    /// Seven of them and a heartbeat's own stay below ``PeerAllowance/haveMessageLimit``.
    static let announceMilliseconds: UInt64 = 100

    mutating func publish(_ data: [UInt8], on topic: Topic, in turn: inout Turn) {
        guard let index = topics.index(of: topic) else {
            preconditionFailure("a message is published on a topic that the router was made with")
        }
        precondition(data.count <= Rpc.dataByteLimit, "a message has at most 512 KiB")
        let id = MessageID(topic: topic, data: data)
        guard store.fate(of: id) == nil else { return }
        let frame = RpcWriter.publish(data, on: topic)
        store.keepOwn(id, topic: index, frame: frame, now: turn.now)
        counters.published += 1
        for name in publishTargets(topic: index, now: turn.now) {
            post(OutboundFrame(bytes: frame, lane: .own, id: id), to: name, in: &turn)
        }
    }

    private mutating func publishTargets(topic index: Int, now: Instant) -> [PeerName] {
        let all = eligiblePeers(topic: index, above: ScoreBook.publishThreshold)
        guard all.count > Self.floodPeerLimit else { return all }
        let direct = all.filter { peers[$0]?.link.isDirect == true }
        let chosen: [PeerName]
        if topics[index].isJoined {
            let mesh = topics[index].mesh.filter(all.containsInOrder)
            let rest = all.filter { !mesh.containsInOrder($0) && !direct.containsInOrder($0) }
            chosen = mesh + rest.sample(Self.degreeLow - mesh.count, using: &chance)
        } else {
            refillFanout(topic: index)
            topics[index].fanoutExpiry = now.advanced(milliseconds: Self.fanoutMilliseconds)
            chosen = topics[index].fanout
        }
        return (chosen + direct).sorted()
    }

    mutating func refillFanout(topic index: Int) {
        let all = eligiblePeers(topic: index, above: ScoreBook.publishThreshold)
        topics[index].fanout.removeAll { !all.containsInOrder($0) }
        let missing = Self.degree - topics[index].fanout.count
        let rest = all.filter {
            !topics[index].fanout.containsInOrder($0) && peers[$0]?.link.isDirect == false
        }
        for name in rest.sample(missing, using: &chance) {
            topics[index].fanout.insertInOrder(name)
        }
    }

    /// Passes a valid message on: whole to a few, by its id to the others.
    ///
    /// A mesh that sends everything everywhere brings each node four copies and more; asking costs
    /// the last ones a tenth of a second and leaves fewer than two and a half.
    mutating func forward(_ id: MessageID, _ message: PendingMessage, in turn: inout Turn) {
        let frame = RpcWriter.publish(message.data, on: topics.list[message.topic])
        store.keep(id, topic: message.topic, frame: frame)
        let targets = targets(topic: message.topic).filter { name in
            !message.senders.contains(name) && peers[name]?.unwanted.contains(id) == false
        }
        let direct = targets.filter { peers[$0]?.link.isDirect == true }
        let count = Int.random(in: Self.degreeEager, using: &chance)
        let eager = targets.filter { peers[$0]?.link.isDirect == false }
            .sample(count, using: &chance)
        let whole = (direct + eager).sorted()
        for name in whole {
            post(OutboundFrame(bytes: frame, lane: .forward, id: id), to: name, in: &turn)
        }
        let told = targets.filter { !whole.containsInOrder($0) }
        guard !told.isEmpty else { return }
        for name in told { peers[name]?.unannounced.insert(id, topic: message.topic) }
        guard !pulse.isAnnouncing else { return }
        pulse.isAnnouncing = true
        turn.arm(.announce, milliseconds: Self.announceMilliseconds)
    }

    /// Sends the collected announcements.
    mutating func announce(in turn: inout Turn) {
        pulse.isAnnouncing = false
        for name in peers.names {
            guard peers[name]?.unannounced.isEmpty == false,
                let entries = peers[name]?.unannounced.take()
            else { continue }
            for index in topics.indices {
                let ids = entries.filter { $0.topic == index }.map(\.id)
                guard !ids.isEmpty else { continue }
                let have = ControlDraft.Have(topic: topics.list[index], ids: ids)
                turn.draft(name) { $0.haves.append(have) }
            }
        }
    }

    // MARK: Joining

    mutating func join(_ topic: Topic, in turn: inout Turn) {
        guard let index = topics.index(of: topic) else {
            preconditionFailure("a topic to join is one that the router was made with")
        }
        guard !topics[index].isJoined else { return }
        topics[index].isJoined = true
        tellAll(topic, isJoin: true, in: &turn)
        let candidates = meshCandidates(topic: index, now: turn.now)
        let known = candidates.filter(topics[index].fanout.containsInOrder)
        topics[index].fanout = []
        let others = candidates.filter { !known.containsInOrder($0) }
        for name in known + others.sample(Self.degree - known.count, using: &chance) {
            graft(name, topic: index, in: &turn)
        }
    }

    mutating func leave(_ topic: Topic, in turn: inout Turn) {
        guard let index = topics.index(of: topic), topics[index].isJoined else { return }
        topics[index].isJoined = false
        tellAll(topic, isJoin: false, in: &turn)
        for name in topics[index].mesh {
            prune(name, topic: index, seconds: Self.leaveBackoffSeconds, false, in: &turn)
        }
    }

    private mutating func tellAll(_ topic: Topic, isJoin: Bool, in turn: inout Turn) {
        let bytes = RpcWriter.subscriptions([topic], isJoin: isJoin)
        for name in peers.names {
            post(OutboundFrame(bytes: bytes, lane: .control, id: nil), to: name, in: &turn)
        }
    }

    mutating func graft(_ name: PeerName, topic index: Int, in turn: inout Turn) {
        topics[index].mesh.insertInOrder(name)
        turn.draft(name) { $0.grafts.append(topics.list[index]) }
    }

    /// Takes a peer out of the mesh and tells it how long to stay out.
    mutating func prune(
        _ name: PeerName, topic index: Int, seconds: UInt64, _ recommends: Bool,
        in turn: inout Turn
    ) {
        topics[index].mesh.removeInOrder(name)
        let milliseconds = seconds * 1_000 + Self.backoffSlackMilliseconds
        book.back(off: name, topic: index, until: turn.now.advanced(milliseconds: milliseconds))
        let records = recommends ? recommendations(topic: index, to: name) : []
        let prune = ControlDraft.Prune(
            topic: topics.list[index], backoffSeconds: seconds, records: records)
        turn.draft(name) { $0.prunes.append(prune) }
    }

    private mutating func recommendations(topic index: Int, to name: PeerName) -> [SignedPeerRecord]
    {
        eligiblePeers(topic: index, above: 0).filter { $0 != name }
            .compactMap { peers[$0]?.record }
            .filter { $0.envelope.count <= Self.recommendedRecordByteLimit }
            .sample(Rpc.recordLimit, using: &chance)
    }
}
