import Chain
import Primitives
import StateTree
import Storage
import Wire

extension ChainStore {
    /// Puts a block in its place again.
    func mend(_ block: Block) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.put(block.wire, at: block.digest, in: ChainTables.blocks)
        }
    }

    func mend(_ finalization: [UInt8], at height: Height) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.put(finalization, at: height, in: ChainTables.finalizations)
        }
    }

    func mend(_ set: ValidatorSet, of epoch: Epoch) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.put(set, at: epoch, in: ChainTables.sets)
        }
    }

    func removeFinalization(at height: Height) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.remove(height, in: ChainTables.finalizations)
        }
    }

    /// Writes all records of a final block again; its certificate and its body stay as they are.
    func mend(_ entry: FinalEntry) throws(StorageError) {
        let (height, digest) = (entry.height, entry.record.digest)
        try store.write { update throws(StorageError) in
            try update.put(entry.header, at: height, in: ChainTables.headers)
            try update.put(entry.record, at: height, in: ChainTables.final)
            try update.put(height.number, at: digest, in: ChainTables.heights)
            try update.put(entry.delta, at: height, in: ChainTables.deltas)
            for (offset, node) in entry.historyNodes.enumerated() {
                try update.put(
                    node, at: entry.historyStart + UInt64(offset), in: ChainTables.history)
            }
            try update.put(entry.receipts, at: height, in: ChainTables.receipts)
            try update.put(entry.journal, at: height, in: ChainTables.journals)
            for (epoch, set) in entry.sets { try update.put(set, at: epoch, in: ChainTables.sets) }
        }
    }

    /// Takes off everything from a height on; the node fetches it again when it runs.
    ///
    /// - Parameters:
    ///   - height: The first that goes.
    ///   - nodeCount: Nodes of the history that stay.
    /// - Throws: ``StorageError`` when the disk does not take it.
    func cut(from height: Height, nodeCount: UInt64) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.removeAll(in: ChainTables.headers, .from(height))
            try update.removeAll(in: ChainTables.final, .from(height))
            try update.removeAll(in: ChainTables.deltas, .from(height))
            try update.removeAll(in: ChainTables.receipts, .from(height))
            try update.removeAll(in: ChainTables.journals, .from(height))
            try update.removeAll(in: ChainTables.finalizations, .from(height))
            try update.removeAll(in: ChainTables.history, .from(nodeCount))
        }
        try removeStrays()
    }

    /// Removes blocks and names that belong neither to a final block nor to an open one above them.
    ///
    /// - Returns: How many records went.
    @discardableResult
    func removeStrays() throws(StorageError) -> Int {
        try store.write { update throws(StorageError) in
            var final: Set<Digest> = []
            var head = Height(0)
            try update.forEach(in: ChainTables.final) { height, record in
                final.insert(record.digest)
                head = height
                return .more
            }
            var kept = final
            var passed: [KeyPair<Height, Digest>] = []
            try update.forEachKey(in: ChainTables.open) { key throws(StorageError) in
                if key.first > head, try update.contains(key.second, in: ChainTables.blocks) {
                    kept.insert(key.second)
                } else {
                    passed.append(key)
                }
                return .more
            }
            var names: [Digest] = []
            try update.forEachKey(in: ChainTables.heights) { digest in
                if !final.contains(digest) { names.append(digest) }
                return .more
            }
            var blocks: [Digest] = []
            try update.forEachKey(in: ChainTables.blocks) { digest in
                if !kept.contains(digest) { blocks.append(digest) }
                return .more
            }
            for name in names { try update.remove(name, in: ChainTables.heights) }
            for block in blocks { try update.remove(block, in: ChainTables.blocks) }
            for key in passed { try update.remove(key, in: ChainTables.open) }
            return names.count + blocks.count + passed.count
        }
    }
}
