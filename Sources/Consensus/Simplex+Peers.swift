import Primitives

/// Helping those who are behind, and asking when we are (rules C25, C26, C33).
extension Simplex {
    /// - Unit: bytes of certificates pushed to a lagging peer at a time.
    static var pushByteLimit: Int { 64 * 1_024 }
    /// - Unit: bytes sent to everyone in one attempt to end a standstill.
    static var rebroadcastByteLimit: Int { 256 * 1_024 }
    /// A peer this many views behind is helped at once.
    static var lagLimit: UInt64 { 3 }

    mutating func connect(_ peer: Peer) {
        peers.connect(peer, now: pacemaker.now)
        guard position.view > View(0) else { return }
        outbox.send(.status(status), to: .one(peer))
        guard !position.hasEnded else { return }
        for message in ownMessages(from: position.view.previous) {
            outbox.send(message, to: .one(peer))
        }
    }

    /// Takes a hint about a peer's view, and helps when it has been behind for long enough.
    mutating func note(_ peer: Peer, view: View) {
        guard var entry = peers[peer] else { return }
        if view > entry.view {
            entry.view = view
            entry.movedAt = pacemaker.now
            peers[peer] = entry
        }
        help(peer, entry)
    }

    mutating func receive(_ status: EpochStatus, from peer: Peer) {
        guard var entry = peers[peer] else { return }
        // What goes back was overtaken on its way, or is a lie that moves us nowhere.
        guard status.finalizedView >= entry.finalizedView else { return }
        if status.view > entry.view {
            entry.view = status.view
            entry.movedAt = pacemaker.now
        }
        entry.finalizedView = status.finalizedView
        let isAhead = status.view > position.view || status.finalizedView > position.finalizedView
        let greetedAt = entry.greetedAt ?? Instant(0)
        if isAhead, entry.greetedAt == nil || hasPassedHop(since: greetedAt) {
            // Our own status is the request: the other side sends what we visibly lack.
            entry.greetedAt = pacemaker.now
            outbox.send(.status(self.status), to: .one(peer))
        }
        peers[peer] = entry
        help(peer, entry)
        peers.note(peer, unheard: status.unheard)
        repeatOverheard(to: peer, in: status.view)
    }

    func hasPassedHop(since instant: Instant) -> Bool {
        pacemaker.now.milliseconds(since: instant) >= config.pace.hop
    }

    /// Sends the certificates that a lagging peer needs to catch up with us.
    private mutating func help(_ peer: Peer, _ entry: PeerTable.Entry) {
        let isBehind = entry.view < position.view
        let isFar = position.view.number > entry.view.number.addingClamped(Self.lagLimit)
        let lacksFinal =
            entry.finalizedView < position.finalizedView
            && hasPassedHop(since: position.finalizedAt)
        guard isFar || (isBehind && hasPassedHop(since: entry.movedAt)) || (lacksFinal && !isBehind)
        else { return }
        if let pushedAt = entry.pushedAt, !hasPassedHop(since: pushedAt) { return }
        var updated = entry
        updated.pushedAt = pacemaker.now
        peers[peer] = updated
        let from = max(entry.view, position.finalizedView.next)
        var batch: [Certificate] = []
        if let finalization = position.finalization,
            entry.view <= position.finalizedView || lacksFinal
        {
            batch.append(finalization.certificate)
        }
        push(certificates(from: from, to: position.view, after: batch), to: peer)
    }

    /// Certificates that leave the views of a range, in order, as far as the bytes go.
    private func certificates(
        from first: View, to end: View, after start: [Certificate]
    ) -> [Certificate] {
        var batch = start
        var byteCount = batch.reduce(0) { $0 + $1.approximateByteCount }
        var view = first
        while view < end, batch.count < CertificateBatch.countLimit,
            byteCount < Self.pushByteLimit
        {
            for certificate in rounds.certificates(of: view)?.all ?? [] {
                batch.append(certificate)
                byteCount += certificate.approximateByteCount
            }
            view = view.next
        }
        return batch
    }

    private mutating func push(_ batch: [Certificate], to peer: Peer) {
        guard !batch.isEmpty else { return }
        let byteCount = batch.reduce(0) { $0 + $1.approximateByteCount }
        guard peers.spend(byteCount, on: peer, now: pacemaker.now) else { return }
        outbox.send(.certificates(CertificateBatch(batch)), to: .one(peer))
    }

    /// Answers with what is here, of whatever kind; a final view is answered by the finalization.
    mutating func answer(_ request: CertificateRequest, to peer: Peer) {
        var batch: [Certificate] = []
        for view in request.views.prefix(CertificateRequest.viewLimit) {
            if view <= position.finalizedView {
                if let certificate = position.finalization?.certificate,
                    batch.first?.kind != .finalize
                {
                    batch.insert(certificate, at: 0)
                }
            } else {
                batch += rounds.certificates(of: view)?.all ?? []
            }
        }
        push(batch, to: peer)
    }

    // MARK: Asking

    /// Asks for certificates without which we cannot go on: the proposer first, then anyone.
    mutating func repairIfLacking() {
        guard !outbox.lacks.isEmpty else {
            peers.repair = PeerTable.Repair()
            return
        }
        let isNew = !outbox.lacks.allSatisfy { peers.repair.asked.contains($0) }
        if isNew { peers.repair = PeerTable.Repair() }
        if let next = peers.repair.next, next > pacemaker.now { return }
        let attempt = peers.repair.attempt
        peers.repair.asked = outbox.lacks
        peers.repair.attempt += 1
        peers.repair.next = pacemaker.after(config.pace.hop)
        guard let peer = peers.choice(attempt: attempt, preferred: outbox.lacksFrom) else { return }
        let request = CertificateRequest(epoch: config.epoch, views: outbox.lacks)
        outbox.send(.request(request), to: .one(peer))
    }

    // MARK: Saying it again

    /// Our votes of the current view, and the certificate that let us in (rule C14).
    mutating func resend() {
        pacemaker.deadlines.retry = pacemaker.after(pacemaker.scaled(config.pace.retry))
        pacemaker.hasRepeated = true
        doubtSpeakers()
        for message in ownMessages(from: position.view) { outbox.send(message, to: .everyone) }
        let entrance = entrance
        guard !entrance.isEmpty else { return }
        outbox.send(.certificates(CertificateBatch(entrance)), to: .everyone)
    }

    /// What proves that the current view may be entered.
    private var entrance: [Certificate] {
        if position.view.previous == position.finalizedView {
            return [position.finalization?.certificate].compactMap(\.self)
        }
        return Array((rounds.certificates(of: position.view.previous)?.all ?? []).prefix(1))
    }

    /// What we said from a view on and what is on disk for certain.
    func ownMessages(from view: View) -> [ConsensusMessage] {
        var messages: [ConsensusMessage] = []
        var current = max(view, position.finalizedView.next)
        while current <= position.view {
            messages += ownMessages(in: current)
            current = current.next
        }
        return messages
    }

    private func ownMessages(in view: View) -> [ConsensusMessage] {
        guard let round = rounds.round(view) else { return [] }
        return round.own.votes.compactMap { vote in
            // A vote is in our own count from the moment it is on disk, never before.
            guard round.tallies[vote.kind].vote(of: vote.seat)?.subject == vote.subject else {
                return nil
            }
            if vote.kind == .notarize, let proposal = round.own.proposal {
                return .proposal(proposal)
            }
            return .vote(vote)
        }
    }

    /// Nothing has become final for long: says everything above the finalized view again, in
    /// order and within bounds (rule C26).
    mutating func rebroadcast() {
        pacemaker.standstillWait = min(
            pacemaker.standstillWait.addingClamped(pacemaker.standstillWait),
            config.pace.standstillLimit)
        pacemaker.deadlines.standstill = pacemaker.after(pacemaker.standstillWait)
        var byteCount = 0
        var batch: [Certificate] = []
        if let finalization = position.finalization { batch.append(finalization.certificate) }
        var view = position.finalizedView.next
        var own: [ConsensusMessage] = []
        while view <= position.view, byteCount < Self.rebroadcastByteLimit {
            let certificates = rounds.certificates(of: view)?.all ?? []
            let messages = ownMessages(in: view)
            batch += certificates
            own += messages
            byteCount += certificates.reduce(256 * messages.count) { $0 + $1.approximateByteCount }
            view = view.next
        }
        for start in stride(from: 0, to: batch.count, by: CertificateBatch.countLimit) {
            let part = batch[start..<min(batch.count, start + CertificateBatch.countLimit)]
            outbox.send(.certificates(CertificateBatch(Array(part))), to: .everyone)
        }
        for message in own { outbox.send(message, to: .everyone) }
        outbox.send(.status(status), to: .everyone)
    }
}
