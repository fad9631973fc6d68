public import Wire

/// Typed tables in one directory, owned by one process.
///
/// Every closure runs to its end on the calling thread; writers wait for each other, readers wait
/// for nobody and see what was committed when they began.
public final class Store: Sendable {
    /// When a change is on the disk for good.
    public enum Durability: Sendable {
        /// When ``Store/write(_:)`` returns.
        case everyCommit
        /// When ``Store/sync()`` returns. After a power cut the tables are emptied, since the engine
        /// cannot tell what reached the disk: only for what can be made anew.
        case explicit
    }

    public struct Options: Sendable {
        public var durability: Durability = .everyCommit
        /// How far the map may grow.
        ///
        /// - Unit: bytes.
        public var mapByteLimit = 1 << 40
        /// How many reads may be under way at once.
        public var readerLimit = 512
        /// Hash of the network's genesis: kept at the first opening, compared at each later one.
        public var network: FixedBytes<32>?
        /// How much of the data file is examined before the engine may touch it.
        public var audit = PageAudit.Depth.pages

        public init() {}

        public init(
            durability: Durability, network: FixedBytes<32>? = nil,
            audit: PageAudit.Depth = .pages
        ) {
            self.durability = durability
            self.network = network
            self.audit = audit
        }
    }

    /// What the store found when it was opened.
    public enum Opening: Equatable, Sendable {
        case new
        /// The last owner closed it.
        case closed
        /// The last owner's process died; the system kept running, so every commit is there.
        case ownerDied
        /// The machine stopped; every synced commit is there.
        case machineStopped
        /// The machine stopped while unsynced changes may have been half written, or pages are
        /// damaged: all tables were emptied and must be filled anew.
        case emptied
    }

    /// Number of the record format: names, checksums, key forms.
    public static let format: UInt64 = 1

    public let directory: String
    public let options: Options
    public let opening: Opening
    let tables: [String]
    let environment: Environment
    private let lock: DirectoryLock

    private static let networkMark: UInt8 = 1
    private static let formatMark: UInt8 = 2

    /// Opens the directory, and makes it and its tables when they are missing.
    ///
    /// - Precondition: each table that is used later is named here.
    /// - Throws: ``StorageError/lockedByAnotherProcess(directory:process:)``,
    ///   ``StorageError/wrongNetwork(directory:)``, ``StorageError/truncated(directory:byteCount:expected:)``,
    ///   ``StorageError/damaged(directory:first:)`` and whatever the disk refuses.
    public init(
        directory: String, tables: [String], mapBytes: Int = 64 << 20, options: Options = Options()
    ) throws(StorageError) {
        precondition(!tables.contains("argosy"), "the table argosy is the store's own")
        self.directory = directory
        self.options = options
        self.tables = tables.sorted()
        lock = try DirectoryLock(directory)
        var opening = try Session.begin(in: directory, durability: options.durability)
        if try Self.isToBeEmptied(directory, options) {
            try Session.empty(directory)
            opening = .emptied
        }
        self.opening = opening
        let terms = Terms(
            directory: directory, byteLimit: options.mapByteLimit,
            readerLimit: options.readerLimit)
        environment = try Environment(
            terms, tables: tables + ["argosy"], mapBytes: mapBytes,
            isSynced: options.durability == .everyCommit)
        if opening == .new || opening == .emptied { try Files.syncDirectory(directory) }
        try checkMarks()
    }

    deinit {
        // A store that was synced to its end needs no doubt at the next opening.
        guard (try? environment.sync()) != nil else { return }
        Session.end(in: directory)
    }

    /// Runs a look at the tables.
    @discardableResult
    public func read<Result>(
        _ body: (borrowing Snapshot) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try environment.read(body)
    }

    /// Runs a change: all of it is kept when the body returns, and nothing when it throws.
    ///
    /// The body may be run a second time, from its start, when the map has to grow; so it sets what
    /// lies outside it and does not add to it.
    ///
    /// - Throws: ``StorageError/fullDisk(directory:)``, after which the tables are as before and can
    ///   be read; and whatever the body throws.
    @discardableResult
    public func write<Result>(
        _ body: (inout Update) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try environment.write(body)
    }

    /// Waits until everything written so far is on the disk.
    public func sync() throws(StorageError) { try environment.sync() }

    /// How large the data file is.
    ///
    /// - Unit: bytes.
    public var byteCount: Int { environment.usedBytes }

    /// How large the data file may get before the map grows.
    ///
    /// - Unit: bytes.
    public var mapBytes: Int { environment.mapBytes }

    /// Examines the data file before the engine does, which trusts what it reads.
    ///
    /// - Returns: Whether it is damaged and can be made anew.
    private static func isToBeEmptied(
        _ directory: String, _ options: Options
    ) throws(StorageError) -> Bool {
        do throws(StorageError) {
            let verdict = try PageAudit.judge(directory, options.audit)
            if let first = verdict.faults.first {
                throw .damaged(directory: directory, first: first)
            }
            if let right = verdict.renumbered {
                let number = (0..<8).map {
                    UInt8(truncatingIfNeeded: right.transaction >> (8 * UInt64($0)))
                }
                try Files.overwrite(number, at: right.offset, in: directory + "/data.mdb")
            }
            return false
        } catch {
            switch (error, options.durability) {
            case (.damaged, .explicit), (.truncated, .explicit): return true
            default: throw error
            }
        }
    }

    /// Compares format and network with what the directory was made for, or notes them down.
    private func checkMarks() throws(StorageError) {
        let marks = Table<UInt8, [UInt8]>.marks
        let (format, network) = try environment.read { view throws(StorageError) in
            (
                try view.value(Self.formatMark, in: marks),
                try view.value(Self.networkMark, in: marks)
            )
        }
        if let format {
            let found = UInt64(key: format.span, from: 0, count: format.count)
            guard found == Self.format else {
                throw .wrongFormat(directory: directory, found: found ?? 0, known: Self.format)
            }
        }
        if let network, let wanted = options.network, network != wanted.array {
            throw .wrongNetwork(directory: directory)
        }
        guard format == nil || (network == nil && options.network != nil) else { return }
        let wanted = options.network
        try environment.write { update throws(StorageError) in
            try update.put(Self.format.keyBytes, at: Self.formatMark, in: marks)
            if let wanted { try update.put(wanted.array, at: Self.networkMark, in: marks) }
        }
    }
}

extension Table where Key == UInt8, Value == [UInt8] {
    /// The store's own table: what the directory was made for.
    static var marks: Self { Table("argosy") }
}

extension UInt64 {
    /// Reads a number whose length is not yet known to be right.
    fileprivate init?(key bytes: Span<UInt8>, from offset: Int, count: Int) {
        guard count == 8 else { return nil }
        self.init(key: bytes, from: offset)
    }
}
