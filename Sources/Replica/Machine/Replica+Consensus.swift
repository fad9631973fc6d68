import Chain
import Consensus
import Primitives
import Wire

extension Replica {
    /// Carries out what agreement wants; most of it is passed on to the world.
    mutating func perform(_ effect: Simplex.Effect, of epoch: Epoch) {
        switch effect {
        case .persist(let batch): emit(.log(epoch, batch))
        case .send(let message, let recipient): send(message, to: recipient)
        case .build(let request): build(request, in: epoch)
        case .check(let header, let block, let view, let peer):
            check(header, block, view: view, from: peers.name(of: peer))
        case .certify(let header, let block, let view): certify(header, block, view: view)
        case .fetch(let block, let view, let peer):
            fetchHeader(
                block, from: peer.flatMap { peers.name(of: $0) },
                for: Slot(epoch: epoch, view: view))
        case .finalized(let finalization): reached(finalization)
        case .boundaryGrew(let finalization): emit(.keep(finalization))
        case .epochEnded: break  // The epoch changes when its last block is final here.
        case .evidence(let evidence):
            desk.keep(evidence)
            emit(.evidence(evidence))
        case .forked(let fork): halt(over: fork)
        case .fault(let peer, let fault): blame(peer, fault)
        case .alarm(let alarm): raise(alarm)
        case .listened:
            // Who still listens in the running epoch has not done with it.
            guard epoch == engines.terms.epoch, let key = configuration.voteKey else { return }
            emit(.takeOverLog(of: key.publicKey))
        case .wake(let instant): emit(.wake(.consensus(epoch), at: instant))
        }
    }

    private mutating func send(_ message: ConsensusMessage, to recipient: Simplex.Recipient) {
        let names: [PeerName]
        switch recipient {
        case .everyone: names = peers.names
        case .one(let number): names = peers.name(of: number).map { [$0] } ?? []
        }
        guard !names.isEmpty else { return }
        emit(.send(names, .consensus, frame: frame(for: message).wire))
    }

    /// Adds to a proposal what is in its block, when this node has it.
    private func frame(for message: ConsensusMessage) -> ConsensusFrame {
        guard let digest = message.proposal?.vote.subject.block else {
            return ConsensusFrame(message)
        }
        guard let block = candidates[digest]?.block else {
            // Who passes on a proposal may itself be short of transactions: the names help.
            return ConsensusFrame(message, content: candidates[digest]?.compact)
        }
        let fresh = pool.fresh(
            among: block.body.transactions, at: turn.now.instant,
            byteLimit: ConsensusFrame.freshByteLimit)
        return ConsensusFrame(message, content: CompactBlock(block), fresh: fresh)
    }

    mutating func receiveConsensus(_ bytes: [UInt8], from name: PeerName) {
        guard let peer = peers[name] else { return }
        guard let frame = try? ConsensusFrame(wire: bytes) else {
            return drop(name, .malformed(.consensus))
        }
        guard let epoch = frame.message.epoch else { return }
        guard engines.hasMachine(of: epoch) else {
            // Later epochs come into reach by catch-up, earlier ones are history.
            guard epoch > engines.terms.epoch else { return }
            if epoch == engines.terms.epoch.next { engines.keepEarly(bytes, from: name) }
            return sync.isBehind = true
        }
        if let proposal = frame.message.proposal,
            proposal.header.protocolNumber > configuration.protocolNumber
        {
            // Nobody is blamed for newer rules; if a quorum follows them, catch-up will tell.
            return sync.isBehind = true
        }
        if let content = frame.content, let proposal = frame.message.proposal,
            let digest = proposal.vote.subject.block, candidates[digest]?.block == nil
        {
            candidates.offer(
                CandidateTable.Offer(
                    digest: digest, compact: content, fresh: frame.fresh, from: name))
        }
        input(.received(frame.message, from: peer.number, at: turn.now.wall), for: epoch)
    }

    private mutating func blame(_ number: Simplex.Peer, _ fault: Simplex.PeerFault) {
        guard let name = peers.name(of: number) else { return }
        switch fault {
        case .badSignature, .badCertificate, .unknownSeat, .badProposal:
            drop(name, .lied(.vote))
        case .foreignEpoch:
            peers.update(name) { $0.failureCount += 1 }
            letGoIfFailing(name)
        }
    }

    private mutating func raise(_ alarm: Simplex.Alarm) {
        emit(.alarm(alarm))
        guard case .stateDiverged = alarm else { return }
        halt(.stateDiverged(final.head.height.next))
    }
}
