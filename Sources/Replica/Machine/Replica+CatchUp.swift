import Chain
import Consensus
import Primitives

extension Replica {
    /// A difference in heights that is normal while blocks are under way.
    static let normalLag: UInt64 = 2
    /// Without a new final block for so long, a peer that claims a higher one is asked.
    static let stallAskMilliseconds: UInt64 = 1_500
    /// Without a new final block for so long, although one is due, the node calls itself stalled.
    static let stallMilliseconds: UInt64 = 45_000

    /// A finalization names a block that cannot become final here yet.
    mutating func pursue(_ target: Finalization) {
        guard let path = candidates.path(to: target.block, above: final.head) else {
            return askForRun()
        }
        for candidate in path where candidate.block == nil && !candidate.isBroken {
            if case .unknown = candidate.content { fetchBlock(candidate.digest) }
        }
    }

    mutating func beatSync() {
        wake(.sync, afterMilliseconds: Self.syncMilliseconds)
        guard !final.isHalted else { return }
        if let ask = sync.ask,
            turn.now.instant.milliseconds(since: ask.at)
                >= CatchUp.patience(lateCount: peers[ask.peer]?.lateCount ?? 0)
        {
            // A slow link is no lie: the others are asked first from now on, and it gets more time.
            sync.ask = nil
            peers.update(ask.peer) { $0.lateCount += 1 }
        }
        let lag = peers.claimedHeight.number.subtractingReportingOverflow(final.head.height.number)
        let claims = lag.overflow ? 0 : lag.partialValue
        let idle = turn.now.instant.milliseconds(since: final.movedAt)
        let isLacking =
            final.target.map { candidates.path(to: $0.block, above: final.head) == nil } ?? false
        if claims > Self.normalLag || (claims > 0 && idle > Self.stallAskMilliseconds)
            || isLacking || sync.isBehind
        {
            sync.isBehind = false
            askForRun()
        }
        // What the executor could not do a moment ago is handed in again.
        for digest in candidates.ordered { advance(digest) }
        finalizeReachable()
        updatePhase()
    }

    /// Asks one peer for the blocks after the last one that is proved.
    mutating func askForRun() {
        guard sync.ask == nil, sync.runs.count < CatchUp.runLimit, !final.isHalted else { return }
        let last = sync.last
        // The next epoch's voters are known only after the last block of this one.
        guard last?.header.height != engines.terms.lastHeight else { return }
        let from = (last?.header.height ?? final.head.height).next
        let able = peers.names.filter { (peers[$0]?.finalHeight ?? Height(0)) >= from }
        let good = able.filter { peers[$0]?.failureCount == 0 }
        let fit = good.isEmpty ? able : good
        let lateness = fit.compactMap { peers[$0]?.lateCount }.min()
        let prompt = fit.filter { peers[$0]?.lateCount == lateness }
        guard let peer = prompt.randomElement(using: &sync.chance) else { return }
        let number = desk.nextNumber()
        sync.ask = CatchUp.Ask(peer: peer, number: number, from: from, at: turn.now.instant)
        send(
            .request(
                number: number, .run(from: from, countLimit: UInt32(BlockRun.blockLimit))),
            to: peer)
    }

    /// A peer has answered with blocks, or says that it has none.
    mutating func take(_ run: BlockRun, _ number: UInt64, from name: PeerName) {
        guard let ask = sync.ask, ask.peer == name, ask.number == number else { return }
        sync.ask = nil
        guard !run.blocks.isEmpty else {
            // Its claim was a hint that does not hold (attack 72).
            peers.update(name) { $0.finalHeight = min($0.finalHeight, final.head.height) }
            return fail(name)
        }
        // While the answer was under way, the chain may have grown or the epoch ended here.
        guard run.finalization?.epoch == engines.terms.epoch else { return }
        guard run.blocks[0].header.height == ask.from, let proof = verified(run) else {
            return drop(name, .lied(.finalization))
        }
        guard run.blocks.allSatisfy(\.bodyMatchesHeader) else { return drop(name, .lied(.block)) }
        peers.update(name) { ($0.failureCount, $0.lateCount) = (0, 0) }
        if let fork = fork(run, proof) { return halt(over: fork) }
        let last = sync.last?.header.height ?? final.head.height
        let fresh = run.blocks.drop { $0.header.height <= last }
        if let first = fresh.first {
            guard first.header.height == last.next,
                first.header.parent == sync.last?.digest ?? final.head.digest
            else { return }
            let now = turn.now.instant
            peers.update(name) { $0.lastBlock = now }
            accept(known: fresh, run.following, proof)
        }
        askForMore()
    }

    /// Asks again at once while there is a good deal to fetch; the beat does the rest.
    private mutating func askForMore() {
        let proved = sync.last?.header.height ?? final.head.height
        if peers.claimedHeight > proved.adding(Self.normalLag) { askForRun() }
    }

    /// Checks that the blocks follow each other, and that a quorum finalized the end.
    private func verified(_ run: BlockRun) -> Finalization? {
        guard let proof = run.finalization, let first = run.blocks.first?.header else {
            return nil
        }
        var parent = first.parent
        var height = first.height.previous
        let headers =
            run.blocks.map { ($0.header, $0.digest) }
            + run.following.map { ($0, $0.digest) }
        for (header, digest) in headers {
            height = height.next
            guard header.parent == parent, header.height == height,
                header.epoch == engines.terms.epoch, header.chain == configuration.chain
            else { return nil }
            parent = digest
        }
        guard proof.block == parent, height <= engines.terms.lastHeight else { return nil }
        let config = engines.config
        do {
            try proof.verify(
                in: config.set, of: config.epoch, chain: config.chain, scheme: config.scheme)
            return proof
        } catch { return nil }
    }

    /// Takes the blocks whose rules this node has; the first other one ends its part (attack 53).
    private mutating func accept(
        known blocks: ArraySlice<Block>, _ following: [BlockHeader], _ proof: Finalization
    ) {
        let newer = blocks.firstIndex {
            $0.header.protocolNumber > configuration.protocolNumber
        }
        guard let newer else { return accept(blocks, following, proof) }
        guard newer > blocks.startIndex else {
            return haltOverInvalid(blocks[newer].header)
        }
        accept(blocks[..<newer], [blocks[newer].header], proof)
    }

    private mutating func accept(
        _ blocks: ArraySlice<Block>, _ following: [BlockHeader], _ proof: Finalization
    ) {
        let endRoot = following.first?.parentStateRoot ?? proof.stateRoot
        if following.isEmpty { final.keep(proof) }
        sync.runs.append(CatchUp.Run(blocks: blocks, endRoot: endRoot, proof: proof))
        for block in blocks {
            candidates.add(block.header, digest: block.digest)
            candidates.update(block.digest) { candidate in
                candidate.isProvedFinal = true
                if candidate.block == nil { candidate.content = .complete(block) }
            }
            // The parent was handed in before, so the executor can go on without a round trip.
            if case .waiting = candidates[block.digest]?.execution {
                candidates.update(block.digest) { $0.execution = .running }
                emit(.execute(block, block.digest))
            }
        }
        finalizeReachable()
    }

    /// Makes final what the runs prove, as far as it is executed.
    mutating func finalizeRuns() {
        while let block = sync.runs.first?.blocks.first {
            if block.header.height <= final.head.height {
                dropFirstOfRun()
                continue
            }
            guard let candidate = candidates[block.digest] else { return sync.runs = [] }
            if case .invalid = candidate.execution { return haltOverInvalid(candidate.header) }
            guard let terms = candidate.terms, let run = sync.runs.first else { return }
            let expected = run.blocks.dropFirst().first?.header.parentStateRoot ?? run.endRoot
            guard terms.stateRoot == expected else {
                return halt(.stateDiverged(block.header.height))
            }
            final.proof = run.proof
            dropFirstOfRun()
            makeFinal(block, terms)
            if sync.ask == nil, sync.runs.count < CatchUp.runLimit { askForMore() }
        }
    }

    /// A quorum made a block final that this node's rules refuse.
    mutating func haltOverInvalid(_ header: BlockHeader) {
        halt(
            header.protocolNumber > configuration.protocolNumber
                ? .upgradeRequired(protocolNumber: header.protocolNumber)
                : .finalBlockInvalid(header.height))
    }

    private mutating func dropFirstOfRun() {
        guard var run = sync.runs.first else { return }
        run.blocks.removeFirst()
        guard run.blocks.isEmpty else { return sync.runs[0] = run }
        sync.runs.removeFirst()
        // Agreement jumps to the view behind the finalization.
        guard run.proof.epoch == engines.terms.epoch, let peer = anyPeer else { return }
        input(
            .received(
                .certificates(CertificateBatch([run.proof.certificate])), from: peer,
                at: turn.now.wall),
            for: run.proof.epoch)
    }

    /// A certificate that was verified may come from anyone.
    private var anyPeer: Simplex.Peer? {
        peers.names.first.flatMap { peers[$0]?.number }
    }

    /// Notes an answer that was empty or wrong.
    mutating func fail(_ name: PeerName) {
        peers.update(name) { $0.failureCount += 1 }
        letGoIfFailing(name)
    }

    mutating func letGoIfFailing(_ name: PeerName) {
        guard let peer = peers[name], peer.failureCount >= PeerTable.failureLimit else { return }
        drop(name, .lied(.height))
    }

    mutating func updatePhase() {
        guard !final.isHalted else { return }
        let height = final.head.height
        let claimed = peers.claimedHeight
        if claimed.number > height.number + Self.normalLag {
            return setPhase(.syncing(at: height, of: claimed))
        }
        let idle = turn.now.instant.milliseconds(since: final.movedAt)
        if idle > Self.stallMilliseconds { return setPhase(.stalled(height)) }
        setPhase(peers.names.isEmpty && engines.config.set.count > 1 ? .starting : .synced(height))
    }
}
