import Primitives

// What peers send.

extension GossipRouter {
    /// Faults of P7 for one frame over a limit.
    static let overLimitPenalty = 2.0
    /// Data from which on others are told at once not to send it.
    static let unwantedByteThreshold = 1_024
    /// Longest backoff that is taken from a peer; more is cut to it.
    static let backoffLimitSeconds: UInt64 = 3_600
    /// Time that both sides' clocks and queues may differ by.
    static let backoffSlackMilliseconds: UInt64 = 1_000
    static let pruneBackoffSeconds: UInt64 = 60
    static let leaveBackoffSeconds: UInt64 = 10
    /// A GRAFT so soon after a PRUNE counts twice.
    static let graftFloodMilliseconds: UInt64 = 10_000

    mutating func receive(_ bytes: [UInt8], from name: PeerName, in turn: inout Turn) {
        guard peers[name] != nil else { return }
        guard book.score(of: name) >= ScoreBook.graylistThreshold else {
            cut(name, .graylisted, in: &turn)
            return
        }
        let rpc: Rpc
        do throws(RpcFault) { rpc = try Rpc(frame: bytes, topics: topics.list) } catch {
            switch error {
            case .malformed:
                counters.faults += 1
                cut(name, .malformed, in: &turn)
            case .overLimit: misbehave(name, by: Self.overLimitPenalty, in: &turn)
            }
            return
        }
        for subscription in rpc.subscriptions { take(subscription, from: name, in: &turn) }
        for message in rpc.messages { take(message, of: bytes, from: name, in: &turn) }
        takeUnwanted(rpc.unwanted, from: name)
        for topic in rpc.grafts { takeGraft(topic, from: name, in: &turn) }
        for prune in rpc.prunes { takePrune(prune, of: bytes, from: name, in: &turn) }
        guard book.score(of: name) >= ScoreBook.gossipThreshold else { return }
        for have in rpc.haves { takeHave(have, from: name, in: &turn) }
        takeWants(rpc.wants, from: name, in: &turn)
    }

    private mutating func take(
        _ subscription: Rpc.Subscription, from name: PeerName, in turn: inout Turn
    ) {
        guard let peer = peers[name], peer.link.role == .full else { return }
        let index = subscription.topic
        guard subscription.isJoin else {
            peers[name]?.topics.remove(index)
            topics[index].mesh.removeInOrder(name)
            topics[index].fanout.removeInOrder(name)
            return
        }
        guard !peer.topics.contains(index) else { return }
        peers[name]?.topics.insert(index)
        announceOwn(topic: index, to: name, in: &turn)
        if topics[index].isJoined, topics[index].mesh.count < Self.degreeLow,
            meshCandidates(topic: index, now: turn.now).contains(name)
        {
            graft(name, topic: index, in: &turn)
        }
    }

    // MARK: Messages

    private mutating func take(
        _ message: Rpc.Message, of frame: [UInt8], from name: PeerName, in turn: inout Turn
    ) {
        guard let peer = peers[name], topics[message.topic].isJoined else { return }
        guard message.isAnonymous else {
            book.deliveredInvalid(name, topic: message.topic)
            counters.rejected += 1
            return
        }
        let id = MessageID(
            topic: topics.list[message.topic], data: frame.span.extracting(message.data))
        wants.arrived(id, from: name, now: turn.now)
        if let fate = store.fate(of: id) {
            counters.duplicates += 1
            peers[name]?.unannounced.remove(id)
            switch fate {
            case .pending: store.addSender(name, of: id)
            case .rejected: book.deliveredInvalid(name, topic: message.topic)
            case .valid, .ignored: break
            }
            return
        }
        let bytes = Array(frame[message.data])
        guard
            store.hold(
                id, topic: message.topic, data: bytes, from: name, role: peer.link.role,
                now: turn.now)
        else {
            counters.refused += 1
            return
        }
        counters.received += 1
        if bytes.count >= Self.unwantedByteThreshold {
            for other in topics[message.topic].mesh
            where other != name && peers[other]?.link.version == .meshsub12 {
                turn.draft(other) { $0.unwanted.append(id) }
            }
        }
        turn.effects.append(.validate(id, topics.list[message.topic], bytes, from: name))
    }

    mutating func judge(_ id: MessageID, _ verdict: Verdict, in turn: inout Turn) {
        switch verdict {
        case .accept:
            guard let message = store.settle(id, .valid) else { return }
            counters.accepted += 1
            book.deliveredFirst(message.senders[0], topic: message.topic)
            forward(id, message, in: &turn)
        case .reject:
            guard let message = store.settle(id, .rejected) else { return }
            counters.rejected += 1
            for sender in message.senders {
                book.deliveredInvalid(sender, topic: message.topic)
                if book.score(of: sender) < ScoreBook.graylistThreshold {
                    cut(sender, .graylisted, in: &turn)
                }
            }
        case .ignore:
            guard store.settle(id, .ignored) != nil else { return }
            counters.ignored += 1
        }
    }

    // MARK: Mesh

    private mutating func takeGraft(_ index: Int, from name: PeerName, in turn: inout Turn) {
        guard topics[index].isJoined, let peer = peers[name],
            !topics[index].mesh.containsInOrder(name)
        else { return }
        let backoffEnd = book.backoffEnd(name, topic: index)
        if peer.link.isDirect || peer.link.role == .light {
            refuse(name, topic: index, recommends: false, in: &turn)
        } else if turn.now < backoffEnd {
            // The slack is ours to give: the peer may count from when it sent, not from when we did.
            let rest = backoffEnd.milliseconds(since: turn.now)
            guard rest > Self.backoffSlackMilliseconds else { return }
            let full = Self.pruneBackoffSeconds * 1_000 + Self.backoffSlackMilliseconds
            let isFlood = rest + Self.graftFloodMilliseconds > full
            refuse(name, topic: index, recommends: false, in: &turn)
            misbehave(name, by: isFlood ? 2 : 1, in: &turn)
        } else if book.score(of: name) < 0 {
            refuse(name, topic: index, recommends: false, in: &turn)
        } else if topics[index].mesh.count >= Self.degreeHigh, !peer.link.isOutbound {
            refuse(name, topic: index, recommends: true, in: &turn)
        } else {
            peers[name]?.topics.insert(index)
            topics[index].mesh.insertInOrder(name)
        }
    }

    private mutating func refuse(
        _ name: PeerName, topic index: Int, recommends: Bool, in turn: inout Turn
    ) {
        prune(name, topic: index, seconds: Self.pruneBackoffSeconds, recommends, in: &turn)
    }

    private mutating func takePrune(
        _ prune: Rpc.Prune, of frame: [UInt8], from name: PeerName, in turn: inout Turn
    ) {
        guard topics[prune.topic].isJoined else { return }
        topics[prune.topic].mesh.removeInOrder(name)
        let asked = prune.backoffSeconds.flatMap { $0 == 0 ? nil : $0 } ?? Self.pruneBackoffSeconds
        let milliseconds =
            min(asked, Self.backoffLimitSeconds) * 1_000 + Self.backoffSlackMilliseconds
        book.back(
            off: name, topic: prune.topic, until: turn.now.advanced(milliseconds: milliseconds))
        guard book.score(of: name) >= ScoreBook.recommendThreshold else { return }
        var learned: [SignedPeerRecord] = []
        for range in prune.records {
            guard let used = peers[name]?.allowance.records, used < PeerAllowance.recordLimit else {
                break
            }
            peers[name]?.allowance.records = used + 1
            guard let record = SignedPeerRecord(envelope: Array(frame[range])),
                record.peer != own, record.isValid(scheme: scheme)
            else { continue }
            learned.append(record)
        }
        if !learned.isEmpty { turn.effects.append(.learned(learned, from: name)) }
    }

    // MARK: Gossip

    private mutating func takeUnwanted(_ lists: [[MessageID]], from name: PeerName) {
        for ids in lists {
            guard let used = peers[name]?.allowance.unwantedMessages,
                used < PeerAllowance.unwantedMessageLimit
            else { return }
            peers[name]?.allowance.unwantedMessages = used + 1
            for id in ids.prefix(Rpc.unwantedIDLimit) {
                peers[name]?.unwanted.insert(id, heartbeat: pulse.heartbeats)
                peers[name]?.unannounced.remove(id)
            }
        }
    }

    private mutating func takeHave(
        _ have: Rpc.Have, from name: PeerName, in turn: inout Turn
    ) {
        guard topics[have.topic].isJoined, let allowance = peers[name]?.allowance,
            allowance.haveMessages < PeerAllowance.haveMessageLimit
        else { return }
        peers[name]?.allowance.haveMessages += 1
        let rest = PeerAllowance.haveIDLimit - allowance.haveIDs
        let looked = have.ids.prefix(max(0, rest))
        peers[name]?.allowance.haveIDs += looked.count
        var asked: [MessageID] = []
        for id in looked where store.fate(of: id) == nil {
            peers[name]?.unannounced.remove(id)
            if wants.announced(id, by: name, now: turn.now) { asked.append(id) }
        }
        guard !asked.isEmpty else { return }
        asked.shuffle(using: &chance)
        turn.draft(name) { $0.wants += asked }
    }

    private mutating func takeWants(
        _ ids: [MessageID], from name: PeerName, in turn: inout Turn
    ) {
        for id in ids {
            guard let allowance = peers[name]?.allowance,
                allowance.wantIDs < PeerAllowance.wantIDLimit,
                allowance.wantBytes < PeerAllowance.wantByteLimit
            else { return }
            peers[name]?.allowance.wantIDs += 1
            guard let frame = store.serve(id, to: name) else { continue }
            peers[name]?.allowance.wantBytes += frame.count
            post(OutboundFrame(bytes: frame, lane: .forward, id: id), to: name, in: &turn)
        }
    }
}
