import Primitives
import StateTree
import Storage
import Wire

extension ChainStore {
    /// What is missing, in a few words; `nil` when every final block has all its records.
    ///
    /// It counts and reads nothing else, so it takes the same time for every chain (rule N17).
    func shortfall() throws(StorageError) -> String? {
        try store.read { view throws(StorageError) in
            guard let first = try view.first(in: ChainTables.final),
                let last = try view.last(in: ChainTables.final)
            else { return try view.leftovers() }
            let expected = Int(clamping: last.key.number - first.key.number + 1)
            let rows = [
                try view.extent(of: ChainTables.final), try view.extent(of: ChainTables.headers),
                try view.extent(of: ChainTables.deltas), try view.extent(of: ChainTables.receipts),
                try view.extent(of: ChainTables.journals),
            ]
            for row in rows where row.count != expected || row.last != last.key {
                return "\(row.count) records of \(row.name) for \(expected) final blocks"
            }
            let heights = try view.count(in: ChainTables.heights)
            guard heights == expected else {
                return "\(heights) records of heights for \(expected) final blocks"
            }
            let blocks = try view.count(in: ChainTables.blocks)
            let open = try view.count(in: ChainTables.open)
            guard blocks == expected + open else {
                return "\(blocks) blocks where \(expected + open) belong"
            }
            let nodes = try view.count(in: ChainTables.history)
            guard nodes == Int(clamping: last.value.history.nodeCount) else {
                return "\(nodes) nodes of the history of headers where "
                    + "\(last.value.history.nodeCount) belong"
            }
            let sets = try view.count(in: ChainTables.sets)
            let lastSet = try view.last(in: ChainTables.sets)?.key.number ?? 0
            guard sets == Int(clamping: lastSet) + 1 else { return "a validator set is missing" }
            return nil
        }
    }
}

extension ChainStore {
    /// Name, roots and history of every final block.
    func records() throws(StorageError) -> [Height: FinalRecord] {
        try store.read { view throws(StorageError) in
            var records: [Height: FinalRecord] = [:]
            try view.forEach(in: ChainTables.final) { height, record in
                records[height] = record
                return .more
            }
            return records
        }
    }
}

extension Snapshot {
    fileprivate borrowing func extent<Value>(
        of table: Table<Height, Value>
    ) throws(StorageError) -> (name: String, count: Int, last: Height?) {
        var last: Height?
        try forEachBytes(in: table, .all, .descending) { key, _ in
            last = key
            return .stop
        }
        return (table.name, try count(in: table), last)
    }

    /// Records of final blocks although no block is final.
    fileprivate borrowing func leftovers() throws(StorageError) -> String? {
        let count =
            try count(in: ChainTables.headers) + count(in: ChainTables.deltas)
            + count(in: ChainTables.heights)
        return count == 0 ? nil : "no record of the last final block"
    }
}
