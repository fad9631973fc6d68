import CLMDB
import Wire

extension Transaction where Access == Writing {
    /// Stores a value, in place of the one that the key had.
    public mutating func put<Key, Value>(
        _ value: Value, at key: Key, in table: Table<Key, Value>
    ) throws(StorageError) {
        let code = store(table.encode(value), at: key.keyBytes, table.name, flags: 0)
        guard code == 0 else { throw failed(code, "write", table.name) }
    }

    /// Stores a value unless the key has one.
    ///
    /// - Returns: Whether it was stored.
    public mutating func insert<Key, Value>(
        _ value: Value, at key: Key, in table: Table<Key, Value>
    ) throws(StorageError) -> Bool {
        let code = store(
            table.encode(value), at: key.keyBytes, table.name, flags: UInt32(MDB_NOOVERWRITE))
        guard code != MDB_KEYEXIST else { return false }
        guard code == 0 else { throw failed(code, "write", table.name) }
        return true
    }

    /// Stores a value behind all others; faster than ``put(_:at:in:)``, and it fills pages fully.
    ///
    /// - Throws: ``StorageError/notAscending(table:)`` when the key is not above the last one.
    public mutating func append<Key, Value>(
        _ value: Value, at key: Key, in table: Table<Key, Value>
    ) throws(StorageError) {
        let code = store(
            table.encode(value), at: key.keyBytes, table.name, flags: UInt32(MDB_APPEND))
        guard code != MDB_KEYEXIST else { throw .notAscending(table: table.name) }
        guard code == 0 else { throw failed(code, "append", table.name) }
    }

    /// Removes a record.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public mutating func remove<Key, Value>(
        _ key: Key, in table: Table<Key, Value>
    ) throws(StorageError) -> Bool {
        let handle = unsafe self.handle
        let number = environment.number(of: table.name)
        let code = unsafe key.keyBytes.lend { key in unsafe mdb_del(handle, number, key, nil) }
        guard code != MDB_NOTFOUND else { return false }
        guard code == 0 else { throw failed(code, "remove", table.name) }
        return true
    }

    /// Removes the records of a range from its lower end, at most `limit` of them.
    ///
    /// - Returns: How many were removed.
    @discardableResult
    public mutating func removeAll<Key, Value>(
        in table: Table<Key, Value>, _ range: KeyRange<Key>, limit: Int = .max
    ) throws(StorageError) -> Int {
        var cursor: OpaquePointer?
        let number = environment.number(of: table.name)
        let opened = unsafe mdb_cursor_open(handle, number, &cursor)
        guard opened == 0 else { throw failed(opened, "remove", table.name) }
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var data = unsafe MDB_val()
        var removed = 0
        var code = unsafe Self.seek(cursor, range.lower, &key, &data)
        while code == 0, removed < limit {
            let buffer = unsafe key.buffer
            let span = unsafe buffer.span
            if let upper = range.upper, !span.isBelow(upper) { return removed }
            code = unsafe mdb_cursor_del(cursor, 0)
            guard code == 0 else { break }
            removed += 1
            code = unsafe mdb_cursor_get(cursor, &key, &data, MDB_NEXT)
        }
        guard code == 0 || code == MDB_NOTFOUND else { throw failed(code, "remove", table.name) }
        return removed
    }

    /// Removes every record of a table at once.
    public mutating func clear<Key, Value>(_ table: Table<Key, Value>) throws(StorageError) {
        let code = unsafe mdb_drop(handle, environment.number(of: table.name), 0)
        guard code == 0 else { throw failed(code, "clear", table.name) }
    }

    private func store(
        _ value: [UInt8], at key: [UInt8], _ table: String, flags: UInt32
    ) -> Int32 {
        let handle = unsafe self.handle
        let number = environment.number(of: table)
        let sum = Checksum.of(key.span, value.span)
        return unsafe key.lend { key in
            // The engine sets room aside, and value and checksum are written into it at once.
            var room = unsafe MDB_val(
                mv_size: value.count + Checksum.byteCount, mv_data: nil)
            let code = unsafe mdb_put(
                handle, number, key, &room, flags | UInt32(MDB_RESERVE))
            guard code == 0, let start = unsafe room.mv_data else { return code }
            unsafe value.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress {
                    unsafe start.copyMemory(from: base, byteCount: bytes.count)
                }
            }
            unsafe start.storeBytes(
                of: sum.bigEndian, toByteOffset: value.count, as: UInt32.self)
            return 0
        }
    }

    private mutating func failed(
        _ code: Int32, _ operation: String, _ table: String
    ) -> StorageError {
        let error = environment.error(code, operation, table)
        if failure == nil { failure = error }
        return error
    }
}
