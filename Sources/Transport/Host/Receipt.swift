import Synchronization

/// Counts bytes that the consumer has let go of, and tells the connection in large steps.
///
/// A step is far below half a window, so what is still uncounted never stalls a stream.
final class Credit: Sendable {
    static let stepBytes = 64 << 10

    private let released = Mutex(0)
    private let notify: @Sendable (Credit) -> Void

    /// - Parameter notify: called from any thread when a step is complete.
    init(notify: @escaping @Sendable (Credit) -> Void) { self.notify = notify }

    func release(_ byteCount: Int) {
        let crossed = released.withLock { released in
            let before = released
            released += byteCount
            return before < Self.stepBytes && released >= Self.stepBytes
        }
        if crossed { notify(self) }
    }

    /// The bytes released since the last call.
    func collect() -> Int {
        released.withLock { released in
            defer { released = 0 }
            return released
        }
    }
}

/// Gives its bytes back to the window when the last batch that holds it goes.
final class Receipt: Sendable {
    private let credit: Credit?
    private let byteCount: Int

    init(_ credit: Credit?, byteCount: Int) {
        self.credit = credit
        self.byteCount = byteCount
    }

    deinit { credit?.release(byteCount) }
}
