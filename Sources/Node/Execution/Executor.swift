public import Chain
public import Consensus
public import Ledger
public import LightClient
public import Primitives
import Replica
public import StateTree
import Wire

/// The one owner of the state: executes, makes final, admits, and answers questions about the last
/// final block.
public actor Executor {
    /// Changed leaves that are kept in memory before a flush takes them.
    static let flushLeafCount = 50_000
    /// Blocks after which a flush takes what there is, so that a restart has few changes to redo.
    static let flushBlockCount: UInt64 = 1_000

    private var state: ChainState
    private var leaves: FinalLeaves
    private var finalization: Finalization?
    /// Holds what was read of the final state; a new one after each final block.
    private var admitter: Admitter?
    public private(set) var transactionCount: UInt64 = 0
    private var assetList: AssetList
    /// The last height that a flush took.
    private var flushedHeight: Height
    /// The last block that is final on the disk; the state may be a commit ahead of it.
    public private(set) var durable: DurableHead

    init(_ recovery: Recovery) {
        state = recovery.state
        leaves = recovery.leaves
        finalization = recovery.finalization
        assetList = recovery.assets
        flushedHeight = recovery.state.final.header.height
        let tip = recovery.state.final
        durable = DurableHead(header: tip.header, digest: tip.digest, stateRoot: tip.stateRoot)
    }

    // MARK: Blocks

    /// Executes a block; the verdict is the same on every machine.
    ///
    /// - Throws: ``Chain/BlockFault/unready(_:)`` when this node cannot tell.
    func execute(
        _ block: Block, _ digest: Digest, signaturesAreValid: Bool
    ) throws(BlockFault) -> ExecutionVerdict {
        do throws(BlockFault) {
            try state.execute(
                block, isVerified: { _ in signaturesAreValid }, reading: leaves)
        } catch {
            switch error {
            case .invalid, .otherBody: return .invalid
            // It is handed in again when its parent is there, or when others are final.
            case .unready(.tooManyBranches), .unready(.unknownParent): return .unready
            case .unready: throw error
            }
        }
        return .valid(try ChildTerms(after: digest, in: state, reading: leaves))
    }

    /// Builds a block of what can stand in it, in the order given.
    func assemble(_ order: AssemblyOrder) throws(BlockFault) -> Assembly {
        let built = try state.build(
            after: order.parent, order.slot, candidates: order.candidates,
            nullifications: order.nullifications, evidence: order.evidence, reading: leaves)
        state.keep(built)
        // One that comes too early may enter a later block.
        let refused = built.refused.filter { $0.reason != .sequenceAhead }
        return Assembly(block: built.block, refused: refused.map(\.id))
    }

    /// Makes an executed block final in memory; the caller makes it durable.
    func finalize(_ final: FinalBlock) throws(BlockFault) -> FinalStep {
        let historyStart = state.final.history.nodeCount
        guard let outcome = try state.finalize(final.digest).last else {
            throw .unready(.unknownBlock(final.digest))
        }
        let entry = FinalEntry(
            outcome, history: state.final.history, historyStart: historyStart,
            finalization: final.finalization)
        // It holds a copy of the leaves, which would have to be copied for the change otherwise.
        admitter = nil
        leaves.apply(entry.delta.leaves)
        for update in outcome.updates {
            if case .asset = update.id { assetList.note(update.key, update.value) }
        }
        finalization = final.finalization
        transactionCount += UInt64(outcome.receipts.count)
        let height = outcome.header.height
        let isDue =
            leaves.fresh.count >= Self.flushLeafCount
            || height.number - flushedHeight.number >= Self.flushBlockCount
        let isFull = isDue && !leaves.isFlushing && !leaves.fresh.isEmpty
        if isFull { flushedHeight = height }
        return FinalStep(
            entry: entry, block: final.block, receipts: outcome.receipts,
            index: StateStore.IndexPage(
                height: height, transactions: outcome.receipts.map(\.transaction),
                entries: entry.journal.entries, evidence: final.block.body.evidence),
            flush: isFull ? leaves.beginFlush() : [])
    }

    /// A block that was made final is on the disk.
    func becameDurable(_ step: FinalStep) {
        durable = DurableHead(
            header: step.block.header, digest: step.entry.record.digest,
            stateRoot: step.entry.record.stateRoot)
    }

    /// The last flush is on the disk.
    func flushed() { leaves.flushed() }

    func keep(_ better: Finalization) {
        if better.block == state.final.digest { finalization = better }
    }

    // MARK: Admission

    /// Checks what bytes and final state tell of transactions.
    func check(
        _ transactions: [Transaction], _ signatures: SignatureStatus
    ) throws(BlockFault) -> [Admitter.Answer] {
        var admitter: Admitter
        if let held = self.admitter {
            admitter = held
        } else {
            admitter = Admitter(
                try state.draft(after: state.final.digest, reading: leaves), chain: state.chain)
        }
        // The only copy, so that what it has read is not copied with it.
        self.admitter = nil
        let answers = transactions.map { admitter.check($0, signatures: signatures) }
        self.admitter = admitter
        return answers
    }
}

extension Executor {
    // MARK: Questions

    /// The last final block, with its own finalization if it has one.
    public var head: (tip: ChainState.Tip, finalization: Finalization?) {
        (state.final, finalization)
    }

    public var chain: Digest { state.chain }

    /// The last final header with its own certificate; `nil` while only a descendant has one.
    public var finalized: FinalizedHeader? {
        finalization.map { FinalizedHeader(header: state.final.header, finalization: $0) }
    }

    /// A leaf of the last final state, with what shows it; `nil` while there is no certificate.
    public func leafProof(_ key: LeafKey) throws(SourceError) -> LeafProof? {
        guard let finalized else { return nil }
        return LeafProof(finalized: finalized, proof: try proof(of: key))
    }

    /// A proof that a leaf has a value, or is absent, in the state after the last final block.
    public func proof(of key: LeafKey) throws(SourceError) -> StateProof {
        try state.final.proof(of: key, reading: leaves)
    }

    /// A leaf of the final state, and the height of that state.
    func look(at key: LeafKey) throws(SourceError) -> (value: [UInt8]?, height: Height) {
        (try leaves.leaf(key), state.final.header.height)
    }

    /// All assets of the final state.
    public var assets: [(id: AssetID, leaf: AssetLeaf)] { assetList.sorted }

    /// Compares every leaf with the tree, up to a count; the tree's root is the chain's.
    ///
    /// - Returns: how many were compared, and the first that differs.
    func compareLeaves(limit: Int) -> (count: Int, damaged: LeafKey?) {
        var count = 0
        var damaged: LeafKey?
        state.final.tree.forEachLeaf { leaf in
            guard count < limit, damaged == nil else { return }
            count += 1
            let value = try? leaves.leaf(leaf.key)
            if value.map({ StateTree.leafHash(leaf.key, value: $0) }) != leaf.hash {
                damaged = leaf.key
            }
        }
        return (count, damaged)
    }

    /// A typed view of the final state.
    public func draft() throws(BlockFault) -> Draft {
        try state.draft(after: state.final.digest, reading: leaves)
    }
}
