import Primitives

/// What is final, and the end of an epoch (rules C18, C32).
extension Simplex {
    /// Takes a finalization that was checked or made here; older ones change nothing.
    mutating func finalize(_ finalization: Finalization) {
        let view = finalization.view
        guard view > position.finalizedView, !position.hasEnded else { return }
        let candidate = rounds[view].candidate
        let sealed = rounds[view].header(of: finalization.block)
        position.finalizedView = view
        position.block = finalization.block
        position.stateRoot = finalization.stateRoot
        position.finalization = finalization
        position.finalizedAt = pacemaker.now
        position.header = nil
        position.isStuck = false
        pacemaker.failures = 0
        pacemaker.standstillWait = config.pace.standstill
        pacemaker.deadlines.standstill = nil
        pacemaker.lastBlock = max(pacemaker.lastBlock, pacemaker.now)
        rounds.prune(finalized: view)
        peers.fetches.removeAll { $0.view <= view }
        outbox.emit(.finalized(finalization))
        if let candidate, candidate.block == finalization.block,
            case .valid(let stateRoot) = candidate.state
        {
            compareFinal(.valid(stateRoot: stateRoot))
        }
        if view >= position.view { enter(view.next) }
        if let sealed { learnFinal(sealed) } else { fetch(finalization.block, view: view) }
    }

    /// The final block's header is known: its height tells whether the epoch is over.
    mutating func learnFinal(_ sealed: SealedHeader) {
        position.header = Position.Tip(
            height: sealed.header.height, time: sealed.header.time, sealed: sealed)
        guard sealed.header.height == config.lastHeight, !position.hasEnded,
            let finalization = position.finalization
        else { return }
        position.hasEnded = true
        pacemaker.deadlines = Pacemaker.Deadlines()
        peers.fetches.removeAll()
        peers.repair = PeerTable.Repair()
        outbox.emit(.epochEnded(finalization))
    }

    /// Another state than the quorum's is our fault, and ends our voting (rule C18).
    func isDiverged(_ execution: Execution) -> Bool {
        execution != .valid(stateRoot: position.stateRoot)
    }

    mutating func compareFinal(_ execution: Execution) {
        guard isDiverged(execution), let finalization = position.finalization else { return }
        let ours: Digest =
            switch execution {
            case .valid(let stateRoot): stateRoot
            case .invalid: .zero
            }
        safeguard.silence()
        outbox.emit(.alarm(.stateDiverged(finalization, ours: ours)))
    }

    /// Late votes on an epoch's last block: light nodes skip by them, so they are worth keeping.
    mutating func growBoundary(_ subject: VoteSubject, in view: View) {
        guard position.hasEnded, view == position.finalizedView,
            position.finalization?.certificate.subject == subject
        else { return }
        let votes = rounds[view].tallies.finalize.votes(for: subject)
        let certificate = Certificate(
            epoch: config.epoch, view: view, subject: subject, votes: votes,
            memberCount: config.set.count)
        guard
            certificate.signatures.count
                > position.finalization?.certificate.signatures.count ?? 0,
            let grown = Finalization(certificate)
        else { return }
        position.finalization = grown
        rounds[view].certificates.finalization = certificate
        outbox.emit(.boundaryGrew(grown))
    }
}
