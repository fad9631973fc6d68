public import Ledger
public import Primitives
public import StateTree

/// The final state, and the state after each block that may still become final.
///
/// Values of leaves are read through a ``Ledger/LeafSource`` that holds them as of the final block;
/// what later blocks changed is kept here. The tree vouches for every value that is read, so a
/// damaged store is noticed and never executed upon (rule C31).
public struct ChainState: Sendable {
    /// The rules that this code follows (design R16).
    public static let protocolNumber: UInt32 = 1
    /// Blocks executed and not final; more are refused until some are final or gone.
    public static let branchLimit = 128

    /// A block and everything that the next header says about it.
    public struct Tip: Sendable {
        public let header: BlockHeader
        public let digest: Digest
        public let tree: StateTree
        /// Over the headers from genesis to this one.
        public let history: HistoryRange
        /// Root of this block's receipts.
        public let receiptsRoot: Digest
        /// What the next block need not read again.
        let steady: SteadyLeaves

        public init(
            header: BlockHeader, tree: StateTree, history: HistoryRange, receiptsRoot: Digest
        ) {
            self.init(
                header: header, tree: tree, history: history, receiptsRoot: receiptsRoot,
                steady: .none)
        }

        init(
            header: BlockHeader, tree: StateTree, history: HistoryRange, receiptsRoot: Digest,
            steady: SteadyLeaves
        ) {
            self.header = header
            digest = header.digest
            self.tree = tree
            self.history = history
            self.receiptsRoot = receiptsRoot
            self.steady = steady
        }

        public var stateRoot: Digest { tree.root }
    }

    struct Branch: Sendable {
        let tip: Tip
        let outcome: BlockOutcome
    }

    /// Hash of the genesis document.
    public let chain: Digest
    /// The newest final block.
    public private(set) var final: Tip
    var branches: [Digest: Branch] = [:]
    /// Of accounts that have signed and sent nothing yet; a memory, on which no result depends.
    var admissible = AdmissibleKeys()

    /// Starts from genesis, or from a final block that was stored.
    public init(chain: Digest, final: Tip) {
        self.chain = chain
        self.final = final
    }

    /// The final block or an executed one.
    public func tip(_ digest: Digest) -> Tip? {
        digest == final.digest ? final : branches[digest]?.tip
    }

    /// What an executed block that is not final did.
    public func outcome(of digest: Digest) -> BlockOutcome? { branches[digest]?.outcome }

    /// Executed blocks that are not final.
    public var branchCount: Int { branches.count }

    /// Reads leaves as they are after a block; `nil` for a block that was not executed here.
    ///
    /// The source holds the leaves as of ``final``.
    public func leaves(
        after digest: Digest, reading source: any LeafSource
    ) -> (any LeafSource)? {
        guard let tip = tip(digest) else { return nil }
        var layers: [[LeafUpdate]] = []
        var next = digest
        while next != final.digest, let branch = branches[next] {
            layers.append(branch.outcome.updates)
            next = branch.tip.header.parent
        }
        return LayeredLeaves(tree: tip.tree, layers: layers, base: source)
    }

    /// A typed view of the state after a block, for queries and for admission.
    ///
    /// `time` is the next block's, when it is known.
    public func draft(
        after digest: Digest, at time: Timestamp? = nil, reading source: any LeafSource
    ) throws(BlockFault) -> Draft {
        guard let tip = tip(digest), let leaves = leaves(after: digest, reading: source) else {
            throw .unready(.unknownBlock(digest))
        }
        return Draft(
            reading: leaves, knowing: tip.steady, admissible, at: tip.header.height.next,
            time: time ?? tip.header.time.next)
    }

    /// Who votes in the epochs of the next block and of the one after it.
    ///
    /// After the last block of an epoch this is already the next epoch's view.
    public func rosters(
        after digest: Digest, reading source: any LeafSource
    ) throws(BlockFault) -> (current: Roster, next: Roster, afterNext: Roster) {
        var draft = try draft(after: digest, reading: source)
        let rosters = (draft.roster(.current), draft.roster(.next), draft.roster(.afterNext))
        if let fault = draft.fault { throw .unready(.source(fault)) }
        guard case (let current?, let next?, let afterNext?) = rosters else {
            throw .unready(.source(.corrupt(LeafID.roster(.current).key)))
        }
        return (current, next, afterNext)
    }

    mutating func enter(_ branch: Branch) { branches[branch.tip.digest] = branch }

    /// Makes an executed block and its ancestors final; everything that does not descend from it
    /// is dropped.
    ///
    /// - Returns: The blocks that became final, the oldest first; empty when it was final already.
    /// - Throws: ``BlockFault/unready(_:)`` for a block that was not executed here.
    public mutating func finalize(_ digest: Digest) throws(BlockFault) -> [BlockOutcome] {
        var outcomes: [BlockOutcome] = []
        var next = digest
        while next != final.digest {
            guard let branch = branches[next] else { throw .unready(.unknownBlock(next)) }
            outcomes.append(branch.outcome)
            next = branch.tip.header.parent
        }
        guard let tip = tip(digest) else { throw .unready(.unknownBlock(digest)) }
        final = tip
        dropStrangers()
        return outcomes.reversed()
    }

    /// Keeps the branches that descend from the final block.
    private mutating func dropStrangers() {
        var kept: [Digest: Branch] = [:]
        let byHeight = branches.values.sorted {
            ($0.tip.header.height, $0.tip.digest) < ($1.tip.header.height, $1.tip.digest)
        }
        for branch in byHeight where branch.tip.digest != final.digest {
            let parent = branch.tip.header.parent
            if parent == final.digest || kept[parent] != nil { kept[branch.tip.digest] = branch }
        }
        branches = kept
    }
}

/// Leaves after a block that is not final: its changes and its ancestors' over the final state.
struct LayeredLeaves: LeafSource {
    let tree: StateTree
    /// The newest first; each ascending by key.
    let layers: [[LeafUpdate]]
    let base: any LeafSource

    func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? {
        for layer in layers {
            if let update = layer.find(key) { return update.value }
        }
        switch base.known(key) {
        case .present(let value): return value
        case .absent: return nil
        case .unread: break
        }
        // The tree is in memory: most leaves that are asked for in vain cost no disk access.
        guard let hash = tree[key] else { return nil }
        guard let value = try base.leaf(key), StateTree.leafHash(key, value: value) == hash else {
            throw .corrupt(key)
        }
        return value
    }
}

extension [LeafUpdate] {
    fileprivate func find(_ key: LeafKey) -> LeafUpdate? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low].key == key ? self[low] : nil
    }
}
