import CLMDB
import Wire

/// Marks a transaction that reads.
public enum Reading: Sendable {}
/// Marks a transaction that also changes.
public enum Writing: Sendable {}

/// What the tables held at one moment; writers go on meanwhile.
public typealias Snapshot = Transaction<Reading>
/// Changes that are seen together or not at all.
public typealias Update = Transaction<Writing>

/// A look at the tables that is valid inside its closure only.
///
/// It cannot be copied or kept, so that no pointer into the map outlives the transaction; and a
/// table cannot be changed while a span of it is lent, since changing needs exclusive access.
@safe public struct Transaction<Access>: ~Copyable {
    let handle: OpaquePointer
    let environment: Environment
    /// The first failure that makes the transaction useless, kept in case its reader ignores it.
    var failure: StorageError?

    init(_ handle: OpaquePointer, in environment: Environment) {
        unsafe self.handle = handle
        self.environment = environment
    }
}

/// In which direction a table is walked.
public enum Order: Sendable { case ascending, descending }

/// Whether a walk goes on.
public enum Step: Sendable { case more, stop }

extension Transaction {
    // MARK: One record

    /// The value under a key.
    ///
    /// - Throws: ``StorageError/corrupt(table:reason:)`` when the record is not what was written.
    public borrowing func value<Key, Value>(
        _ key: Key, in table: Table<Key, Value>
    ) throws(StorageError) -> Value? {
        let keyBytes = key.keyBytes
        return try find(keyBytes, table.name) { bytes throws(StorageError) in
            do throws(WireError) { return try table.decode(bytes) } catch {
                throw .corrupt(table: table.name, reason: .value(error, key: keyBytes))
            }
        }
    }

    /// Lends the stored bytes of a value, without decoding them.
    ///
    /// - Returns: What `body` returns, or `nil` when the key is not there.
    public borrowing func withBytes<Key, Value, Result>(
        _ key: Key, in table: Table<Key, Value>,
        _ body: (Span<UInt8>) throws(StorageError) -> Result
    ) throws(StorageError) -> Result? {
        try find(key.keyBytes, table.name, body)
    }

    /// The stored bytes of a value, without decoding them.
    public borrowing func bytes<Key, Value>(
        _ key: Key, in table: Table<Key, Value>
    ) throws(StorageError) -> [UInt8]? {
        try find(key.keyBytes, table.name) { bytes in bytes.copy(0..<bytes.count) }
    }

    public borrowing func contains<Key, Value>(
        _ key: Key, in table: Table<Key, Value>
    ) throws(StorageError) -> Bool {
        try find(key.keyBytes, table.name) { _ in true } ?? false
    }

    // MARK: Many records

    /// How many keys a table has.
    public borrowing func count<Key, Value>(
        in table: Table<Key, Value>
    ) throws(StorageError) -> Int {
        Int(try statistics(of: table.name).entries)
    }

    /// Visits the keys of a table in order, whatever their records hold.
    public borrowing func forEachKey<Key, Value>(
        in table: Table<Key, Value>, _ order: Order = .ascending,
        _ body: (Key) throws(StorageError) -> Step
    ) throws(StorageError) {
        let name = table.name
        try walk(name, [], nil, order) { key, _ throws(StorageError) in
            guard key.count == Key.keyByteCount, let decoded = Key(key: key, from: 0) else {
                throw .corrupt(table: name, reason: .key(byteCount: key.count))
            }
            return try body(decoded)
        }
    }

    /// Visits the records of a range in order, each with its stored bytes.
    public borrowing func forEachBytes<Key, Value>(
        in table: Table<Key, Value>, _ range: KeyRange<Key> = .all, _ order: Order = .ascending,
        _ body: (Key, Span<UInt8>) throws(StorageError) -> Step
    ) throws(StorageError) {
        let name = table.name
        try walk(name, range.lower, range.upper, order) { key, record throws(StorageError) in
            guard key.count == Key.keyByteCount, let decoded = Key(key: key, from: 0) else {
                throw .corrupt(table: name, reason: .key(byteCount: key.count))
            }
            let value = try Self.checked(record, under: key, in: name)
            return try body(decoded, record.extracting(value))
        }
    }

    /// Visits the records of a range in order.
    public borrowing func forEach<Key, Value>(
        in table: Table<Key, Value>, _ range: KeyRange<Key> = .all, _ order: Order = .ascending,
        _ body: (Key, Value) throws(StorageError) -> Step
    ) throws(StorageError) {
        try forEachBytes(in: table, range, order) { key, bytes throws(StorageError) in
            let value: Value
            do throws(WireError) { value = try table.decode(bytes) } catch {
                throw .corrupt(table: table.name, reason: .value(error, key: key.keyBytes))
            }
            return try body(key, value)
        }
    }

    /// The records of a range in order, at most `limit` of them.
    public borrowing func entries<Key, Value>(
        in table: Table<Key, Value>, _ range: KeyRange<Key> = .all, _ order: Order = .ascending,
        limit: Int
    ) throws(StorageError) -> [(key: Key, value: Value)] {
        var entries: [(key: Key, value: Value)] = []
        guard limit > 0 else { return entries }
        try forEach(in: table, range, order) { key, value in
            entries.append((key, value))
            return entries.count < limit ? .more : .stop
        }
        return entries
    }

    /// The record with the lowest key of a range.
    public borrowing func first<Key, Value>(
        in table: Table<Key, Value>, _ range: KeyRange<Key> = .all
    ) throws(StorageError) -> (key: Key, value: Value)? {
        try entries(in: table, range, .ascending, limit: 1).first
    }

    /// The record with the highest key of a range.
    public borrowing func last<Key, Value>(
        in table: Table<Key, Value>, _ range: KeyRange<Key> = .all
    ) throws(StorageError) -> (key: Key, value: Value)? {
        try entries(in: table, range, .descending, limit: 1).first
    }
}

extension Transaction {
    // MARK: The engine

    borrowing func find<Result>(
        _ key: [UInt8], _ table: String, _ body: (Span<UInt8>) throws(StorageError) -> Result
    ) throws(StorageError) -> Result? {
        let handle = unsafe self.handle
        let number = environment.number(of: table)
        var data = unsafe MDB_val()
        let code = unsafe key.lend { key in unsafe mdb_get(handle, number, key, &data) }
        guard code != MDB_NOTFOUND else { return nil }
        guard code == 0 else { throw environment.error(code, "read", table) }
        let record = unsafe data.buffer
        let span = unsafe record.span
        let value = try Self.checked(span, under: key.span, in: table)
        return try body(span.extracting(value))
    }

    /// Where the value lies in a record whose checksum fits.
    static func checked(
        _ record: Span<UInt8>, under key: Span<UInt8>, in table: String
    ) throws(StorageError) -> Range<Int> {
        let count = record.count - Checksum.byteCount
        guard count >= 0, let sum = UInt32(key: record, from: count),
            sum == Checksum.of(key, record.extracting(0..<count))
        else { throw .corrupt(table: table, reason: .checksum(key: key.copy(0..<key.count))) }
        return 0..<count
    }

    borrowing func statistics(of table: String) throws(StorageError) -> TableStatistics {
        var statistics = MDB_stat()
        let code = unsafe mdb_stat(handle, environment.number(of: table), &statistics)
        guard code == 0 else { throw environment.error(code, "count", table) }
        return TableStatistics(statistics)
    }

    /// Walks the raw records between two byte strings until the body stops it.
    borrowing func walk(
        _ table: String, _ lower: [UInt8], _ upper: [UInt8]?, _ order: Order,
        _ body: (Span<UInt8>, Span<UInt8>) throws(StorageError) -> Step
    ) throws(StorageError) {
        var cursor: OpaquePointer?
        let opened = unsafe mdb_cursor_open(handle, environment.number(of: table), &cursor)
        guard opened == 0 else { throw environment.error(opened, "walk", table) }
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var data = unsafe MDB_val()
        var code =
            switch order {
            case .ascending: unsafe Self.seek(cursor, lower, &key, &data)
            case .descending: unsafe Self.seekBelow(cursor, upper, &key, &data)
            }
        while code == 0 {
            let keyBuffer = unsafe key.buffer
            let dataBuffer = unsafe data.buffer
            let keySpan = unsafe keyBuffer.span
            switch order {
            case .ascending:
                if let upper, !keySpan.isBelow(upper) { return }
            case .descending:
                if keySpan.isBelow(lower) { return }
            }
            let dataSpan = unsafe dataBuffer.span
            if case .stop = try body(keySpan, dataSpan) { return }
            code = unsafe mdb_cursor_get(
                cursor, &key, &data, order == .ascending ? MDB_NEXT : MDB_PREV)
        }
        guard code == MDB_NOTFOUND else { throw environment.error(code, "walk", table) }
    }

    /// Goes to the first key that is not below `lower`.
    static func seek(
        _ cursor: OpaquePointer?, _ lower: [UInt8], _ key: inout MDB_val, _ data: inout MDB_val
    ) -> Int32 {
        guard !lower.isEmpty else {
            return unsafe mdb_cursor_get(cursor, &key, &data, MDB_FIRST)
        }
        return unsafe lower.lend { wanted in
            let code = unsafe mdb_cursor_get(cursor, wanted, &data, MDB_SET_RANGE)
            // The engine has put its own key in place of the one that was asked for.
            unsafe key = wanted.pointee
            return code
        }
    }

    /// Goes to the last key below `upper`.
    private static func seekBelow(
        _ cursor: OpaquePointer?, _ upper: [UInt8]?, _ key: inout MDB_val, _ data: inout MDB_val
    ) -> Int32 {
        if let upper {
            let code = unsafe seek(cursor, upper, &key, &data)
            if code == 0 { return unsafe mdb_cursor_get(cursor, &key, &data, MDB_PREV) }
            guard code == MDB_NOTFOUND else { return code }
        }
        return unsafe mdb_cursor_get(cursor, &key, &data, MDB_LAST)
    }
}

extension Span<UInt8> {
    /// Whether these bytes sort before the others.
    func isBelow(_ other: [UInt8]) -> Bool {
        for index in 0..<Swift.min(count, other.count) where self[index] != other[index] {
            return self[index] < other[index]
        }
        return count < other.count
    }
}

extension [UInt8] {
    /// Lends the bytes to the engine, which does not change them.
    func lend(_ body: (UnsafeMutablePointer<MDB_val>) -> Int32) -> Int32 {
        unsafe withUnsafeBytes { buffer in
            var value = unsafe MDB_val(
                mv_size: buffer.count,
                mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
            return unsafe body(&value)
        }
    }
}

extension MDB_val {
    var buffer: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(
            start: mv_data?.assumingMemoryBound(to: UInt8.self), count: mv_size)
    }
}
