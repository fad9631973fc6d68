public import Wire

/// Why the disk did not take or give what was asked.
public enum StorageError: Error, Equatable, Sendable {
    /// Another process, or another store of this one, works on the directory.
    case lockedByAnotherProcess(directory: String, process: Int32?)
    /// The directory belongs to a network with another genesis.
    case wrongNetwork(directory: String)
    /// The directory was written in a format that this program does not know.
    case wrongFormat(directory: String, found: UInt64, known: UInt64)
    /// The directory or a file in it cannot be made, opened or read.
    case directory(path: String, code: Int32)
    /// The data file is shorter than its own first pages say.
    case truncated(directory: String, byteCount: Int, expected: Int)
    /// A page of the data file is not what the engine wrote, or a record in it is not.
    case damaged(directory: String, first: PageFault)
    /// No room is left on the disk; the transaction left nothing behind.
    case fullDisk(directory: String)
    /// The tables reached the size that they were given as their limit.
    case mapFull(directory: String, byteLimit: Int)
    /// All places for simultaneous reads are taken.
    case readersFull(limit: Int)
    /// A record is not what was written.
    case corrupt(table: String, reason: Corruption)
    /// A key to be appended is not above all keys of its table.
    case notAscending(table: String)
    /// More changes in one transaction than the engine takes.
    case transactionTooLarge
    /// An earlier write failed in a way that leaves open what is on the disk; the store must be
    /// opened anew.
    case stoppedAfterFailure(directory: String)
    /// Any other refusal of the engine, with its code.
    case engine(operation: String, table: String?, code: Int32)

    public enum Corruption: Equatable, Sendable {
        case key(byteCount: Int)
        case checksum(key: [UInt8])
        case value(WireError, key: [UInt8])
        case structure
    }
}

extension StorageError {
    /// Whether what lies on the disk is not what was written.
    public var isDamage: Bool {
        switch self {
        case .corrupt, .damaged, .truncated: true
        default: false
        }
    }

    /// Whether a record of one of these tables is not what was written.
    public func isDamage(of tables: [String]) -> Bool {
        guard case .corrupt(let table, _) = self else { return false }
        return tables.contains(table)
    }
}

extension StorageError: CustomStringConvertible {
    /// One sentence that says what happened, and where it helps, what to do.
    public var description: String {
        switch self {
        case .lockedByAnotherProcess(let directory, let process):
            let other = process.map { "process \($0)" } ?? "another process"
            return "\(directory) is in use by \(other); stop it or choose another directory"
        case .wrongNetwork(let directory):
            return "\(directory) holds the data of another network; choose another directory"
        case .wrongFormat(let directory, let found, let known):
            return "\(directory) has storage format \(found), and this program knows \(known)"
        case .directory(let path, let code):
            return "\(path) cannot be used: \(Self.text(code))"
        case .truncated(let directory, let byteCount, let expected):
            return "\(directory) has \(byteCount) bytes of data where \(expected) are needed; "
                + "restore it from a backup or sync anew"
        case .damaged(let directory, let first):
            return "\(directory) is damaged: \(first)"
        case .fullDisk(let directory):
            return "the disk that holds \(directory) is full; nothing was written"
        case .mapFull(let directory, let byteLimit):
            return "\(directory) reached its limit of \(byteLimit) bytes; raise the limit"
        case .readersFull(let limit):
            return "all \(limit) places for simultaneous reads are taken"
        case .corrupt(let table, let reason):
            return "table \(table) is damaged: \(reason)"
        case .notAscending(let table):
            return "a key appended to table \(table) is not above the last one"
        case .transactionTooLarge:
            return "the transaction has more changes than the engine takes at once"
        case .stoppedAfterFailure(let directory):
            return "a write to \(directory) failed earlier; start again after checking the disk"
        case .engine(let operation, let table, let code):
            let place = table.map { " in table \($0)" } ?? ""
            return "\(operation)\(place) failed: \(Self.text(code))"
        }
    }
}

extension StorageError.Corruption: CustomStringConvertible {
    public var description: String {
        switch self {
        case .key(let byteCount): "a key of \(byteCount) bytes"
        case .checksum(let key): "the checksum under key \(Self.hex(key)) does not match"
        case .value(let error, let key): "the value under key \(Self.hex(key)): \(error)"
        case .structure: "its pages do not fit together"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
