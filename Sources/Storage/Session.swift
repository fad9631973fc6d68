import Glibc

/// A file that lies in the directory from opening to closing, and names the machine's run.
///
/// It tells three ends apart: closed (no file), process died (same run), machine stopped (another
/// run). Only the last can lose what was written without a sync.
enum Session {
    private static let runByteLimit = 64

    static func begin(
        in directory: String, durability: Store.Durability
    ) throws(StorageError) -> Store.Opening {
        let run = Files.read("/proc/sys/kernel/random/boot_id", limit: runByteLimit) ?? []
        let opening = found(in: directory, run: run, durability)
        if opening == .emptied { try empty(directory) }
        try Files.write(run, to: path(in: directory))
        try Files.syncDirectory(directory)
        return opening
    }

    /// Removes what the engine wrote.
    static func empty(_ directory: String) throws(StorageError) {
        for name in ["data.mdb", "lock.mdb"] {
            let path = directory + "/" + name
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw .directory(path: path, code: errno)
            }
        }
    }

    static func end(in directory: String) { _ = unsafe unlink(path(in: directory)) }

    private static func found(
        in directory: String, run: [UInt8], _ durability: Store.Durability
    ) -> Store.Opening {
        guard Files.byteCount(directory + "/data.mdb") != nil else { return .new }
        guard let last = Files.read(path(in: directory), limit: runByteLimit) else {
            return .closed
        }
        if !run.isEmpty, last == run { return .ownerDied }
        switch durability {
        case .everyCommit: return .machineStopped
        case .explicit: return .emptied
        }
    }

    private static func path(in directory: String) -> String { directory + "/session" }
}
