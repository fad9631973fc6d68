import CLMDB
import Wire

extension Store {
    /// Records that one transaction takes over.
    private static let salvageBatchCount = 1_000

    /// Takes over every sound record that can be reached in a damaged data file; what is here stays.
    ///
    /// The last state is read first, then the one before it, for the records that the last has lost.
    /// Whoever calls has to check that the records fit together: some may be missing, and some of the
    /// state before the last may have been removed by the last.
    ///
    /// - Parameter directory: Where the damaged data file lies; nobody has it open.
    /// - Returns: How many records were taken over.
    /// - Throws: ``StorageError`` when the disk does not give or take them.
    public func salvage(from directory: String) throws(StorageError) -> Int {
        let file = try PageFile(directory + "/data.mdb")
        return try file.withBytes { bytes throws(StorageError) in
            let heads: [PageHead]
            let pageBytes: Int
            do throws(PageFaultError) { (heads, pageBytes) = try PageHead.both(bytes) } catch {
                return 0
            }
            var count = 0
            for head in heads.sorted(by: { $0.transaction > $1.transaction }) {
                let pageCount = min(
                    UInt64(bytes.count / pageBytes), head.lastPage &+ 1)
                for (table, entries) in Self.entries(head, pageBytes, pageCount, bytes) {
                    count += try take(entries, of: table, bytes)
                }
            }
            return count
        }
    }

    /// The sound entries of each table that can be reached.
    private static func entries(
        _ head: PageHead, _ pageBytes: Int, _ pageCount: UInt64, _ bytes: Span<UInt8>
    ) -> [(table: String, entries: [PageWalk.Entry])] {
        var walk = PageWalk(pageBytes: pageBytes, pageCount: pageCount)
        var trees: [(table: String, tree: PageTree)] = []
        walk.walk(head.main, .bytes, bytes) { _, entry in
            guard entry.isTree, entry.value.count == PageForm.treeByteCount else { return }
            let name = bytes.extracting(entry.key)
            trees.append(
                (
                    String(decoding: name.copy(0..<name.count), as: UTF8.self),
                    PageTree(bytes, at: entry.value.lowerBound)
                ))
        }
        return trees.map { table, tree in
            var entries: [PageWalk.Entry] = []
            walk.walk(tree, .bytes, bytes) { _, entry in
                if !entry.isTree, PageAudit.isSound(entry, bytes) { entries.append(entry) }
            }
            return (table, entries)
        }
    }

    private func take(
        _ entries: [PageWalk.Entry], of table: String, _ bytes: Span<UInt8>
    ) throws(StorageError) -> Int {
        guard tables.contains(table) else { return 0 }
        var count = 0
        for start in stride(from: 0, to: entries.count, by: Self.salvageBatchCount) {
            let batch = entries[start..<min(start + Self.salvageBatchCount, entries.count)]
            count += try write { update throws(StorageError) in
                var taken = 0
                for entry in batch {
                    let isNew = try update.insertRecord(
                        bytes.extracting(entry.value), at: bytes.extracting(entry.key), table)
                    taken += isNew ? 1 : 0
                }
                return taken
            }
        }
        return count
    }
}

extension Transaction where Access == Writing {
    /// Stores a record as it lies in a file, checksum included, unless the key has one.
    fileprivate mutating func insertRecord(
        _ record: Span<UInt8>, at key: Span<UInt8>, _ table: String
    ) throws(StorageError) -> Bool {
        let handle = unsafe self.handle
        let number = environment.number(of: table)
        let code = unsafe key.copy(0..<key.count).lend { key in
            unsafe record.copy(0..<record.count).lend { record in
                unsafe mdb_put(handle, number, key, record, UInt32(MDB_NOOVERWRITE))
            }
        }
        guard code != MDB_KEYEXIST else { return false }
        guard code == 0 else {
            let error = environment.error(code, "write", table)
            if failure == nil { failure = error }
            throw error
        }
        return true
    }
}
