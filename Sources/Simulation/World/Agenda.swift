/// What is still to happen, earliest first.
///
/// A binary heap ordered by time and then by the order of scheduling, so that nothing depends on
/// how the heap happens to lie in memory.
struct Agenda<Item: Sendable>: Sendable {
    /// What the heap moves about; the items stay where they are.
    private struct Entry: Sendable {
        let nanoseconds: UInt64
        let number: UInt64
        let place: Int

        func isBefore(_ other: Entry) -> Bool {
            nanoseconds != other.nanoseconds
                ? nanoseconds < other.nanoseconds : number < other.number
        }
    }

    private var heap: [Entry] = []
    private var items: [Item?] = []
    private var freePlaces: [Int] = []
    private var scheduledCount: UInt64 = 0

    init() {}

    var count: Int { heap.count }

    /// Notes an item for a virtual time, counted from the start of the run.
    mutating func schedule(_ item: Item, at nanoseconds: UInt64) {
        scheduledCount += 1
        let place: Int
        if let free = freePlaces.popLast() {
            place = free
            items[place] = item
        } else {
            place = items.count
            items.append(item)
        }
        let entry = Entry(nanoseconds: nanoseconds, number: scheduledCount, place: place)
        heap.append(entry)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    /// Virtual time of the next item.
    var nextTime: UInt64? { heap.first?.nanoseconds }

    mutating func next() -> (nanoseconds: UInt64, item: Item)? {
        guard let first = heap.first, let item = items[first.place].take() else { return nil }
        freePlaces.append(first.place)
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last) }
        return (first.nanoseconds, item)
    }

    /// Puts an entry into the heap whose top is free.
    private mutating func sink(_ entry: Entry) {
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { break }
            let right = left + 1
            let child = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
            guard heap[child].isBefore(entry) else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = entry
    }
}
