import Glibc

/// A data file, mapped to be looked at without the engine.
///
/// The engine trusts what it reads, and a wrong byte can lead it out of its map; this type does not.
/// Nobody may change the file meanwhile, which ``DirectoryLock`` sees to.
@safe struct PageFile: ~Copyable {
    private let start: UnsafeMutableRawPointer?
    private let byteCount: Int

    /// Maps the file; one that is not there, or that is empty, has no bytes.
    init(_ path: String) throws(StorageError) {
        (unsafe start, byteCount) = try unsafe Self.map(path)
    }

    private static func map(
        _ path: String
    ) throws(StorageError) -> (UnsafeMutableRawPointer?, Int) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .directory(path: path, code: errno) }
            return (nil, 0)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .directory(path: path, code: errno)
        }
        guard status.st_size > 0 else { return (nil, 0) }
        let mapped = unsafe mmap(
            nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0)
        guard unsafe mapped != MAP_FAILED else { throw .directory(path: path, code: errno) }
        return unsafe (mapped, Int(status.st_size))
    }

    deinit { if let start = unsafe start { unsafe munmap(start, byteCount) } }

    /// Lends the bytes of the file.
    borrowing func withBytes<Result>(
        _ body: (Span<UInt8>) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        let buffer = unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
        let bytes = unsafe buffer.bindMemory(to: UInt8.self)
        return try unsafe body(bytes.span)
    }
}
