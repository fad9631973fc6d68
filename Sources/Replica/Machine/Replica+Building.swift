import Chain
import Consensus
import Primitives
import Wire

/// A block in the making, while the executor chooses its transactions.
struct BuildJob: Sendable {
    let token: Token
    let epoch: Epoch
    let request: Simplex.BuildRequest
}

extension Replica {
    /// Agreement wants a block from this node.
    mutating func build(_ request: Simplex.BuildRequest, in epoch: Epoch) {
        guard !final.isHalted, terms(after: request.parent)?.stateRoot == request.parentStateRoot,
            let spent = spentIDs(upTo: request.parent)
        else { return input(.notBuilt(request.view), for: epoch) }
        let room = PoolRoom(
            byteCount: BlockBody.byteLimit, signatureCount: BlockBody.signatureLimit,
            transactionCount: BlockBody.signatureLimit)
        let choice = pool.select(room, without: spent)
        guard !choice.isEmpty || request.isHeartbeat else {
            return input(.notBuilt(request.view), for: epoch)
        }
        let token = desk.nextToken()
        desk.build = BuildJob(token: token, epoch: epoch, request: request)
        // Newest first, as voters expect them.
        let skipped = request.skipped.sorted { $0.view > $1.view }
            .prefix(Simplex.BuildRequest.skippedLimit)
        let slot = ProposalSlot(
            view: request.view, parentView: request.parentView,
            time: max(turn.now.wall, request.parentTime.next), leader: request.leader,
            reveals: configuration.reveals)
        emit(
            .assemble(
                AssemblyOrder(
                    parent: request.parent, slot: slot, candidates: choice,
                    nullifications: skipped.map(\.wire),
                    evidence: desk.evidence(for: epoch, above: blocks(upTo: request.parent))),
                token))
    }

    /// The blocks above the final one, up to a block.
    private func blocks(upTo digest: Digest) -> [Block] {
        candidates.path(to: digest, above: final.head)?.compactMap(\.block) ?? []
    }

    /// The executor has built a block, or could not.
    mutating func assembled(_ assembly: Assembly, _ token: Token) {
        for id in assembly.refused { pool.remove(id) }
        tellReadiness()
        guard let job = desk.build, job.token == token else { return }
        desk.build = nil
        let request = job.request
        guard let block = assembly.block,
            !block.body.transactions.isEmpty || request.isHeartbeat
        else { return input(.notBuilt(request.view), for: job.epoch) }
        candidates.add(block.header, digest: block.digest)
        candidates.update(block.digest) { $0.content = .complete(block) }
        input(.built(block.header, for: request.view), for: job.epoch)
        advance(block.digest)
    }

    private func terms(after digest: Digest) -> ChildTerms? {
        digest == final.head.digest ? final.head.terms : candidates[digest]?.terms
    }

    /// Ids in the blocks above the final one, up to a block; `nil` when one of them is unknown.
    func spentIDs(upTo digest: Digest) -> Set<Digest>? {
        guard digest != final.head.digest else { return [] }
        guard let path = candidates.path(to: digest, above: final.head) else { return nil }
        var ids: Set<Digest> = []
        for candidate in path {
            guard let block = candidate.block else { return nil }
            for transaction in block.body.transactions { ids.insert(transaction.id) }
        }
        return ids
    }

    /// Tells agreement whether transactions wait that no block on the way to final holds.
    mutating func tellReadiness() {
        // While old blocks become final one after the other, nobody expects a proposal.
        guard sync.runs.isEmpty else { return }
        let isReady = hasReady()
        guard desk.isReady != isReady else { return }
        desk.isReady = isReady
        input(.mempool(ready: isReady), for: engines.terms.epoch)
    }

    private mutating func hasReady() -> Bool {
        guard let tip = candidates.tip(above: final.head) else {
            return pool.readyCount(without: []) > 0
        }
        if desk.spent?.tip != tip || desk.spent?.head != final.head.digest {
            let ids = spentIDs(upTo: tip) ?? []
            desk.spent = RequestDesk.Spent(tip: tip, head: final.head.digest, ids: ids)
        }
        guard let spent = desk.spent?.ids else { return false }
        // More wait than blocks hold: no need to look which ones.
        return pool.readyCount(without: []) > spent.count || pool.readyCount(without: spent) > 0
    }
}
