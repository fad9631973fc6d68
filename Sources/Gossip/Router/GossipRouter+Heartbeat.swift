import Primitives

// What happens at every heartbeat, in the order of the specification.

extension GossipRouter {
    /// Heartbeats between two attempts to better a weak mesh: about a minute.
    static let opportunisticHeartbeats: UInt64 = 85
    static let opportunisticPeers = 2

    mutating func beat(in turn: inout Turn) {
        pulse.heartbeats += 1
        turn.arm(.heartbeat, milliseconds: Self.heartbeatMilliseconds)
        for name in peers.names {
            peers[name]?.allowance = PeerAllowance()
            peers[name]?.unwanted.expire(heartbeat: pulse.heartbeats)
        }
        reviewWants(in: &turn)
        book.decay(now: turn.now)
        for name in peers.names where book.score(of: name) < ScoreBook.graylistThreshold {
            cut(name, .graylisted, in: &turn)
        }
        for index in topics.indices {
            if topics[index].isJoined {
                tend(topic: index, in: &turn)
                gossip(topic: index, in: &turn)
            } else {
                tendFanout(topic: index, in: &turn)
            }
        }
        counters.ignored += UInt64(store.shift(now: turn.now))
    }

    private mutating func reviewWants(in turn: inout Turn) {
        let connected = peers.names
        let review = wants.review(
            now: turn.now, isConnected: connected.containsInOrder, chance: &chance)
        for (peer, id) in review.asks { turn.draft(peer) { $0.wants.append(id) } }
        for name in review.broken.sorted() { misbehave(name, by: 1, in: &turn) }
    }

    // MARK: Mesh

    private mutating func tend(topic index: Int, in turn: inout Turn) {
        for name in topics[index].mesh where book.score(of: name) < 0 {
            prune(name, topic: index, seconds: Self.pruneBackoffSeconds, false, in: &turn)
        }
        let size = topics[index].mesh.count
        if size < Self.degreeLow {
            let candidates = meshCandidates(topic: index, now: turn.now)
            for name in candidates.sample(Self.degree - size, using: &chance) {
                graft(name, topic: index, in: &turn)
            }
        } else if size > Self.degreeHigh {
            shrink(topic: index, in: &turn)
        }
        if topics[index].mesh.count >= Self.degreeLow { addOutbound(topic: index, in: &turn) }
        if pulse.heartbeats.isMultiple(of: Self.opportunisticHeartbeats) {
            improve(topic: index, in: &turn)
        }
    }

    /// Cuts the mesh to its wanted size: the best stay, of the others those that chance picks.
    private mutating func shrink(topic index: Int, in turn: inout Turn) {
        let mesh = topics[index].mesh
        let ranked = mesh.sample(mesh.count, using: &chance)
            .map { (name: $0, score: book.score(of: $0)) }
            .sorted { $0.score > $1.score }
            .map(\.name)
        let best = Array(ranked.prefix(Self.degreeScore))
        var others = Array(ranked.dropFirst(Self.degreeScore))
        others.shuffle(using: &chance)
        // Connections of our own making come first, until there are enough of them.
        let missing = Self.degreeOut - best.count(where: isOutbound)
        let outbound = Array(others.filter(isOutbound).prefix(max(0, missing)))
        let rest = others.filter { !outbound.contains($0) }
        let kept = (best + outbound + rest).prefix(Self.degree).sorted()
        for name in mesh where !kept.containsInOrder(name) {
            prune(name, topic: index, seconds: Self.pruneBackoffSeconds, true, in: &turn)
        }
    }

    private func isOutbound(_ name: PeerName) -> Bool { peers[name]?.link.isOutbound == true }

    private mutating func addOutbound(topic index: Int, in turn: inout Turn) {
        let missing = Self.degreeOut - topics[index].mesh.count(where: isOutbound)
        guard missing > 0 else { return }
        let candidates = meshCandidates(topic: index, now: turn.now).filter(isOutbound)
        for name in candidates.sample(missing, using: &chance) {
            graft(name, topic: index, in: &turn)
        }
    }

    /// Adds better peers to a mesh whose median peer does too little.
    private mutating func improve(topic index: Int, in turn: inout Turn) {
        let scores = topics[index].mesh.map { book.score(of: $0) }.sorted()
        guard !scores.isEmpty else { return }
        let median = scores[scores.count / 2]
        guard median < ScoreBook.opportunisticThreshold else { return }
        let better = meshCandidates(topic: index, now: turn.now)
            .filter { book.score(of: $0) > median }
        for name in better.sample(Self.opportunisticPeers, using: &chance) {
            graft(name, topic: index, in: &turn)
        }
    }

    // MARK: Gossip

    /// Tells some peers outside the mesh what there is.
    private mutating func gossip(topic index: Int, in turn: inout Turn) {
        let ids = store.announced(topic: index)
        guard !ids.isEmpty else { return }
        let candidates = eligiblePeers(topic: index, above: ScoreBook.gossipThreshold).filter {
            !topics[index].mesh.containsInOrder($0) && peers[$0]?.link.isDirect == false
        }
        let share = (candidates.count + Self.lazyPart - 1) / Self.lazyPart
        for name in candidates.sample(max(Self.degreeLazy, share), using: &chance).sorted() {
            let told = ids.count > Rpc.idLimit ? ids.sample(Rpc.idLimit, using: &chance) : ids
            let have = ControlDraft.Have(topic: topics.list[index], ids: told)
            turn.draft(name) { $0.haves.append(have) }
        }
    }

    private mutating func tendFanout(topic index: Int, in turn: inout Turn) {
        guard !topics[index].fanout.isEmpty else { return }
        if turn.now >= topics[index].fanoutExpiry {
            topics[index].fanout = []
        } else {
            refillFanout(topic: index)
        }
    }
}
