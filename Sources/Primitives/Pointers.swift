import Wire

// The one place where our values become C pointers. A pointer never leaves its closure.

extension FixedBytes {
    /// Lends the bytes to a C function.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        let copy = inline
        return unsafe withUnsafePointer(to: copy) { pointer in
            unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: count) { unsafe body($0) }
        }
    }

    /// Makes a value from what a C function writes.
    init(filledBy body: (UnsafeMutablePointer<UInt8>) -> Void) {
        var storage = InlineArray<count, UInt8>(repeating: 0)
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: count) { unsafe body($0) }
        }
        self.init(storage)
    }
}

extension Span<UInt8> {
    /// Lends the bytes and their count to a C function.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>, UInt64) -> Result) -> Result {
        unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                return unsafe withUnsafePointer(to: UInt8(0)) { unsafe body($0, 0) }
            }
            return unsafe body(base, UInt64(buffer.count))
        }
    }
}
