import NIOCore
import Synchronization

/// The way onto an event loop, which closes before the loop ends: nothing is handed to a loop that
/// would never do it.
final class LoopGate: Sendable {
    let loop: any EventLoop
    private let isClosed = Mutex(false)

    init(_ loop: any EventLoop) { self.loop = loop }

    /// Hands work to the loop; what was handed over before the gate closed is still done.
    ///
    /// - Returns: Whether it was handed over.
    @discardableResult
    func enqueue(_ work: @escaping @Sendable () -> Void) -> Bool {
        isClosed.withLock { isClosed in
            guard !isClosed else { return false }
            loop.execute(work)
            return true
        }
    }

    /// Closes the gate.
    ///
    /// - Returns: Whether this call closed it.
    func close() -> Bool {
        isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
    }
}
