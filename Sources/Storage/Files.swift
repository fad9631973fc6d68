import Glibc

/// The few file operations that the engine does not do itself.
enum Files {
    static func makeDirectory(_ path: String) throws(StorageError) {
        var missing: [String] = []
        var parent = path
        while unsafe access(parent, F_OK) != 0, errno == ENOENT, !parent.isEmpty {
            missing.append(parent)
            guard let slash = parent.lastIndex(of: "/"), slash > parent.startIndex else { break }
            parent = String(parent[..<slash])
        }
        for directory in missing.reversed() {
            guard unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST else {
                throw .directory(path: directory, code: errno)
            }
        }
    }

    /// The first bytes of a file, or `nil` when it cannot be read.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// Writes a small file and waits until it is on the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .directory(path: path, code: errno) }
        defer { close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw .directory(path: path, code: count < 0 ? errno : ENOSPC)
        }
    }

    /// Changes some bytes of a file and waits until they are on the disk.
    static func overwrite(
        _ bytes: [UInt8], at offset: Int, in path: String
    ) throws(StorageError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .directory(path: path, code: errno) }
        defer { close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes {
            unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset)
        }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw .directory(path: path, code: count < 0 ? errno : ENOSPC)
        }
    }

    /// The size of a file in bytes; `nil` when there is none.
    static func byteCount(_ path: String) -> Int? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Waits until the names in a directory are on the disk.
    static func syncDirectory(_ path: String) throws(StorageError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .directory(path: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .directory(path: path, code: errno) }
    }

    /// Space below which a cut write is put down to a full disk.
    ///
    /// - Unit: bytes.
    private static let fullDiskByteLimit: UInt64 = 16 << 20

    /// Whether the disk, or the process's own limit, leaves no room for a file to grow.
    static func isFull(_ directory: String, above byteCount: Int) -> Bool {
        var status = statvfs()
        if unsafe statvfs(directory, &status) == 0,
            UInt64(status.f_bavail) * UInt64(status.f_frsize) < fullDiskByteLimit
        {
            return true
        }
        var limit = rlimit()
        return unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0
            && UInt64(limit.rlim_cur) < UInt64(byteCount) + fullDiskByteLimit
    }
}
