public import Ledger
public import Primitives
import StateTree
import Wire

extension ChainState {
    /// Executes a block on its parent's state and keeps the result until it is final or dropped.
    ///
    /// The result depends on the block and its ancestors alone: no clock, no limit of this machine.
    /// `isVerified` tells by ``Transaction/envelope`` whether all signatures of a transaction were
    /// checked before; the others are checked here. The source holds the leaves as of ``final``.
    /// - Returns: What the block did, the same as before when it was executed already.
    /// - Throws: ``BlockFault``; then nothing changed.
    @discardableResult
    public mutating func execute(
        _ block: Block, scheme: SignatureScheme = .ed25519,
        isVerified: (Digest) -> Bool = { _ in false }, reading source: any LeafSource
    ) throws(BlockFault) -> BlockOutcome {
        if let known = branches[block.digest] { return known.outcome }
        guard branches.count < Self.branchLimit else {
            throw .unready(.tooManyBranches(limit: Self.branchLimit))
        }
        guard let parent = tip(block.header.parent) else {
            throw .unready(.unknownParent(block.header.parent))
        }
        try Self.checkBody(block)
        var draft = try draft(
            after: parent.digest, at: block.header.time, reading: source)
        try check(block.header, after: parent, &draft)
        let count = block.body.transactions.count
        guard var executor = BlockExecutor(draft, chain: chain, expecting: count) else {
            throw .unready(.source(draft.fault ?? .corrupt(LeafID.parameters.key)))
        }
        var receipts: [Receipt] = []
        receipts.reserveCapacity(count)
        for (index, transaction) in block.body.transactions.enumerated() {
            guard isVerified(transaction.envelope) || transaction.hasValidSignatures(scheme) else {
                throw .invalid(.transaction(index: index, .signatureInvalid))
            }
            do throws(Rejection) {
                receipts.append(try executor.enter(transaction))
            } catch {
                if let fault = executor.draft.fault { throw .unready(.source(fault)) }
                throw .invalid(.transaction(index: index, error))
            }
        }
        executor.finish(block.header, fullness: block.body.fullness)
        admissible = executor.draft.admissible
        let branch = try conclude(block, executor.draft, receipts, after: parent)
        enter(branch)
        return branch.outcome
    }

    func conclude(
        _ block: Block, _ finished: Draft, _ receipts: [Receipt], after parent: Tip
    ) throws(BlockFault) -> Branch {
        var draft = finished
        var epochEnd: BlockOutcome.EpochEnd?
        if draft.parameters()?.isLastOfEpoch(block.header.height) == true,
            let validators = draft.roster(.current), let following = draft.roster(.next)
        {
            epochEnd = BlockOutcome.EpochEnd(
                nextEpoch: block.header.epoch.next, validators: validators, following: following)
        }
        if let fault = draft.fault { throw .unready(.source(fault)) }
        let updates = draft.updates
        let tree = parent.tree.applying(updates.map(\.change))
        var history = parent.history
        let nodes = history.append(block.digest)
        var writer = WireWriter()
        let receiptsRoot = MerkleList.root(of: receipts.map { $0.digest(by: &writer) })
        return Branch(
            tip: Tip(
                header: block.header, tree: tree, history: history, receiptsRoot: receiptsRoot,
                steady: draft.steadyLeaves),
            outcome: BlockOutcome(
                header: block.header, digest: block.digest, stateRoot: tree.root,
                receipts: receipts, receiptsRoot: receiptsRoot, updates: updates,
                events: draft.events, historyNodes: nodes, epochEnd: epochEnd))
    }

    /// Checks that the header names this very body, and that the body is within its limits.
    static func checkBody(_ block: Block) throws(BlockFault) {
        let (header, body) = (block.header, block.body)
        guard body.byteCount == Int(header.bodyByteCount) else { throw .otherBody(.size) }
        guard body.transactionsRoot == header.transactionsRoot else {
            throw .otherBody(.transactions)
        }
        guard body.evidenceRoot == header.evidenceRoot else { throw .otherBody(.evidence) }
        for transaction in body.transactions
        where !transaction.hasNamedAttachments { throw .otherBody(.attachments) }
        guard body.byteCount <= BlockBody.byteLimit else { throw .invalid(.size) }
        guard body.signatureCount <= BlockBody.signatureLimit else {
            throw .invalid(.signatureCount)
        }
    }

    /// Checks every field that follows from the parent; view and leader's turn are consensus's.
    private func check(
        _ header: BlockHeader, after parent: Tip, _ draft: inout Draft
    ) throws(BlockFault) {
        let expected = try self.expected(after: parent, &draft)
        let faults: [(Bool, BlockInvalidity)] = [
            (header.protocolNumber == Self.protocolNumber, .protocolNumber),
            (header.chain == chain, .chain),
            (header.height == parent.header.height.next, .height),
            (header.epoch == expected.epoch, .epoch),
            (header.time > parent.header.time, .time),
            (Int(header.leader.index) < expected.validators.set.count, .leader),
            (header.parentStateRoot == parent.stateRoot, .parentStateRoot),
            (header.parentReceiptsRoot == parent.receiptsRoot, .parentReceiptsRoot),
            (header.historyRoot == parent.history.root, .historyRoot),
            (header.validatorSet == expected.validators.set.digest, .validatorSet),
            (header.nextValidatorSet == expected.nextSet, .nextValidatorSet),
            (header.parameters == expected.parameters, .parameters),
        ]
        for (holds, invalidity) in faults where !holds { throw .invalid(invalidity) }
        guard let leader = expected.validators.record(of: header.leader),
            draft.accepts(reveal: header.reveal, by: leader)
        else { throw .invalid(.reveal) }
    }

    struct ExpectedHeader {
        let epoch: Epoch
        let validators: Roster
        let nextSet: Digest
        let parameters: Digest
    }

    /// What the state after the parent says about the next header.
    func expected(after parent: Tip, _ draft: inout Draft) throws(BlockFault) -> ExpectedHeader {
        guard let parameters = draft.parameters(), let current = draft.roster(.current),
            let next = draft.roster(.next)
        else { throw .unready(.source(draft.fault ?? .corrupt(LeafID.parameters.key))) }
        let height = parent.header.height.next
        let successor = parameters.isLastOfEpoch(height) ? next : current
        return ExpectedHeader(
            epoch: parameters.epoch(of: height), validators: current,
            nextSet: successor.set.digest, parameters: parameters.digest)
    }
}
