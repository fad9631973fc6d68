import Primitives

/// Passing on what others said to those who do not hear them (rule C27).
///
/// Where everyone is connected to everyone nothing is ever asked for, and nothing is passed on.
extension Simplex {
    /// Seats that we do not hear: others have voted for a hop, and these not by themselves.
    ///
    /// A peer that repeats what another has said passes for that one. So in a view that lasts, every
    /// seat counts as unheard that has not given the view up here.
    var unheard: SeatSet {
        guard let seat, let begunAt = pacemaker.begunAt, hasPassedHop(since: begunAt) else {
            return SeatSet()
        }
        let seats = 0..<UInt32(config.set.count)
        var unheard = peers.unheard(among: seats, besides: seat)
        guard pacemaker.hasRepeated, let round = rounds.round(position.view), round.own.nullified
        else { return unheard }
        for other in seats.lazy.map({ Seat($0) })
        where other != seat && round.tallies[.nullify].vote(of: other) == nil {
            unheard.insert(other)
        }
        return unheard
    }

    /// In a view that lasts: who passes for a seat that has not given it up has to speak again.
    mutating func doubtSpeakers() {
        guard let round = rounds.round(position.view), round.own.nullified else { return }
        peers.forgetSpeakers { round.tallies[.nullify].vote(of: $0) == nil }
    }

    mutating func receive(_ relay: Relay, from peer: Peer, at time: Timestamp) {
        guard relay.votes.allSatisfy({ $0.epoch == config.epoch }) else {
            outbox.emit(.fault(peer, .foreignEpoch))
            return
        }
        if let proposal = relay.proposal {
            receive(proposal, from: peer, at: time, isOwnWord: false)
        }
        for vote in relay.votes { receive(vote, from: peer, isOwnWord: false) }
    }

    /// A vote that is counted already tells who speaks when it has the very signature.
    mutating func recognize(_ peer: Peer, by vote: Vote) {
        guard rounds.round(vote.view)?.tallies[vote.kind].vote(of: vote.seat) == vote else {
            return
        }
        peers.recognize(peer, as: vote.seat)
    }

    /// Notes what was new here, for those who want it.
    mutating func overhear(_ vote: Vote, isProposal: Bool = false, from peer: Peer) {
        guard !peers.wanting.isEmpty, vote.seat != seat else { return }
        rounds.overhear(Overheard(vote: vote, isProposal: isProposal, from: peer))
    }

    /// Passes on what came in our view or below, once, and never to where it came from.
    mutating func passOn() {
        guard !rounds.overheard.isEmpty else { return }
        let due = rounds.takeOverheard(upTo: position.view)
        guard !due.isEmpty else { return }
        for peer in peers.wanting {
            guard let unheard = peers[peer]?.unheard else { continue }
            let wanted = due.filter { $0.from != peer && unheard.contains($0.vote.seat) }
            let proposed = wanted.last { $0.isProposal }?.vote
            let votes = wanted.map(\.vote).filter { $0 != proposed }
            pass(proposed.flatMap { offered($0) }, votes, to: peer)
        }
    }

    /// A peer has said again whom it does not hear: what it may lack of the views from its own on.
    ///
    /// Where there is a certificate, that is what it gets (rule C25).
    mutating func repeatOverheard(to peer: Peer, in view: View) {
        guard let entry = peers[peer], entry.unheard.count > 0, !position.hasEnded else { return }
        var view = max(rounds.floor, entry.finalizedView.next, position.finalizedView.next)
        var votes: [Vote] = []
        while view <= position.view, rounds.contains(view), votes.count < Relay.voteLimit {
            for kind in VoteKind.allCases where rounds[view].certificates[kind] == nil {
                votes += rounds[view].tallies[kind].votes.filter {
                    $0.seat != seat && entry.unheard.contains($0.seat)
                }
            }
            view = view.next
        }
        let leader = rounds.leader(of: position.view)
        let proposed = votes.first {
            $0.view == position.view && $0.seat == leader && $0.kind == .notarize
        }
        pass(proposed.flatMap { offered($0) }, votes.filter { $0 != proposed }, to: peer)
    }

    /// The proposal of a vote, with the certificates that are known here: those that came with it
    /// may be anything.
    private func offered(_ vote: Vote) -> Proposal? {
        guard let offered = rounds.round(vote.view)?.offer.offered,
            offered.proposal.vote.subject == vote.subject
        else { return nil }
        return proposal(offered.sealed.header, vote, on: offered.parentView)
    }

    private mutating func pass(_ proposal: Proposal?, _ votes: [Vote], to peer: Peer) {
        guard proposal != nil || !votes.isEmpty else { return }
        let relay = Relay(proposal: proposal, votes: votes)
        guard peers.spend(relay.approximateByteCount, on: peer, now: pacemaker.now) else { return }
        outbox.send(.relay(relay), to: .one(peer))
    }
}

extension Relay {
    /// How many bytes its wire form takes, a few more or less.
    var approximateByteCount: Int {
        let certificates = (proposal?.parent.map { [$0] } ?? []) + (proposal?.skipped ?? [])
        return certificates.reduce(512 + 192 * votes.count) { $0 + $1.approximateByteCount }
    }
}
