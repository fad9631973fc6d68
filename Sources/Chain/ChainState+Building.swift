public import Ledger
public import Primitives
import StateTree

/// What consensus says about a block that is to be built.
public struct ProposalSlot: Sendable {
    public let view: View
    /// Zero when the parent is the last block of the epoch before.
    public let parentView: View
    public let time: Timestamp
    public let leader: Seat
    /// The leader's own chain, of which the block opens a layer.
    public let reveals: RevealChain?

    public init(
        view: View, parentView: View, time: Timestamp, leader: Seat, reveals: RevealChain? = nil
    ) {
        self.view = view
        self.parentView = parentView
        self.time = time
        self.leader = leader
        self.reveals = reveals
    }
}

/// A block that was built, and the candidates that could not enter it.
public struct BuiltBlock: Sendable {
    public let block: Block
    /// Candidates that may not enter now, by id.
    public let refused: [(id: Digest, reason: Rejection)]
    /// Candidates that found no room; they stay where they were.
    public let leftOver: Int
    /// What executing the block gives, for ``ChainState/keep(_:)``.
    let branch: ChainState.Branch
}

extension ChainState {
    /// Builds a block from candidates in the order given, up to the limits of a block.
    ///
    /// The signatures of all candidates must have been checked. The source holds the leaves as of
    /// the final block.
    /// - Returns: The block, and what became of the other candidates.
    /// - Throws: ``BlockFault/unready(_:)`` when the parent is unknown here or the store fails.
    public func build(
        after parent: Digest, _ slot: ProposalSlot, candidates: [Transaction],
        nullifications: [[UInt8]] = [], evidence: [[UInt8]] = [], reading source: any LeafSource
    ) throws(BlockFault) -> BuiltBlock {
        guard let tip = tip(parent) else { throw .unready(.unknownParent(parent)) }
        let time = max(slot.time, tip.header.time.next)
        let draft = try draft(after: parent, at: time, reading: source)
        guard var executor = BlockExecutor(draft, chain: chain, expecting: candidates.count)
        else {
            throw .unready(.source(draft.fault ?? .corrupt(LeafID.parameters.key)))
        }
        var body = BlockBody(nullifications: nullifications, evidence: evidence)
        var byteCount = body.byteCount
        var signatureCount = 0
        var refused: [(id: Digest, reason: Rejection)] = []
        var receipts: [Receipt] = []
        var leftOver = 0
        for transaction in candidates {
            let size = BlockBody.fieldByteCount(transaction.bytes.count)
            guard byteCount + size <= BlockBody.byteLimit,
                signatureCount + transaction.signatures.count <= BlockBody.signatureLimit
            else {
                leftOver += 1
                continue
            }
            do throws(Rejection) {
                receipts.append(try executor.enter(transaction))
                body.transactions.append(transaction)
                byteCount += size
                signatureCount += transaction.signatures.count
            } catch {
                refused.append((transaction.id, error))
            }
            if let fault = executor.draft.fault { throw .unready(.source(fault)) }
        }
        let block = Block(
            header: try header(for: body, after: parent, slot, reading: source), body: body)
        executor.finish(block.header, fullness: body.fullness)
        let branch = try conclude(block, executor.draft, receipts, after: tip)
        return BuiltBlock(block: block, refused: refused, leftOver: leftOver, branch: branch)
    }

    /// Takes over what building a block has computed, so that a leader does not execute it again;
    /// without room it does nothing.
    public mutating func keep(_ built: BuiltBlock) {
        guard branches[built.block.digest] == nil, branches.count < Self.branchLimit,
            tip(built.block.header.parent) != nil
        else { return }
        enter(built.branch)
    }

    /// The header of a body after a parent.
    public func header(
        for body: BlockBody, after parent: Digest, _ slot: ProposalSlot,
        reading source: any LeafSource
    ) throws(BlockFault) -> BlockHeader {
        guard let tip = tip(parent) else { throw .unready(.unknownParent(parent)) }
        var draft = try draft(after: parent, reading: source)
        let expected = try expected(after: tip, &draft)
        let covering = expected.validators.record(of: slot.leader)
            .flatMap { draft.coveringLayer(of: $0) }
        let reveal = covering.flatMap { slot.reveals?.layer(beneath: $0) } ?? .zero
        return BlockHeader(
            protocolNumber: Self.protocolNumber, chain: chain, epoch: expected.epoch,
            view: slot.view, height: tip.header.height.next, parent: parent,
            parentView: slot.parentView, time: max(slot.time, tip.header.time.next),
            transactionsRoot: body.transactionsRoot, parentReceiptsRoot: tip.receiptsRoot,
            parentStateRoot: tip.stateRoot, historyRoot: tip.history.root,
            validatorSet: expected.validators.set.digest, nextValidatorSet: expected.nextSet,
            parameters: expected.parameters, evidenceRoot: body.evidenceRoot, reveal: reveal,
            leader: slot.leader, bodyByteCount: UInt32(clamping: body.byteCount))
    }
}
