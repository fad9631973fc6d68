public import Chain
import Consensus
import Ledger
import Logging
public import Primitives
import Replica
import StateTree
public import Storage
public import Wire

/// Why a node could not be started from its data.
public enum RecoveryError: Error, Sendable {
    case storage(StorageError)
    case genesis(GenesisError)
    case undecodableGenesis(WireError)
    /// The tree that was rebuilt from genesis and all changes has another root than the final one.
    case rootDiffers(height: Height, expected: Digest, found: Digest)
    case state(BlockFault)
    /// A vote log that may have lost a vote; nobody votes by it.
    case votes(reason: String)
    /// Records of final blocks are missing.
    case incomplete(reason: String)
}

extension RecoveryError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .storage(let error) where error.isDamage:
            "\(error). Run `argosy doctor --repair`."
        case .storage(let error): "\(error)."
        case .genesis(let error): "The genesis document founds no network: \(error)."
        case .undecodableGenesis(let error): "The genesis document cannot be read: \(error)."
        case .rootDiffers(let height, let expected, let found):
            "The state at height \(height) has root \(found.hex.prefix(16)) where the chain says "
                + "\(expected.hex.prefix(16)); the data is damaged, so sync this node anew."
        case .state(let fault): "The state cannot be read: \(fault)."
        case .votes(let reason):
            "The vote log is damaged: \(reason). This node must not vote by it; "
                + "`argosy doctor --repair` sets it aside."
        case .incomplete(let reason):
            "The chain is not whole: \(reason). Run `argosy doctor --repair`."
        }
    }
}

/// The state of a node as its disk holds it.
struct Recovery {
    let state: ChainState
    let leaves: FinalLeaves
    let replica: RecoveredState
    let finalization: Finalization?
    let assets: AssetList
    /// The first epoch in which this node may vote.
    let votesFrom: Epoch

    /// Whether the vote log is not known to be this machine's own.
    var listensFirst: Bool {
        guard case .listening = replica.recovery.standing else { return false }
        return true
    }
}

/// Reads the disk, rebuilds the tree, and compares its root with the final one (rule N13).
struct Recoverer {
    /// Blocks whose index entries are written in one transaction.
    static let indexBatchCount = 256
    /// Views in which a voter with a copied log looks for its own signature first.
    static let listeningViewCount: UInt64 = 20

    let genesis: GenesisState
    let chain: ChainStore
    let stateStore: StateStore
    let log: Logger

    init(
        _ genesis: Genesis, chain: ChainStore, stateStore: StateStore, log: Logger
    ) throws(RecoveryError) {
        let founded: GenesisState
        do throws(GenesisError) { founded = try GenesisState(genesis) } catch {
            throw .genesis(error)
        }
        self.init(founded, chain: chain, stateStore: stateStore, log: log)
    }

    init(_ genesis: GenesisState, chain: ChainStore, stateStore: StateStore, log: Logger) {
        self.genesis = genesis
        self.chain = chain
        self.stateStore = stateStore
        self.log = log
    }

    func run(votes: VoteStore, voteKey: PublicKey) throws(RecoveryError) -> Recovery {
        if let reason = votes.damage() { throw .votes(reason: reason) }
        let lack = try reading { () throws(StorageError) in try chain.shortfall() }
        if let lack { throw .incomplete(reason: lack) }
        let head = try reading { () throws(StorageError) in
            guard let set = genesis.genesis.validatorSet else {
                preconditionFailure("a founded network has a validator set")
            }
            try chain.found(genesis.historyNodes, set)
            return try chain.head()
        }
        var assets = AssetList()
        let (state, leaves) = try restoreState(head, &assets)
        try reading { () throws(StorageError) in try restoreIndexes() }
        let standing: Standing
        do throws(BlockFault) { standing = try self.standing(state, leaves) } catch {
            throw .state(error)
        }
        return try assemble(state, leaves, assets, standing, votes, voteKey)
    }

    /// What the final state says about the next block.
    private struct Standing {
        let terms: ChildTerms
        let epoch: EpochTerms
        /// The last height of the epoch before.
        let boundary: Height
    }

    private func standing(
        _ state: ChainState, _ leaves: FinalLeaves
    ) throws(BlockFault) -> Standing {
        let digest = state.final.digest
        var draft = try state.draft(after: digest, reading: leaves)
        let rosters = try state.rosters(after: digest, reading: leaves)
        guard let parameters = draft.parameters() else {
            throw .unready(.source(draft.fault ?? .corrupt(LeafID.parameters.key)))
        }
        let epoch = parameters.epoch(of: state.final.header.height.next)
        return Standing(
            terms: try ChildTerms(after: digest, in: state, reading: leaves),
            epoch: EpochTerms(
                epoch: epoch, set: rosters.current.set, parameters: parameters,
                chain: state.chain, seeds: draft.seeds()),
            boundary: Height(epoch.number * parameters.epochLength))
    }

    private func reading<Value>(
        _ body: () throws(StorageError) -> Value
    ) throws(RecoveryError) -> Value {
        do throws(StorageError) { return try body() } catch { throw .storage(error) }
    }
}

extension Recoverer {
    // MARK: State

    /// The tree from the leaves on disk and the changes after them; from genesis and all changes
    /// when that does not give the final root.
    private func restoreState(
        _ head: (height: Height, record: FinalRecord)?, _ assets: inout AssetList
    ) throws(RecoveryError) -> (ChainState, FinalLeaves) {
        let expected = head?.record.stateRoot ?? genesis.state.final.stateRoot
        let height = head?.height ?? Height(0)
        let kept = try reading { () throws(StorageError) -> (StateTree, FinalLeaves)? in
            do throws(StorageError) {
                return try restoreLeaves(upTo: height, expecting: expected, &assets)
            } catch {
                // What the chain can give again is not worth stopping for.
                guard error.isDamage(of: StateTables.names) else { throw error }
                return nil
            }
        }
        if let (tree, leaves) = kept { return (try state(head, tree), leaves) }
        log.notice("state is rebuilt from genesis", metadata: ["height": "\(height)"])
        let found = try reading { () throws(StorageError) in
            try stateStore.clear()
            try stateStore.flush(
                genesis.updates.map { LeafRecord(key: $0.key, value: $0.value) },
                upTo: Height(0))
            return try restoreLeaves(upTo: height, expecting: nil, &assets)
        }
        guard let (tree, leaves) = found, tree.root == expected else {
            throw .rootDiffers(
                height: height, expected: expected, found: found?.0.root ?? .zero)
        }
        return (try state(head, tree), leaves)
    }

    /// - Returns: `nil` when the leaves on disk are of no use, or give another root.
    private func restoreLeaves(
        upTo height: Height, expecting root: Digest?, _ assets: inout AssetList
    ) throws(StorageError) -> (StateTree, FinalLeaves)? {
        assets = AssetList()
        guard let flushed = try stateStore.flushedHeight(), flushed <= height else { return nil }
        var sorted: [Leaf] = []
        try stateStore.forEachLeaf { key, value in
            let bytes = value.copy(0..<value.count)
            assets.note(key, bytes)
            sorted.append(Leaf(key: key, hash: StateTree.leafHash(key, value: bytes)))
        }
        var tree = StateTree(sorted: sorted)
        var leaves = FinalLeaves(stateStore)
        try chain.forEachDelta(above: flushed) { _, delta in
            tree.apply(delta.leaves.map(\.change))
            leaves.apply(delta.leaves)
            for leaf in delta.leaves { assets.note(leaf.key, leaf.value) }
        }
        guard root == nil || tree.root == root else { return nil }
        return (tree, leaves)
    }

    private func state(
        _ head: (height: Height, record: FinalRecord)?, _ tree: StateTree
    ) throws(RecoveryError) -> ChainState {
        guard let head else { return genesis.state }
        let header = try reading { () throws(StorageError) in try self.header(at: head.height) }
        return ChainState(
            chain: genesis.state.chain,
            final: ChainState.Tip(
                header: header, tree: tree, history: head.record.history,
                receiptsRoot: head.record.receiptsRoot))
    }

    private func header(at height: Height) throws(StorageError) -> BlockHeader {
        guard height.number > 0 else { return genesis.state.final.header }
        guard let bytes = try chain.header(at: height) else {
            throw .corrupt(table: ChainTables.headers.name, reason: .structure)
        }
        return try ChainStore.decode(BlockHeader.self, bytes, ChainTables.headers.name)
    }

    // MARK: Indexes

    /// Brings the indexes up to the chain.
    private func restoreIndexes() throws(StorageError) {
        var pages: [StateStore.IndexPage] = []
        if try !stateStore.hasWholeIndexes() { try stateStore.clearIndexes() }
        var from = try stateStore.indexedHeight()
        if from == nil {
            pages.append(genesisPage)
            from = Height(0)
        }
        try chain.forEachJournalRecords(above: from ?? Height(0)) {
            height, page throws(StorageError) in
            let bytes = try chain.receipts(at: height) ?? []
            let receipts = try ChainStore.decode(
                ReceiptList.self, bytes, ChainTables.receipts.name)
            pages.append(
                StateStore.IndexPage(
                    height: height, transactions: receipts.receipts.map(\.transaction),
                    entries: page.entries, evidence: try evidence(at: height)))
            if pages.count >= Self.indexBatchCount {
                try stateStore.index(pages)
                pages = []
            }
        }
        try stateStore.index(pages)
    }

    /// What a block proves against validators; only a block that has some is read.
    private func evidence(at height: Height) throws(StorageError) -> [[UInt8]] {
        guard try header(at: height).evidenceRoot != BlockBody().evidenceRoot,
            let bytes = try chain.block(at: height)
        else { return [] }
        return try ChainStore.decode(Block.self, bytes, ChainTables.blocks.name).body.evidence
    }

    private var genesisPage: StateStore.IndexPage {
        let entries = genesis.events.entries.map { entry in
            JournalEntry(
                leaf: entry.leaf, number: entry.number, height: Height(0),
                event: genesis.events.bytes(of: entry))
        }
        return StateStore.IndexPage(height: Height(0), transactions: [], entries: entries)
    }

    // MARK: The replica's share

    private func assemble(
        _ state: ChainState, _ leaves: FinalLeaves, _ assets: AssetList, _ standing: Standing,
        _ votes: VoteStore, _ voteKey: PublicKey
    ) throws(RecoveryError) -> Recovery {
        let final = state.final
        return try reading { () throws(StorageError) -> Recovery in
            let start = try header(at: standing.boundary)
            let startRoot =
                try standing.boundary.number == 0
                ? genesis.state.final.stateRoot : chain.record(at: standing.boundary)?.stateRoot
            var blocks: [Block] = []
            for bytes in try chain.openBlocks(above: final.header.height) {
                blocks.append(
                    try ChainStore.decode(Block.self, bytes, ChainTables.blocks.name))
            }
            var finalization: Finalization?
            if let last = try chain.lastFinalization(), last.height == final.header.height {
                finalization = try ChainStore.decode(
                    Finalization.self, last.bytes, ChainTables.finalizations.name)
            }
            let isOfEpoch = finalization?.epoch == standing.epoch.epoch
            let recovery = Simplex.Recovery(
                records: try votes.records(of: standing.epoch.epoch),
                highWater: try votes.highWater(),
                finalization: isOfEpoch ? finalization : nil,
                finalizedHeader: isOfEpoch ? final.header : nil,
                standing: try voterStanding(
                    votes, voteKey, in: standing.epoch.epoch,
                    hasHistory: final.header.height.number > 0))
            let replica = RecoveredState(
                head: FinalHead(final.header, terms: standing.terms),
                epoch: standing.epoch,
                start: EpochStart(
                    block: start.digest, height: standing.boundary, time: start.time,
                    stateRoot: startRoot ?? .zero),
                blocks: blocks, recovery: recovery, proof: finalization,
                laterRecords: try votes.records(after: standing.epoch.epoch))
            return Recovery(
                state: state, leaves: leaves, replica: replica, finalization: finalization,
                assets: assets, votesFrom: try votes.lostEpoch()?.next ?? Epoch(0))
        }
    }

    /// A log that is new although the chain is not was lost; one of another machine or file was copied.
    ///
    /// Neither is taken for this node's own before it has listened (rule N11).
    private func voterStanding(
        _ votes: VoteStore, _ key: PublicKey, in epoch: Epoch, hasHistory: Bool
    ) throws(StorageError) -> Simplex.Standing {
        if try votes.isNew(), hasHistory {
            if try votes.lostEpoch() == nil {
                try votes.noteLoss(through: max(epoch, try votes.highWater()?.epoch ?? epoch))
            }
            try votes.disown()
        }
        return try votes.isOurs(key) ? .voting : .listening(views: Self.listeningViewCount)
    }
}
