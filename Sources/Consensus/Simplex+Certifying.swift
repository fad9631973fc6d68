import Primitives

/// From a notarization to a verdict on the block (rules C15, C16).
extension Simplex {
    /// Starts executing what can be executed; asks for headers that are not here.
    mutating func certifyCandidates() {
        for view in rounds.undecided {
            guard let candidate = rounds[view].candidate, candidate.state == .waiting else {
                continue
            }
            guard let sealed = candidate.header else {
                fetch(candidate.block, view: view)
                continue
            }
            certify(candidate, sealed, in: view)
        }
        retryFetches()
    }

    private mutating func certify(_ candidate: Candidate, _ sealed: SealedHeader, in view: View) {
        let isAgain = sealed.header.view < view
        let wanted = isAgain ? candidate.block : sealed.header.parent
        switch parent(wanted, at: candidate.parentView, below: candidate.parentView.next) {
        case .waiting: return
        case .missing(let views): lack(views, from: nil)
        case .unfit:
            // Never right above a final block: then the quorum and we disagree about the chain.
            if candidate.parentView >= position.finalizedView {
                decide(.invalid, in: view)
            }
        case .ready(let parent):
            if isAgain {
                decide(.valid(stateRoot: parent.stateRoot), in: view)
            } else {
                rounds[view].candidate?.state = .running
                outbox.emit(.certify(sealed.header, block: sealed.digest, view: view))
            }
        }
    }

    mutating func finishExecution(of block: Digest, in view: View, _ execution: Execution) {
        if view == position.finalizedView, block == position.block {
            compareFinal(execution)
            return
        }
        guard let candidate = rounds.candidate(of: view), candidate.block == block,
            candidate.state == .running, view > position.finalizedView
        else { return }
        decide(execution, in: view)
    }

    /// Keeps a verdict, votes by it, and moves on.
    private mutating func decide(_ execution: Execution, in view: View) {
        guard let candidate = rounds[view].candidate, let sealed = candidate.header else { return }
        rounds.close(view)
        switch execution {
        case .valid(let stateRoot):
            rounds[view].candidate?.state = .valid(stateRoot: stateRoot)
            outbox.record(.accepted(view: view, header: sealed.header, stateRoot: stateRoot))
            pacemaker.lastBlock = pacemaker.now
            let own = rounds[view].own
            if !own.nullified, !own.finalized, !rounds[view].isEquivocated {
                cast(
                    .finalize(
                        parentView: candidate.parentView, block: candidate.block,
                        stateRoot: stateRoot),
                    in: view)
            }
            if view >= position.view { enter(view.next) }
        case .invalid:
            rounds[view].candidate?.state = .invalid
            outbox.record(.rejected(view: view, block: candidate.block))
            nullifyHastily(view)
        }
    }

    // MARK: Headers that are not here

    mutating func fetch(_ block: Digest, view: View) {
        guard !peers.fetches.contains(where: { $0.block == block }),
            peers.fetches.count < PeerTable.fetchLimit
        else { return }
        peers.fetches.append(PeerTable.Fetch(block: block, view: view, next: pacemaker.now))
    }

    private mutating func retryFetches() {
        guard !peers.fetches.isEmpty else { return }
        for index in peers.fetches.indices where peers.fetches[index].next <= pacemaker.now {
            let wanted = peers.fetches[index]
            outbox.emit(
                .fetch(
                    block: wanted.block, view: wanted.view,
                    from: peers.choice(attempt: wanted.attempt, preferred: nil)))
            peers.fetches[index].attempt += 1
            peers.fetches[index].next = pacemaker.after(config.pace.hop * 2)
        }
    }

    /// A header has come, by a fetch or with a proposal that followed its certificate.
    mutating func learn(_ sealed: SealedHeader) {
        peers.fetches.removeAll { $0.block == sealed.digest }
        for view in rounds.undecided where rounds[view].candidate?.block == sealed.digest {
            rounds[view].candidate?.header = sealed
        }
        if position.block == sealed.digest, position.header == nil { learnFinal(sealed) }
    }
}
