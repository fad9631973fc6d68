import Chain
import Consensus
import Primitives
import StateTree

extension Replica {
    /// Agreement asks whether a proposal may be voted for.
    mutating func check(_ header: BlockHeader, _ digest: Digest, view: View, from name: PeerName?) {
        candidates.add(header, digest: digest)
        candidates.update(digest) { candidate in
            candidate.checks.append(view)
            if let name { candidate.add(source: name) }
        }
        gather(digest)
        advance(digest)
    }

    /// Agreement asks for the verdict on a block; pending answers are allowed, wrong ones are not.
    mutating func certify(_ header: BlockHeader, _ digest: Digest, view: View) {
        candidates.add(header, digest: digest)
        candidates.update(digest) { $0.certifications.append(view) }
        gather(digest)
        advance(digest)
    }

    /// Starts to collect a body, from the ids that came with the proposal or from a peer.
    private mutating func gather(_ digest: Digest) {
        guard let candidate = candidates[digest], case .unknown = candidate.content else { return }
        guard let offer = candidates.takeOffer(digest) else { return fetchBlock(digest) }
        let compact = offer.compact
        // Names that the header does not commit to are the sender's own: the block is fetched.
        guard compact.matchesHeader else { return fetchBlock(digest) }
        var gathering = Gathering(compact) { pool[envelope: $0] }
        for transaction in offer.fresh { _ = gathering.add(transaction) }
        let now = turn.now.instant
        peers.update(offer.from) { $0.lastBlock = now }
        take(gathering, for: digest)
        if case .gathering = candidates[digest]?.content { fetchBodies(digest) }
    }

    /// Keeps a body that is still short of transactions, or judges a whole one.
    mutating func take(_ gathering: Gathering, for digest: Digest) {
        guard let block = gathering.complete else {
            candidates.update(digest) { $0.content = .gathering(gathering) }
            return
        }
        take(block, digest)
    }

    /// Keeps a whole block, if its body is the one that the header commits to.
    ///
    /// - Returns: Whether it is. A body that is not says nothing about the block (attack 34).
    @discardableResult
    mutating func take(_ block: Block, _ digest: Digest) -> Bool {
        guard block.bodyMatchesHeader else {
            candidates.update(digest) { candidate in
                guard candidate.block == nil else { return }
                candidate.content = .unknown
            }
            return false
        }
        // A block of an epoch to come is judged when its epoch has come.
        guard block.header.epoch == engines.terms.epoch else { return true }
        let keepsRules = BodyRules(config: engines.config).hold(for: block)
        candidates.update(digest) { candidate in
            guard candidate.block == nil else { return }
            candidate.content = keepsRules ? .complete(block) : .broken
        }
        return true
    }

    /// Takes a block as far as it goes now: checked, stored, executed, answered.
    mutating func advance(_ digest: Digest) {
        guard let candidate = candidates[digest] else { return }
        if candidate.isBroken { return fail(candidate) }
        guard let block = candidate.block else { return }
        if case .none = candidate.durability, !candidate.isProvedFinal {
            candidates.update(digest) { $0.durability = .writing }
            emit(.store(block, digest))
        }
        guard let terms = parentTerms(of: candidate) else { return }
        guard agrees(block.header, with: terms) else {
            candidates.update(digest) { $0.content = .broken }
            return fail(candidate)
        }
        answerChecks(digest, passed: true)
        if case .waiting = candidate.execution {
            candidates.update(digest) { $0.execution = .running }
            emit(.execute(block, digest))
        }
        answerCertifications(digest)
    }

    /// What the parent's execution fixed, once it is known.
    func parentTerms(of candidate: Candidate) -> ChildTerms? {
        let parent = candidate.header.parent
        return parent == final.head.digest ? final.head.terms : candidates[parent]?.terms
    }

    private func agrees(_ header: BlockHeader, with terms: ChildTerms) -> Bool {
        header.parentStateRoot == terms.stateRoot && header.parentReceiptsRoot == terms.receiptsRoot
            && header.historyRoot == terms.historyRoot && header.parameters == terms.parameters
            && header.validatorSet == terms.validatorSet
            && header.nextValidatorSet == terms.nextValidatorSet
            && header.protocolNumber <= configuration.protocolNumber
    }

    private mutating func fail(_ candidate: Candidate) {
        let digest = candidate.digest
        answerChecks(digest, passed: false)
        candidates.update(digest) { $0.execution = .invalid }
        answerCertifications(digest)
        if candidate.isProvedFinal { haltOverInvalid(candidate.header) }
    }

    private mutating func answerChecks(_ digest: Digest, passed: Bool) {
        guard let candidate = candidates[digest] else { return }
        for view in candidate.checks {
            input(
                .checked(block: digest, view: view, passed: passed), for: candidate.header.epoch)
        }
        candidates.update(digest) { $0.checks = [] }
    }

    /// Tells agreement the verdict, once the block is durable too.
    private mutating func answerCertifications(_ digest: Digest) {
        guard let candidate = candidates[digest], !candidate.certifications.isEmpty else { return }
        let verdict: Simplex.Execution
        switch candidate.execution {
        case .waiting, .running: return
        case .invalid: verdict = .invalid
        case .valid(let terms):
            guard case .durable = candidate.durability else { return }
            verdict = .valid(stateRoot: terms.stateRoot)
        }
        for view in candidate.certifications {
            input(.executed(block: digest, view: view, verdict), for: candidate.header.epoch)
        }
        candidates.update(digest) { $0.certifications = [] }
    }

    mutating func stored(_ digest: Digest) {
        candidates.update(digest) { $0.durability = .durable }
        advance(digest)
    }

    mutating func executed(_ digest: Digest, _ verdict: ExecutionVerdict) {
        guard let candidate = candidates[digest] else { return }
        switch verdict {
        case .valid(let terms):
            candidates.update(digest) { $0.execution = .valid(terms) }
            advance(digest)
            for child in candidates.children(of: digest) { advance(child) }
            finalizeReachable()
            tellReadiness()
        case .invalid: fail(candidate)
        case .unready: candidates.update(digest) { $0.execution = .waiting }
        }
    }
}
