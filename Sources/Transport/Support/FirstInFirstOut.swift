/// A queue; taking from the front is as cheap as adding to the end.
package struct FirstInFirstOut<Element> {
    private var storage: [Element?] = []
    private var start = 0

    package init() {}

    package var count: Int { storage.count - start }
    package var isEmpty: Bool { count == 0 }
    package var first: Element? { isEmpty ? nil : storage[start] }

    package mutating func append(_ element: Element) { storage.append(element) }

    package mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = storage[start]
        storage[start] = nil
        start += 1
        if start == storage.count {
            storage.removeAll(keepingCapacity: storage.count <= 64)
            start = 0
        } else if start > 64 && start > storage.count / 2 {
            storage.removeFirst(start)
            start = 0
        }
        return element
    }

    /// Takes out the first element that fits the condition.
    package mutating func remove(firstWhere condition: (Element) -> Bool) -> Element? {
        for index in start..<storage.count {
            if let element = storage[index], condition(element) {
                if index == start { return popFirst() }
                storage.remove(at: index)
                return element
            }
        }
        return nil
    }

    package mutating func removeAll() {
        storage = []
        start = 0
    }
}
