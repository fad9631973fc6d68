import CLMDB
import Glibc
import Synchronization

/// Where a store lies and how far it may grow: what its errors name.
struct Terms: Sendable {
    let directory: String
    let byteLimit: Int
    let readerLimit: Int

    /// What a code of the engine or of the system means here.
    func error(_ code: Int32, _ operation: String, _ table: String?) -> StorageError {
        switch code {
        case MDB_MAP_FULL: .mapFull(directory: directory, byteLimit: byteLimit)
        case MDB_READERS_FULL: .readersFull(limit: readerLimit)
        case MDB_TXN_FULL: .transactionTooLarge
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID:
            .corrupt(table: table ?? "data", reason: .structure)
        case MDB_PANIC: .stoppedAfterFailure(directory: directory)
        case ENOSPC, EDQUOT, EFBIG: .fullDisk(directory: directory)
        default: .engine(operation: operation, table: table, code: code)
        }
    }
}

/// The one owner of the engine's handle: opens it, counts its users, grows its map.
@safe final class Environment: Sendable {
    let terms: Terms
    private nonisolated(unsafe) let handle: OpaquePointer
    /// Held shared by each transaction, and alone while the map grows.
    private nonisolated(unsafe) let users: UnsafeMutablePointer<pthread_rwlock_t>
    /// The engine's numbers of the tables; fixed from opening to closing.
    private let numbers: [(table: String, number: MDB_dbi)]
    /// Set after a failure that leaves open what is on the disk.
    private let hasStopped = Atomic<Bool>(false)
    /// The thread that is inside a write, zero for none: a second write there would wait for ever.
    private let writer = Atomic<UInt>(0)

    /// The part of the map that may be in use before it grows.
    static let growthPercent = 80
    /// How long growth waits for transactions that are under way.
    static let growthWaitSeconds = 30

    init(
        _ terms: Terms, tables: [String], mapBytes: Int, isSynced: Bool
    ) throws(StorageError) {
        let handle = unsafe try Self.open(
            terms, tableCount: tables.count, mapBytes: mapBytes, isSynced: isSynced)
        do throws(StorageError) {
            let needed = unsafe Self.usedBytes(handle)
            let present = Files.byteCount(terms.directory + "/data.mdb") ?? 0
            guard needed <= present else {
                throw .truncated(
                    directory: terms.directory, byteCount: present, expected: needed)
            }
            var dead: Int32 = 0
            _ = unsafe mdb_reader_check(handle, &dead)
            numbers = unsafe try Self.open(tables, in: handle, terms)
        } catch {
            unsafe mdb_env_close(handle)
            throw error
        }
        self.terms = terms
        unsafe self.handle = handle
        unsafe users = .allocate(capacity: 1)
        unsafe pthread_rwlock_init(users, nil)
    }

    deinit {
        unsafe mdb_env_close(handle)
        unsafe pthread_rwlock_destroy(users)
        unsafe users.deallocate()
    }

    /// The engine's number of a table.
    ///
    /// - Precondition: the table was named when the store was opened.
    func number(of table: String) -> MDB_dbi {
        // There are a dozen, with short names: comparing them is faster than hashing one.
        for entry in numbers where entry.table == table { return entry.number }
        preconditionFailure("table \(table) was not named when the store was opened")
    }

    func error(_ code: Int32, _ operation: String, _ table: String?) -> StorageError {
        terms.error(code, operation, table)
    }
}

// MARK: Opening

extension Environment {
    private static func open(
        _ terms: Terms, tableCount: Int, mapBytes: Int, isSynced: Bool
    ) throws(StorageError) -> OpaquePointer {
        var made: OpaquePointer?
        let code = unsafe mdb_env_create(&made)
        guard code == 0, let handle = unsafe made else { throw terms.error(code, "create", nil) }
        _ = unsafe mdb_env_set_maxdbs(handle, UInt32(tableCount))
        _ = unsafe mdb_env_set_maxreaders(handle, UInt32(terms.readerLimit))
        _ = unsafe mdb_env_set_mapsize(handle, rounded(min(mapBytes, terms.byteLimit)))
        // A read belongs to its transaction, not to its thread: reads may nest.
        let flags = UInt32(MDB_NOTLS) | (isSynced ? 0 : UInt32(MDB_NOSYNC))
        let opened = unsafe mdb_env_open(handle, terms.directory, flags, 0o600)
        guard opened == 0 else {
            unsafe mdb_env_close(handle)
            throw terms.error(opened, "open", nil)
        }
        return unsafe handle
    }

    /// Opens the tables, and makes those that are missing.
    private static func open(
        _ tables: [String], in handle: OpaquePointer, _ terms: Terms
    ) throws(StorageError) -> [(table: String, number: MDB_dbi)] {
        var transaction: OpaquePointer?
        let begun = unsafe mdb_txn_begin(handle, nil, 0, &transaction)
        guard begun == 0 else { throw terms.error(begun, "open", nil) }
        var numbers: [(table: String, number: MDB_dbi)] = []
        for table in tables {
            var number: MDB_dbi = 0
            let code = unsafe mdb_dbi_open(transaction, table, UInt32(MDB_CREATE), &number)
            guard code == 0 else {
                unsafe mdb_txn_abort(transaction)
                throw terms.error(code, "open", table)
            }
            numbers.append((table, number))
        }
        let code = unsafe mdb_txn_commit(transaction)
        guard code == 0 else { throw terms.error(code, "open", nil) }
        return numbers
    }

    /// Whole pages, and enough of them for the engine's own tables.
    private static func rounded(_ byteCount: Int) -> Int {
        let page = max(sysconf(Int32(_SC_PAGESIZE)), 4_096)
        return max(byteCount, 16 * page) / page * page
    }

    private static func usedBytes(_ handle: OpaquePointer) -> Int {
        var information = unsafe MDB_envinfo()
        var statistics = MDB_stat()
        _ = unsafe mdb_env_info(handle, &information)
        _ = unsafe mdb_env_stat(handle, &statistics)
        return unsafe (information.me_last_pgno + 1) * Int(statistics.ms_psize)
    }
}

// MARK: Transactions

extension Environment {
    func read<Result>(
        _ body: (borrowing Snapshot) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        unsafe pthread_rwlock_rdlock(users)
        defer { unsafe pthread_rwlock_unlock(users) }
        let snapshot = try unsafe Snapshot(begin(UInt32(MDB_RDONLY)), in: self)
        defer { unsafe mdb_txn_abort(snapshot.handle) }
        return try body(snapshot)
    }

    /// Runs the body, from its start once more whenever the map had to grow for it.
    func write<Result>(
        _ body: (inout Update) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        precondition(!isWritingHere, "a write inside a write would wait for itself")
        while true {
            guard !hasStopped.load(ordering: .acquiring) else {
                throw .stoppedAfterFailure(directory: terms.directory)
            }
            let size = mapBytes
            if usedBytes >= size / 100 * Self.growthPercent, size < terms.byteLimit {
                // Not an error yet when it cannot: the transaction may still fit.
                _ = grow(from: size)
            }
            let tried = mapBytes
            do throws(StorageError) { return try attempt(body) } catch {
                guard case .mapFull = error else { throw error }
                guard grow(from: tried) else {
                    throw .mapFull(directory: terms.directory, byteLimit: terms.byteLimit)
                }
            }
        }
    }

    private func attempt<Result>(
        _ body: (inout Update) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        unsafe pthread_rwlock_rdlock(users)
        defer { unsafe pthread_rwlock_unlock(users) }
        var update = try unsafe Update(begin(0), in: self)
        writer.store(UInt(pthread_self()), ordering: .releasing)
        defer { writer.store(0, ordering: .releasing) }
        let result: Result
        do throws(StorageError) {
            result = try body(&update)
            if let failure = update.failure { throw failure }
        } catch {
            unsafe mdb_txn_abort(update.handle)
            throw error
        }
        let code = unsafe mdb_txn_commit(update.handle)
        // The engine reports a write that was cut short as an error of the device.
        if code == EIO, Files.isFull(terms.directory, above: usedBytes) {
            throw .fullDisk(directory: terms.directory)
        }
        guard code == 0 else { throw failed(code, "commit") }
        return result
    }

    private func begin(_ flags: UInt32) throws(StorageError) -> OpaquePointer {
        var transaction: OpaquePointer?
        var code = unsafe mdb_txn_begin(handle, nil, flags, &transaction)
        if code == MDB_READERS_FULL {
            // Places of processes that died are freed only when someone looks for them.
            var dead: Int32 = 0
            _ = unsafe mdb_reader_check(handle, &dead)
            code = unsafe mdb_txn_begin(handle, nil, flags, &transaction)
        }
        guard code == 0, let transaction = unsafe transaction else {
            throw error(code, "begin", nil)
        }
        return unsafe transaction
    }

    /// Whether this thread is inside a write already.
    private var isWritingHere: Bool {
        writer.load(ordering: .acquiring) == UInt(pthread_self())
    }

    /// After a failed write to the device, the system may report later writes as done that are not.
    private func failed(_ code: Int32, _ operation: String) -> StorageError {
        if code == EIO || code == MDB_PANIC { hasStopped.store(true, ordering: .releasing) }
        return error(code, operation, nil)
    }

    /// Waits until everything committed is on the disk.
    func sync() throws(StorageError) {
        unsafe pthread_rwlock_rdlock(users)
        defer { unsafe pthread_rwlock_unlock(users) }
        guard !hasStopped.load(ordering: .acquiring) else {
            throw .stoppedAfterFailure(directory: terms.directory)
        }
        let code = unsafe mdb_env_sync(handle, 1)
        guard code == 0 else { throw failed(code, "sync") }
    }
}

// MARK: The map

extension Environment {
    /// How large the file may get before the map must grow.
    var mapBytes: Int {
        var information = unsafe MDB_envinfo()
        _ = unsafe mdb_env_info(handle, &information)
        return unsafe information.me_mapsize
    }

    /// How large the file is, free pages included.
    var usedBytes: Int { unsafe Self.usedBytes(handle) }

    /// Doubles the map, unless it has its full size or another thread has grown it meanwhile.
    ///
    /// - Returns: Whether the map is larger than `size` now.
    private func grow(from size: Int) -> Bool {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += Self.growthWaitSeconds
        guard unsafe pthread_rwlock_timedwrlock(users, &deadline) == 0 else { return false }
        defer { unsafe pthread_rwlock_unlock(users) }
        let current = mapBytes
        guard current <= size else { return true }
        let (double, overflow) = current.multipliedReportingOverflow(by: 2)
        let wanted = Self.rounded(min(overflow ? .max : double, terms.byteLimit))
        guard wanted > current else { return false }
        return unsafe mdb_env_set_mapsize(handle, wanted) == 0
    }

    /// Frees the places of readers whose process is gone.
    ///
    /// - Returns: How many there were.
    func removeStaleReaders() -> Int {
        var dead: Int32 = 0
        _ = unsafe mdb_reader_check(handle, &dead)
        return Int(dead)
    }

    var pageBytes: Int {
        var statistics = MDB_stat()
        _ = unsafe mdb_env_stat(handle, &statistics)
        return Int(statistics.ms_psize)
    }

    var lastTransaction: UInt64 {
        var information = unsafe MDB_envinfo()
        _ = unsafe mdb_env_info(handle, &information)
        return unsafe UInt64(information.me_last_txnid)
    }
}

extension StorageError {
    /// The system's or the engine's own words for a code.
    static func text(_ code: Int32) -> String {
        guard let text = unsafe mdb_strerror(code) else { return "code \(code)" }
        return unsafe String(cString: text)
    }
}
