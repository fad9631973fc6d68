import Primitives

/// A leader's proposal: receiving it, and voting for it (rules C12, C13).
extension Simplex {
    mutating func receive(
        _ proposal: Proposal, from peer: Peer, at time: Timestamp, isOwnWord: Bool = true
    ) {
        let vote = proposal.vote
        note(peer, view: vote.view)
        guard isInWindow(vote.view), vote.view > position.finalizedView else { return }
        rounds.extend(to: vote.view)
        guard vote.kind == .notarize, vote.seat == rounds[vote.view].leader, vote.seat != seat
        else {
            if vote.seat != seat { outbox.emit(.fault(peer, .badProposal)) }
            return
        }
        let known = rounds[vote.view].offer.offered?.proposal.vote.subject == vote.subject
        if !known {
            guard !rounds[vote.view].isEquivocated else { return }
            let sealed = SealedHeader(proposal.header)
            guard vote.subject.block == sealed.digest else {
                outbox.emit(.fault(peer, .badProposal))
                return
            }
            guard isAuthentic(vote, from: peer) else { return }
            hold(
                Offered(
                    proposal: proposal, sealed: sealed, from: peer, at: time,
                    arrived: pacemaker.now))
            overhear(vote, isProposal: true, from: peer)
        }
        if isOwnWord { peers.recognize(peer, as: vote.seat) }
        if let parent = proposal.parent { take(parent, from: peer) }
        for certificate in proposal.skipped { take(certificate, from: peer) }
        if rounds.contains(vote.view) { insert(vote) }
    }

    /// Whether the leader signed it: as a vote that is counted already, or by checking.
    private mutating func isAuthentic(_ vote: Vote, from peer: Peer) -> Bool {
        let counted = rounds[vote.view].tallies.notarize.vote(of: vote.seat)
        if counted?.subject == vote.subject { return true }
        guard vote.isValid(in: config.set, chain: config.chain, scheme: config.scheme) else {
            outbox.emit(.fault(peer, .badSignature))
            return false
        }
        pacemaker.lastActive[Int(vote.seat.index)] = pacemaker.now
        return true
    }

    /// Keeps the first proposal of a view; a second one only shows that the leader equivocates.
    private mutating func hold(_ offered: Offered) {
        let view = offered.proposal.vote.view
        if rounds[view].candidate?.block == offered.sealed.digest {
            learn(offered.sealed)
        }
        guard case .none = rounds[view].offer else { return }
        guard isPlausible(offered.sealed.header, in: view) else {
            rounds[view].offer = .refused
            if let peer = offered.from { outbox.emit(.fault(peer, .badProposal)) }
            return
        }
        rounds[view].offer = .held(offered)
    }

    /// What a header must say whatever its parent is (rule C30).
    private func isPlausible(_ header: BlockHeader, in view: View) -> Bool {
        let isLast = header.height == config.lastHeight
        return header.protocolNumber == config.protocolNumber && header.chain == config.chain
            && header.epoch == config.epoch && header.validatorSet == setDigest
            && (header.view == view || (isLast && header.view < view))
            && header.leader == rounds.leader(of: header.view)
            && header.height > config.start.height && header.height <= config.lastHeight
            && (isLast || header.nextValidatorSet == setDigest)
            && header.parentView < header.view && header.bodyByteCount <= Self.bodyByteLimit
    }

    /// What a header must say about the block that it stands on (rule C31).
    func isChild(_ header: BlockHeader, of parent: Parent) -> Bool {
        header.parent == parent.block && header.parentView == parent.view
            && header.height == parent.height.next && header.time > parent.time
            && header.parentStateRoot == parent.stateRoot
    }

    // MARK: Voting

    /// Takes the current view's proposal as far as it goes now.
    mutating func voteIfReady() {
        let view = position.view
        guard safeguard.mayVote, seat != nil, !rounds[view].own.notarized,
            !rounds[view].own.nullified
        else { return }
        switch rounds[view].offer {
        case .none, .checking: return
        case .refused: nullifyHastily(view)
        case .held(let offered): compare(offered, in: view)
        case .passed(let offered):
            guard !rounds[view].isEquivocated else { return }
            cast(offered.proposal.vote.subject, in: view)
        }
    }

    /// Compares a proposal with its parent and the clock.
    private mutating func compare(_ offered: Offered, in view: View) {
        let header = offered.sealed.header
        let isAgain = header.view < view
        let wanted = isAgain ? offered.sealed.digest : header.parent
        switch parent(wanted, at: offered.parentView, below: view) {
        case .waiting: return
        case .missing(let views): lack(views, from: offered.from)
        case .unfit: refuse(view)
        case .ready(let parent):
            if isAgain || parent.height == config.lastHeight {
                // Only the same block may follow an epoch's last one (rule C32).
                guard isAgain, parent.block == offered.sealed.digest else { return refuse(view) }
                rounds[view].offer = .passed(offered)
                voteIfReady()
                return
            }
            guard isChild(header, of: parent) else { return refuse(view) }
            check(offered, in: view)
        }
    }

    /// Compares with the clock, then asks the driver for the rest (rule C34).
    ///
    /// Only here: a block that a quorum accepted is never refused for its time.
    private mutating func check(_ offered: Offered, in view: View) {
        let (pace, time) = (config.pace, offered.sealed.header.time)
        let age = pacemaker.scaled(pace.proposalAge).addingClamped(pace.precision)
        guard time.adding(age) >= offered.at else { return refuse(view) }
        let latest = offered.at.adding(pace.precision)
        if time > latest {
            let due = offered.arrived.advanced(milliseconds: time.number - latest.number)
            if due > pacemaker.now {
                pacemaker.deadlines.early = due
                return
            }
        }
        guard let peer = offered.from else { return }
        rounds[view].offer = .checking(offered)
        outbox.emit(
            .check(offered.sealed.header, block: offered.sealed.digest, view: view, from: peer))
    }

    private mutating func refuse(_ view: View) {
        rounds[view].offer = .refused
        nullifyHastily(view)
    }

    mutating func finishCheck(of block: Digest, in view: View, passed: Bool) {
        guard rounds.contains(view), case .checking(let offered) = rounds[view].offer,
            offered.sealed.digest == block
        else { return }
        rounds[view].offer = passed ? .passed(offered) : .refused
    }

    // MARK: Parents

    /// Whether a view's proposal may stand on a block: the block is final, or notarized and
    /// executed by us, and every view between is nullified (rule C12).
    ///
    /// Without a block, whichever the parent's view has is taken.
    func parent(_ block: Digest?, at parentView: View, below view: View) -> ParentState {
        guard parentView < view, parentView >= position.finalizedView else { return .unfit }
        let state = parent(block, at: parentView)
        var missing: [View] = []
        if case .unfit = state { return .unfit }
        if case .missing(let views) = state { missing = views }
        var skipped = view.previous
        while skipped > parentView, missing.count < CertificateRequest.viewLimit {
            if rounds.certificates(of: skipped)?.nullification == nil { missing.append(skipped) }
            skipped = skipped.previous
        }
        return missing.isEmpty ? state : .missing(missing)
    }

    private func parent(_ block: Digest?, at view: View) -> ParentState {
        if view == position.finalizedView {
            guard block == nil || block == position.block else { return .unfit }
            guard let header = position.header else { return .waiting }
            return .ready(
                Parent(
                    block: position.block, view: view, height: header.height, time: header.time,
                    stateRoot: position.stateRoot, sealed: header.sealed))
        }
        guard let candidate = rounds.candidate(of: view) else { return .missing([view]) }
        guard block == nil || block == candidate.block else { return .unfit }
        switch (candidate.state, candidate.header) {
        case (.invalid, _): return .unfit
        case (.valid(let stateRoot), let sealed?):
            return .ready(
                Parent(
                    block: candidate.block, view: view, height: sealed.header.height,
                    time: sealed.header.time, stateRoot: stateRoot, sealed: sealed))
        case (.valid, nil), (.waiting, _), (.running, _): return .waiting
        }
    }

    mutating func lack(_ views: [View], from peer: Peer?) {
        for view in views where outbox.lacks.count < CertificateRequest.viewLimit {
            if !outbox.lacks.contains(view) { outbox.lacks.append(view) }
        }
        if let peer { outbox.lacksFrom = peer }
    }
}

extension UInt64 {
    func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
