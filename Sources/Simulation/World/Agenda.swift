/// What is still to happen, earliest first.
///
/// A binary heap ordered by time and then by the order of scheduling, so that nothing depends on
/// how the heap happens to lie in memory.
struct Agenda<Item: Sendable>: Sendable {
    private struct Entry: Sendable {
        let nanoseconds: UInt64
        let number: UInt64
        let item: Item

        func isBefore(_ other: Entry) -> Bool {
            (nanoseconds, number) < (other.nanoseconds, other.number)
        }
    }

    private var heap: [Entry] = []
    private var scheduledCount: UInt64 = 0

    init() {}

    var count: Int { heap.count }

    /// Notes an item for a virtual time, counted from the start of the run.
    mutating func schedule(_ item: Item, at nanoseconds: UInt64) {
        scheduledCount += 1
        heap.append(Entry(nanoseconds: nanoseconds, number: scheduledCount, item: item))
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].isBefore(heap[parent]) else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    /// Virtual time of the next item.
    var nextTime: UInt64? { heap.first?.nanoseconds }

    mutating func next() -> (nanoseconds: UInt64, item: Item)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.nanoseconds, first.item)
    }

    private mutating func sink() {
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
            guard heap[child].isBefore(heap[index]) else { return }
            heap.swapAt(index, child)
            index = child
        }
    }
}
