import Primitives

/// Proposing as the leader of a view (rule C11).
extension Simplex {
    mutating func leadIfDue() {
        let view = position.view
        guard safeguard.mayVote, let seat, rounds[view].leader == seat, outbox.building != view
        else { return }
        let own = rounds[view].own
        guard own.proposal == nil, !own.notarized, !own.nullified else { return }
        guard pacemaker.readySince != nil || isBlockDue else { return }
        switch bestParent(below: view) {
        case .waiting, .unfit: return
        case .missing(let views): lack(views, from: nil)
        case .ready(let parent):
            if parent.height == config.lastHeight, let sealed = parent.sealed {
                propose(sealed, on: parent, in: view)
                return
            }
            outbox.building = view
            outbox.emit(
                .build(
                    BuildRequest(
                        view: view, height: parent.height.next, leader: seat,
                        parent: parent.block, parentView: parent.view, parentTime: parent.time,
                        parentStateRoot: parent.stateRoot,
                        skipped: nullifications(
                            from: parent.view, to: view, limit: BuildRequest.skippedLimit),
                        isHeartbeat: isBlockDue)))
        }
    }

    /// The newest block that may be built on: going back over nullified views.
    private func bestParent(below view: View) -> ParentState {
        var candidate = view.previous
        while candidate > position.finalizedView {
            guard let round = rounds.round(candidate) else { break }
            if let notarized = round.candidate, notarized.state != .invalid {
                if case .valid = notarized.state { break }
                // Where a nullification allows it, an older parent beats waiting.
                if round.certificates.nullification == nil { return .waiting }
            } else if round.certificates.nullification == nil {
                break
            }
            candidate = candidate.previous
        }
        return parent(nil, at: candidate, below: view)
    }

    /// Nullifications of the views between two, newest first.
    func nullifications(from parent: View, to view: View, limit: Int) -> [Certificate] {
        var found: [Certificate] = []
        var skipped = view.previous
        while skipped > parent, found.count < limit {
            if let certificate = rounds.certificates(of: skipped)?.nullification {
                found.append(certificate)
            }
            skipped = skipped.previous
        }
        return found
    }

    /// The driver has built a block.
    mutating func propose(_ header: BlockHeader, in view: View) {
        guard outbox.building == view else { return }
        outbox.building = nil
        guard view == position.view, rounds[view].own.proposal == nil,
            !rounds[view].own.nullified,
            case .ready(let parent) = parent(header.parent, at: header.parentView, below: view)
        else { return }
        precondition(
            isChild(header, of: parent) && header.view == view && header.leader == seat
                && header.validatorSet == setDigest && header.chain == config.chain
                && header.epoch == config.epoch,
            "a block is built as it was asked for")
        propose(SealedHeader(header), on: parent, in: view)
    }

    /// Signs and sends a proposal: the leader's notarize vote with the header.
    private mutating func propose(_ sealed: SealedHeader, on parent: Parent, in view: View) {
        let subject = VoteSubject.notarize(parentView: parent.view, block: sealed.digest)
        guard let vote = vote(for: subject, in: view) else { return }
        let proposal = proposal(sealed.header, vote, on: parent.view)
        noteOwn(vote)
        rounds[view].own.proposal = proposal
        rounds[view].offer = .passed(
            Offered(
                proposal: proposal, sealed: sealed, from: nil, at: sealed.header.time,
                arrived: pacemaker.now))
        outbox.withhold(vote, .proposal(proposal), record: .proposed(proposal))
    }

    /// A proposal with the certificates at hand of what it rests on.
    func proposal(_ header: BlockHeader, _ vote: Vote, on parentView: View) -> Proposal {
        let parent =
            parentView == position.finalizedView
            ? position.finalization?.certificate
            : rounds.certificates(of: parentView)?.notarization
        return Proposal(
            header: header, vote: vote, parent: parent,
            skipped: nullifications(
                from: parentView, to: vote.view, limit: Proposal.skippedLimit))
    }

    mutating func failToBuild(in view: View) {
        guard outbox.building == view else { return }
        nullifyHastily(view)
    }
}
