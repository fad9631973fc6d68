import Primitives

extension Simplex {
    // MARK: Ours

    /// Signs a vote of ours, and holds it back until it is on disk (rules C11 to C14, C40).
    ///
    /// - Returns: `nil` when we may not vote, or have signed something as late already.
    func vote(for subject: VoteSubject, in view: View) -> Vote? {
        guard safeguard.mayVote, !position.hasEnded, let key, let seat else { return nil }
        let mark = HighWater(epoch: config.epoch, view: view, kind: subject.kind)
        guard safeguard.highWater.map({ $0 < mark }) ?? true else { return nil }
        let message = subject.signedBytes(chain: config.chain, epoch: config.epoch, view: view)
        return Vote(
            epoch: config.epoch, view: view, subject: subject, seat: seat,
            signature: config.scheme.sign(message, with: key))
    }

    /// Casts a vote that travels alone.
    @discardableResult
    mutating func cast(_ subject: VoteSubject, in view: View) -> Bool {
        guard let vote = vote(for: subject, in: view) else { return false }
        noteOwn(vote)
        outbox.withhold(vote, .vote(vote), record: .voted(vote))
        return true
    }

    /// Remembers that we signed; the four things that are never signed together end here.
    mutating func noteOwn(_ vote: Vote) {
        rounds.extend(to: vote.view)
        var own = rounds[vote.view].own
        switch vote.kind {
        case .notarize:
            precondition(!own.notarized, "one notarize vote a view")
            precondition(!own.nullified, "no notarize vote after a nullify vote")
            own.notarized = true
        case .nullify:
            precondition(!own.finalized, "no nullify vote after a finalize vote")
            own.nullified = true
        case .finalize:
            precondition(!own.nullified, "no finalize vote after a nullify vote")
            own.finalized = true
        }
        own.votes.append(vote)
        rounds[vote.view].own = own
        let mark = HighWater(vote)
        safeguard.highWater = safeguard.highWater.map { max($0, mark) } ?? mark
    }

    /// The log is on disk up to here: our votes go out, and into our own count (rule C44).
    mutating func release(_ token: LogToken) {
        let (votes, messages) = outbox.release(token)
        for message in messages { outbox.send(message, to: .everyone) }
        for vote in votes where rounds.contains(vote.view) { insert(vote) }
    }

    /// Gives up on the current view (rule C14).
    mutating func nullify() {
        let view = position.view
        let own = rounds[view].own
        guard !own.nullified, !own.finalized, cast(.nullify, in: view) else { return }
        pacemaker.deadlines.retry = pacemaker.after(pacemaker.scaled(config.pace.retry))
    }

    /// Gives up at once, unless so many views failed that hurry would only burn them (rule C22).
    mutating func nullifyHastily(_ view: View) {
        guard view == position.view, pacemaker.failures < Pacemaker.hastyFailures else { return }
        nullify()
    }

    // MARK: Theirs

    /// Views whose votes and proposals are taken (rule C3).
    func isInWindow(_ view: View) -> Bool {
        view >= rounds.floor && view > View(0)
            && view <= position.view.adding(RoundTable.lookahead)
            && view <= position.finalizedView.adding(RoundTable.openLimit)
    }

    mutating func receive(_ vote: Vote, from peer: Peer, isOwnWord: Bool = true) {
        guard config.set[vote.seat] != nil else {
            outbox.emit(.fault(peer, .unknownSeat(vote.seat)))
            return
        }
        // Who has finalized a view has left it; who passes it on may still be in it.
        let hasLeft = isOwnWord && vote.kind == .finalize
        note(peer, view: hasLeft ? vote.view.next : vote.view)
        guard isInWindow(vote.view) else { return }
        rounds.extend(to: vote.view)
        guard !isKnown(vote) else {
            if isOwnWord { recognize(peer, by: vote) }
            return
        }
        guard vote.isValid(in: config.set, chain: config.chain, scheme: config.scheme) else {
            outbox.emit(.fault(peer, .badSignature))
            return
        }
        pacemaker.lastActive[Int(vote.seat.index)] = pacemaker.now
        if isOwnWord { peers.recognize(peer, as: vote.seat) }
        guard !isForgedInOurName(vote) else { return }
        insert(vote)
        overhear(vote, from: peer)
    }

    /// Whether the same content by the same seat is counted already, or its view is too old.
    func isKnown(_ vote: Vote) -> Bool {
        if vote.view.adding(RoundTable.voteRetention) < position.view { return true }
        guard let earlier = rounds[vote.view].tallies[vote.kind].vote(of: vote.seat) else {
            return false
        }
        // A third vote proves nothing that two did not.
        return earlier.subject == vote.subject
            || !rounds[vote.view].reported.allSatisfy {
                $0.seat != vote.seat
            }
    }

    /// Whether our key signed what we did not: it runs somewhere else too (rule C45).
    private mutating func isForgedInOurName(_ vote: Vote) -> Bool {
        guard let seat, vote.seat == seat else { return false }
        let own = rounds[vote.view].own.votes
        guard !own.contains(where: { $0.subject == vote.subject }) else { return true }
        if let mark = safeguard.highWater, HighWater(vote) <= mark, own.isEmpty { return false }
        if safeguard.standing != .observing {
            safeguard.silence()
            outbox.emit(.alarm(.keyUsedElsewhere(vote)))
        }
        return false
    }

    /// What its leader has given up is given up here too, also when we enter it later (rule C14).
    mutating func giveUpWithLeader() {
        let view = position.view
        guard rounds.isGivenUpByLeader(view), rounds.leader(of: view) != seat,
            !rounds[view].own.nullified
        else { return }
        nullifyHastily(view)
    }

    /// Puts a vote whose signature was checked on the tally of its view, and acts on what it
    /// completes; a second, different one becomes evidence.
    ///
    /// - Returns: whether it was counted.
    @discardableResult
    mutating func insert(_ vote: Vote) -> Bool {
        let kind = vote.kind
        if let earlier = rounds[vote.view].tallies[kind].vote(of: vote.seat) {
            guard earlier.subject != vote.subject else { return false }
            if kind == .notarize, vote.seat == rounds[vote.view].leader {
                rounds[vote.view].isEquivocated = true
            }
            report(Evidence(earlier, vote))
            return false
        }
        if kind != .notarize {
            let other: VoteKind = kind == .nullify ? .finalize : .nullify
            if let opposite = rounds[vote.view].tallies[other].vote(of: vote.seat) {
                report(Evidence(opposite, vote))
            }
        }
        guard let weight = config.set[vote.seat]?.weight else { return false }
        if pacemaker.begunAt == nil { pacemaker.begunAt = pacemaker.now }
        let sum = rounds[vote.view].tallies[kind].insert(vote, weight: weight)
        if config.set.isQuorum(sum) { assemble(vote.subject, in: vote.view) }
        return true
    }

    private mutating func report(_ evidence: Evidence?) {
        guard let evidence, !rounds[evidence.first.view].reported.contains(evidence.key) else {
            return
        }
        rounds[evidence.first.view].reported.append(evidence.key)
        outbox.emit(.evidence(evidence))
    }

    // MARK: Certificates

    /// Makes a certificate of the votes at hand; heaviest signers first, as many as needed.
    private mutating func assemble(_ subject: VoteSubject, in view: View) {
        if rounds[view].certificates[subject.kind] != nil {
            growBoundary(subject, in: view)
            return
        }
        let heaviest = rounds[view].tallies[subject.kind].votes(for: subject)
            .map { (weight: config.set[$0.seat]?.weight ?? 0, vote: $0) }
            .sorted { ($1.weight, $0.vote.seat) < ($0.weight, $1.vote.seat) }
        var (chosen, weight): ([Vote], UInt64) = ([], 0)
        for entry in heaviest where !config.set.isQuorum(weight) {
            chosen.append(entry.vote)
            weight += entry.weight
        }
        adopt(
            Certificate(
                epoch: config.epoch, view: view, subject: subject, votes: chosen,
                memberCount: config.set.count))
    }

    /// A certificate from outside: checked once, then its votes count as if they had come alone.
    mutating func take(_ certificate: Certificate, from peer: Peer) {
        guard certificate.epoch == config.epoch else {
            outbox.emit(.fault(peer, .foreignEpoch))
            return
        }
        let view = certificate.view
        let held = rounds.certificates(of: view)
        let excluded = held?.excluded(by: certificate)
        let isWanted =
            !position.hasEnded && view > position.finalizedView && view < Self.viewLimit
            && held?[certificate.kind] == nil
            && (certificate.kind == .finalize
                || view <= position.finalizedView.adding(RoundTable.openLimit))
        guard isWanted || excluded != nil else { return }
        do throws(CertificateFault) {
            try certificate.verify(
                in: config.set, of: config.epoch, chain: config.chain, scheme: config.scheme)
        } catch {
            outbox.emit(.fault(peer, .badCertificate(error)))
            return
        }
        if let excluded {
            return outbox.emit(.forked(Fork(held: excluded, other: certificate)))
        }
        trackFar(view)
        adopt(certificate)
        // The signers' votes show who contradicts them.
        for vote in certificate.votes where rounds.contains(view) { insert(vote) }
    }

    /// Tracks a view that a quorum vouches for, however far ahead; what lies between is dropped.
    mutating func trackFar(_ view: View) {
        if view > position.finalizedView.adding(RoundTable.openLimit) {
            rounds.prune(finalized: view)
        }
        rounds.extend(to: view)
    }

    /// Takes a certificate that was checked or made here (rules C15, C17, C18).
    mutating func adopt(_ certificate: Certificate) {
        let view = certificate.view
        guard rounds.contains(view), rounds[view].certificates[certificate.kind] == nil else {
            return
        }
        if let held = rounds.certificates(of: view)?.excluded(by: certificate) {
            return outbox.emit(.forked(Fork(held: held, other: certificate)))
        }
        rounds[view].certificates[certificate.kind] = certificate
        outbox.record(.certified(certificate))
        switch certificate.subject {
        case .notarize(let parentView, let block):
            guard view > position.finalizedView else { return }
            rounds[view].candidate = Candidate(
                block: block, parentView: parentView, header: rounds[view].header(of: block))
            rounds.open(view)
        case .nullify:
            guard view > position.finalizedView else { return }
            pacemaker.failures += 1
            if view >= position.view { enter(view.next) }
        case .finalize:
            guard let finalization = Finalization(certificate) else { return }
            finalize(finalization)
        }
    }
}
