import Chain
import Ledger
import Primitives
import StateTree
import Storage
import Wire

/// The state of each height in turn, from genesis on: from the records of a block where they are
/// sound, and by executing it where they are not.
///
/// It holds all leaves in memory, as the node holds their tree.
struct ChainReplay {
    enum Outcome {
        case applied
        case executed(FinalEntry)
        /// The block is missing or does not follow; nothing above can be told.
        case stuck(String)
    }

    private let chain: Digest
    private var tip: ChainState.Tip
    private var leaves: ReplayedLeaves

    init(_ genesis: GenesisState) {
        chain = genesis.state.chain
        tip = genesis.state.final
        leaves = ReplayedLeaves(
            genesis.updates.map { LeafRecord(key: $0.key, value: $0.value) })
    }

    mutating func step(
        to height: Height, _ store: ChainStore, isSound: Bool
    ) throws(StorageError) -> Outcome {
        if isSound, try apply(height, store) { return .applied }
        return try execute(height, store)
    }

    /// - Returns: `false` when the changes do not give the root that the record names.
    private mutating func apply(
        _ height: Height, _ store: ChainStore
    ) throws(StorageError) -> Bool {
        let row = try store.store.read {
            view throws(StorageError) -> (FinalRecord, Delta, BlockHeader)? in
            guard let record = try view.sound(height, ChainTables.final),
                let delta = try view.sound(height, ChainTables.deltas),
                let header = try view.header(height)
            else { return nil }
            return (record, delta, header)
        }
        guard let (record, delta, header) = row else { return false }
        let tree = tip.tree.applying(delta.leaves.map(\.change))
        guard tree.root == record.stateRoot else { return false }
        leaves.apply(delta.leaves)
        tip = ChainState.Tip(
            header: header, tree: tree, history: record.history,
            receiptsRoot: record.receiptsRoot)
        return true
    }

    private mutating func execute(
        _ height: Height, _ store: ChainStore
    ) throws(StorageError) -> Outcome {
        guard let block = try block(at: height, store) else {
            return .stuck("the block itself is missing")
        }
        var state = ChainState(chain: chain, final: tip)
        let historyStart = state.final.history.nodeCount
        let outcome: BlockOutcome
        do throws(BlockFault) {
            outcome = try state.execute(block, reading: leaves)
            _ = try state.finalize(block.digest)
        } catch { return .stuck("it does not follow from the state before it: \(error)") }
        let entry = FinalEntry(
            outcome, history: state.final.history, historyStart: historyStart,
            finalization: nil)
        leaves.apply(entry.delta.leaves)
        tip = state.final
        return .executed(entry)
    }

    /// The block that follows the tip, by any name that is left of it.
    private func block(
        at height: Height, _ store: ChainStore
    ) throws(StorageError) -> Block? {
        let parent = tip.digest
        return try store.store.read { view throws(StorageError) -> Block? in
            var names: [Digest] = []
            if let next = try view.header(height.next) { names.append(next.parent) }
            if let own = try view.header(height) { names.append(own.digest) }
            if let record = try view.sound(height, ChainTables.final) {
                names.append(record.digest)
            }
            if names.isEmpty {
                try view.forEachSound(ChainTables.heights) { digest, number in
                    if number == height.number { names.append(digest) }
                }
            }
            for name in names {
                guard let bytes = try view.sound(name, ChainTables.blocks),
                    let block = try? Block(wire: bytes), block.digest == name,
                    block.header.parent == parent
                else { continue }
                return block
            }
            return nil
        }
    }
}

/// Leaves in memory, as of the last block that was replayed.
private struct ReplayedLeaves: LeafSource {
    private var values: [LeafKey: [UInt8]] = [:]

    init(_ leaves: [LeafRecord]) { apply(leaves) }

    mutating func apply(_ leaves: [LeafRecord]) {
        for leaf in leaves { values[leaf.key] = leaf.value }
    }

    func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? { values[key] }
}
