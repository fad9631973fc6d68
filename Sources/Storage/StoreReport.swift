import CLMDB
import Wire

/// What a walk over every record of a store found.
public struct StoreReport: Equatable, Sendable {
    public struct TableReport: Equatable, Sendable {
        public let name: String
        public let recordCount: Int
        /// Pages of the table, in bytes.
        public let byteCount: Int
        /// Levels of the tree of pages.
        public let depth: Int
        /// Records whose checksum does not fit.
        public let damagedCount: Int
        /// The key of the first of them.
        public let firstDamagedKey: [UInt8]?
        /// Records that the walk reached; other than ``recordCount`` when pages are damaged.
        public let visitedCount: Int

        public var isSound: Bool { damagedCount == 0 && visitedCount == recordCount }
    }

    public let directory: String
    public let opening: Store.Opening
    public let tables: [TableReport]
    /// Size of the data file.
    public let usedBytes: Int
    /// The part of it that is free for reuse.
    public let freeBytes: Int
    public let mapBytes: Int
    public let mapByteLimit: Int
    public let readerLimit: Int
    /// Places for reads that were left by processes that died; they were freed.
    public let staleReaderCount: Int
    public let lastTransaction: UInt64

    public var isSound: Bool { tables.allSatisfy { $0.isSound } }
}

struct TableStatistics {
    let entries: Int
    let byteCount: Int
    let depth: Int

    init(_ statistics: MDB_stat) {
        entries = statistics.ms_entries
        depth = Int(statistics.ms_depth)
        byteCount =
            (statistics.ms_branch_pages + statistics.ms_leaf_pages + statistics.ms_overflow_pages)
            * Int(statistics.ms_psize)
    }
}

extension Store {
    /// Walks every record of every table and checks it.
    ///
    /// Damage is counted, not thrown; only what stops the walk itself is thrown. `onTable` is told the
    /// name of each table before it is walked, for a progress line.
    public func report(
        onTable: (String) -> Void = { _ in }
    ) throws(StorageError) -> StoreReport {
        let stale = environment.removeStaleReaders()
        let (reports, freePages) = try environment.read {
            view throws(StorageError) -> ([StoreReport.TableReport], Int) in
            var reports: [StoreReport.TableReport] = []
            for name in self.tables {
                onTable(name)
                reports.append(try view.report(on: name))
            }
            return (reports, try view.freePageCount())
        }
        return StoreReport(
            directory: directory, opening: opening, tables: reports,
            usedBytes: environment.usedBytes, freeBytes: freePages * environment.pageBytes,
            mapBytes: environment.mapBytes, mapByteLimit: options.mapByteLimit,
            readerLimit: options.readerLimit, staleReaderCount: stale,
            lastTransaction: environment.lastTransaction)
    }
}

extension Transaction {
    fileprivate borrowing func report(
        on table: String
    ) throws(StorageError) -> StoreReport.TableReport {
        let statistics = try statistics(of: table)
        var visited = 0
        var damaged = 0
        var first: [UInt8]?
        try walk(table, [], nil, .ascending) { key, record in
            visited += 1
            do { _ = try Self.checked(record, under: key, in: table) } catch {
                damaged += 1
                if first == nil { first = key.copy(0..<key.count) }
            }
            return .more
        }
        return StoreReport.TableReport(
            name: table, recordCount: statistics.entries, byteCount: statistics.byteCount,
            depth: statistics.depth, damagedCount: damaged, firstDamagedKey: first,
            visitedCount: visited)
    }

    /// Adds up the engine's own list of free pages; each entry begins with its count.
    fileprivate borrowing func freePageCount() throws(StorageError) -> Int {
        var cursor: OpaquePointer?
        let opened = unsafe mdb_cursor_open(handle, 0, &cursor)
        guard opened == 0 else { throw environment.error(opened, "count free pages", nil) }
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var data = unsafe MDB_val()
        var count = 0
        while unsafe mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == 0 {
            let size = MemoryLayout<Int>.size
            guard unsafe data.mv_size >= size, let start = unsafe data.mv_data else { continue }
            unsafe count &+= start.loadUnaligned(as: Int.self)
        }
        return count
    }
}
