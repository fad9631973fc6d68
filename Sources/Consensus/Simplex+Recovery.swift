import Primitives

/// The start, and the restart after a crash (rules C40 to C45).
extension Simplex {
    mutating func start(_ recovery: Recovery) {
        precondition(position.view == View(0), "the machine is started once")
        pacemaker.lastBlock = pacemaker.now
        position.finalizedAt = pacemaker.now
        for index in pacemaker.lastActive.indices { pacemaker.lastActive[index] = pacemaker.now }
        rounds.extend(to: View(1))
        replay(recovery)
        outbox.discard()
        if let finalization = position.finalization,
            finalization.view != recovery.finalization?.view
        {
            outbox.emit(.finalized(finalization))
        }
        choose(recovery)
        pacemaker.deadlines.status = pacemaker.after(config.pace.status)
        enter(max(position.view, View(1)))
        guard !position.hasEnded else {
            if let finalization = position.finalization { outbox.emit(.epochEnded(finalization)) }
            return
        }
        if position.header == nil { fetch(position.block, view: position.finalizedView) }
        if rounds[position.view].own.nullified {
            pacemaker.deadlines.retry = pacemaker.after(config.pace.retry)
        }
        for message in ownMessages(from: position.view.previous) {
            outbox.send(message, to: .everyone)
        }
        outbox.send(.status(status), to: .everyone)
    }

    /// Puts every record where it was; own votes go back into our own count (rule C44).
    private mutating func replay(_ recovery: Recovery) {
        // The newest finalization comes first: all else is judged by how far it is from there.
        var newest = recovery.finalization
        for case .certified(let certificate) in recovery.records {
            guard let logged = Finalization(certificate), logged.epoch == config.epoch else {
                continue
            }
            if newest.map({ $0.view < logged.view }) ?? true { newest = logged }
        }
        if let newest {
            trackFar(newest.view)
            adopt(newest.certificate)
            if let header = recovery.finalizedHeader { learn(SealedHeader(header)) }
        }
        var votes: [Vote] = []
        for record in recovery.records where record.view >= rounds.floor {
            guard record.view <= position.finalizedView.adding(RoundTable.openLimit) else {
                continue
            }
            rounds.extend(to: record.view)
            guard !isRestored(record) else { continue }
            switch record {
            case .proposed(let proposal):
                restore(proposal)
                votes.append(proposal.vote)
            case .voted(let vote):
                noteOwn(vote)
                votes.append(vote)
            case .certified(let certificate): adopt(certificate)
            case .accepted(let view, let header, let stateRoot):
                restore(header, in: view, as: .valid(stateRoot: stateRoot))
            // It is executed again: the rules may be newer than those that refused it (rule C44).
            case .rejected: break
            }
        }
        for vote in votes where rounds.contains(vote.view) { insert(vote) }
        for vote in votes where vote.view > position.view { enter(vote.view) }
    }

    /// Whether an earlier record of the log says the same.
    private func isRestored(_ record: VoteRecord) -> Bool {
        let vote: Vote
        switch record {
        case .proposed(let proposal): vote = proposal.vote
        case .voted(let own): vote = own
        case .certified, .accepted, .rejected: return false
        }
        return rounds[vote.view].own.votes.contains { $0.subject == vote.subject }
    }

    private mutating func restore(_ proposal: Proposal) {
        let view = proposal.vote.view
        noteOwn(proposal.vote)
        rounds[view].own.proposal = proposal
        let sealed = SealedHeader(proposal.header)
        rounds[view].offer = .passed(
            Offered(
                proposal: proposal, sealed: sealed, from: nil, at: proposal.header.time,
                arrived: pacemaker.now))
        learn(sealed)
    }

    private mutating func restore(
        _ header: BlockHeader, in view: View, as state: Candidate.State
    ) {
        let sealed = SealedHeader(header)
        learn(sealed)
        guard view > position.finalizedView, rounds[view].candidate?.block == sealed.digest
        else { return }
        rounds[view].candidate?.header = sealed
        rounds[view].candidate?.state = state
        rounds.close(view)
        if view >= position.view { enter(view.next) }
    }

    /// How the machine of the next epoch begins: who was silenced stays so, who listens goes on.
    public var nextStanding: Standing {
        if safeguard.isSilenced { return .observing }
        return safeguard.owedViews.map { .listening(views: $0) } ?? .voting
    }

    /// Decides whether we vote, and from when.
    private mutating func choose(_ recovery: Recovery) {
        if case .listening(let views) = recovery.standing { safeguard.owedViews = views }
        safeguard.standing = seat == nil ? .observing : recovery.standing
        let logged = safeguard.highWater
        if let mark = recovery.highWater {
            if mark.epoch >= config.epoch, logged.map({ $0 < mark }) ?? true,
                mark.view > position.finalizedView || mark.epoch > config.epoch
            {
                safeguard.standing = .observing
                if seat != nil { outbox.emit(.alarm(.logBehindMark(mark))) }
            }
            safeguard.highWater = logged.map { max($0, mark) } ?? mark
        }
        guard case .listening(let views) = safeguard.standing else { return }
        safeguard.listensUntil = (
            position.view.adding(views), pacemaker.after(config.pace.listening)
        )
    }
}
