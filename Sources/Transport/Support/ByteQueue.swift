import Primitives

/// Bytes that have arrived and are not yet read.
package struct ByteQueue {
    /// Everything from `start` on is unread; what is before it is already used.
    package private(set) var storage: [UInt8] = []
    package private(set) var start = 0

    package init(_ bytes: [UInt8] = []) { storage = bytes }

    package var count: Int { storage.count - start }
    package var isEmpty: Bool { count == 0 }

    /// The unread byte at an offset.
    ///
    /// - Precondition: `index` is below `count`.
    package subscript(index: Int) -> UInt8 { storage[start + index] }

    package mutating func append(_ span: Span<UInt8>) {
        compact()
        storage.append(copying: span)
    }

    package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

    package mutating func skip(_ count: Int) {
        precondition(count <= self.count, "only bytes that are there can be skipped")
        start += count
    }

    package mutating func take(_ count: Int) -> [UInt8] {
        precondition(count <= self.count, "only bytes that are there can be taken")
        defer { start += count }
        return Array(storage[start..<start + count])
    }

    package mutating func takeAll() -> [UInt8] { take(count) }

    /// Lends the storage, so that bytes can be decrypted where they lie.
    package mutating func withStorage<Result>(_ body: (inout [UInt8]) -> Result) -> Result {
        body(&storage)
    }

    /// Moves the unread bytes to the front when the used part is the larger one.
    private mutating func compact() {
        if start == storage.count {
            storage.removeAll(keepingCapacity: true)
        } else if start > storage.count / 2 {
            storage.removeFirst(start)
        } else {
            return
        }
        start = 0
    }
}
