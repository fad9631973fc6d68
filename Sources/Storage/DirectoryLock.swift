import Glibc

/// Holds a directory for one owner until it is released or its process ends, however it ends.
///
/// - Shape: an advisory lock on the file `owner` in the directory, which also names the process.
public final class DirectoryLock: Sendable {
    private let descriptor: Int32
    public let directory: String

    /// Makes the directory when it is missing, readable by its owner only.
    ///
    /// - Throws: ``StorageError/lockedByAnotherProcess(directory:process:)`` when it is held.
    public init(_ directory: String) throws(StorageError) {
        try Files.makeDirectory(directory)
        self.directory = directory
        let path = directory + "/owner"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .directory(path: path, code: errno) }
        self.descriptor = descriptor
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Files.read(path, limit: 32).flatMap { bytes in
                Int32(String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self))
            }
            guard code == EWOULDBLOCK else { throw .directory(path: path, code: code) }
            throw .lockedByAnotherProcess(directory: directory, process: owner)
        }
        let text = Array("\(getpid())\n".utf8)
        // The name is for people only; the lock holds without it, for example on a full disk.
        if ftruncate(descriptor, 0) == 0 {
            _ = unsafe text.withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0)
            }
        }
    }

    deinit { close(descriptor) }
}
