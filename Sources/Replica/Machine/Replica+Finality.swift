import Chain
import Consensus
import Primitives

extension Replica {
    /// A quorum has finalized a block; it may not be here yet.
    mutating func reached(_ finalization: Finalization) {
        guard finalization.epoch == engines.terms.epoch else { return }
        final.keep(finalization)
        if final.target.map({ $0.view < finalization.view }) ?? true {
            final.target = finalization
        }
        finalizeReachable()
        guard let target = final.target, target.block != final.head.digest else { return }
        pursue(target)
    }

    /// Makes final what a proof covers and this node has executed, ancestors first.
    mutating func finalizeReachable() {
        guard !final.isHalted else { return }
        finalizeRuns()
        guard sync.runs.isEmpty, let target = final.target else { return }
        guard let path = candidates.path(to: target.block, above: final.head) else {
            if let fork = fork(target) { halt(over: fork) }
            return
        }
        var ready: [(Block, ChildTerms)] = []
        for candidate in path {
            guard let block = candidate.block, let terms = candidate.terms else { break }
            ready.append((block, terms))
        }
        // A child's header repeats the state root of its parent, so the path proves each root
        // but the last, which the finalization signs.
        if ready.count == path.count, let last = ready.last, last.1.stateRoot != target.stateRoot {
            return halt(.stateDiverged(last.0.header.height))
        }
        if !ready.isEmpty { final.proof = target }
        for (block, terms) in ready { makeFinal(block, terms) }
    }

    /// Takes the next block as final.
    mutating func makeFinal(_ block: Block, _ terms: ChildTerms) {
        let header = block.header
        precondition(
            header.parent == final.head.digest && header.height == final.head.height.next,
            "blocks become final in order")
        let proof = final.takeProof(of: block)
        emit(
            .finalize(
                FinalBlock(
                    block: block, digest: block.digest, finalization: proof,
                    stateRoot: terms.stateRoot)))
        let old = final.head
        final.head = FinalHead(header, terms: terms)
        final.movedAt = turn.now.instant
        if final.target?.block == block.digest { final.target = nil }
        candidates.prune(final: block.digest, height: header.height)
        endHeaderWaits(with: header, block.digest)
        desk.forget(evidenceIn: block)
        relay.noteFinal(block.body.transactions)
        pool.finalize(block.body.transactions, at: header.height)
        let isFirst = old.terms.nextEpoch != nil
        final.note(
            obsoleteVotesBelow: Slot(epoch: header.epoch, view: isFirst ? View(0) : old.view),
            at: header.height)
        if let next = terms.nextEpoch { begin(next, on: block, terms) }
        tellReadiness()
        updatePhase()
    }

    /// Starts agreement of the next epoch on the last block of this one.
    private mutating func begin(_ next: EpochTerms, on block: Block, _ terms: ChildTerms) {
        let start = EpochStart(
            block: block.digest, height: block.header.height, time: block.header.time,
            stateRoot: terms.stateRoot)
        engines.begin(next, on: start, configuration)
        final.target = nil
        final.forgetProofs()
        desk.forgetEvidence(before: next.epoch)
        input(.started(engines.takeRecovery()), for: next.epoch)
        for name in peers.names {
            guard let peer = peers[name] else { continue }
            input(.connected(peer.number), for: next.epoch)
        }
        desk.isReady = nil
        tellStatus(to: peers.names)
        for (name, frame) in engines.takeEarly() { receiveConsensus(frame, from: name) }
    }

    /// The world has made everything up to a height durable.
    mutating func becameDurable(_ height: Height) {
        if let slot = final.settle(upTo: height) {
            emit(.forgetVotes(slot.epoch, below: slot.view))
        }
        updatePhase()
    }

    /// Stops taking part; the state stays as it is.
    mutating func halt(_ reason: HaltReason) {
        guard !final.isHalted else { return }
        final.isHalted = true
        setPhase(.halted(reason))
    }

    mutating func setPhase(_ phase: Phase) {
        guard phase != final.phase else { return }
        final.phase = phase
        emit(.phase(phase))
    }
}
