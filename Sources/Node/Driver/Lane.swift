import Synchronization

/// A bounded queue between the driver and one worker; the worker takes all that waits at once.
///
/// Taking all at once is what makes one sync on disk serve many records, and one hop between
/// threads many events.
final class Lane<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(limit: Int) {
        self.limit = limit
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds an item; one that must not be lost finds room when others do not any more.
    ///
    /// - Returns: `false` when the lane is full or closed, and the item is not in it.
    @discardableResult
    func put(_ item: Item, isKept: Bool = true) -> Bool {
        let limit = isKept ? limit * 2 : limit
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.items.count < limit else { return false }
            state.items.append(item)
            return true
        }
        if isTaken { signal.yield() }
        return isTaken
    }

    /// Works until the lane is closed and empty.
    func run(
        isolation: isolated (any Actor)? = #isolation, _ work: ([Item]) async -> Void
    ) async {
        for await _ in signals {
            while let items = take() { await work(items) }
        }
        while let items = take() { await work(items) }
    }

    /// Refuses new items; what waits is still worked on.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.finish()
    }

    private func take() -> [Item]? {
        state.withLock { state in
            guard !state.items.isEmpty else { return nil }
            let items = state.items
            state.items = []
            return items
        }
    }
}
