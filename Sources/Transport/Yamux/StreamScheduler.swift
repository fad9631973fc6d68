/// Decides which stream sends next.
///
/// The first class with quota left goes first; within a class the streams take turns. When no
/// class that has something to send has quota left, a new round begins (rule W22).
struct StreamScheduler {
    private var queues: [FirstInFirstOut<StreamID>]
    private var quotaBytes: [Int]

    init() {
        queues = Priority.allCases.map { _ in FirstInFirstOut() }
        quotaBytes = Priority.allCases.map(\.quotaBytes)
    }

    var isEmpty: Bool { queues.allSatisfy(\.isEmpty) }

    mutating func append(_ id: StreamID, _ priority: Priority) {
        queues[priority.rawValue].append(id)
    }

    mutating func spend(_ byteCount: Int, _ priority: Priority) {
        quotaBytes[priority.rawValue] -= byteCount
    }

    mutating func next() -> StreamID? {
        for index in queues.indices where !queues[index].isEmpty && quotaBytes[index] > 0 {
            return queues[index].popFirst()
        }
        guard !isEmpty else { return nil }
        quotaBytes = Priority.allCases.map(\.quotaBytes)
        return next()
    }
}
