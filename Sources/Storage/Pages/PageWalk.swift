/// A walk over trees of pages that believes nothing it reads.
///
/// It notes which pages it has seen, and what is wrong with them; where a page is wrong, it goes on
/// beside it.
struct PageWalk {
    /// How the keys of a tree are sorted.
    enum KeyOrder { case bytes, numbers }

    /// An entry of a leaf, by where its parts lie in the file.
    struct Entry {
        let page: UInt64
        let key: Range<Int>
        let value: Range<Int>
        let isTree: Bool
        /// The value has pages of its own.
        let isBig: Bool
    }

    /// Faults that are kept; more add nothing to the verdict.
    static let faultLimit = 64

    let pageBytes: Int
    /// Pages of the snapshot that is walked.
    let pageCount: UInt64
    private var seen: [UInt64]
    private(set) var seenCount: UInt64 = 0
    private(set) var faults: [PageFault] = []

    init(pageBytes: Int, pageCount: UInt64) {
        self.pageBytes = pageBytes
        self.pageCount = pageCount
        seen = [UInt64](repeating: 0, count: Int(pageCount / 64 + 1))
    }

    mutating func note(_ page: UInt64, _ reason: PageFault.Reason) {
        if faults.count < Self.faultLimit { faults.append(PageFault(page: page, reason: reason)) }
    }

    /// Takes a page for one place.
    ///
    /// - Returns: Whether it is in the file and belongs to no other place.
    mutating func take(_ page: UInt64) -> Bool {
        guard page >= PageForm.firstPage, page < pageCount else {
            note(page, .beyondEnd)
            return false
        }
        let (word, bit) = (Int(page / 64), UInt64(1) << (page % 64))
        guard seen[word] & bit == 0 else {
            note(page, .usedTwice)
            return false
        }
        seen[word] |= bit
        seenCount += 1
        return true
    }

    /// The lowest page that belongs to no place.
    var firstUnused: UInt64? {
        (PageForm.firstPage..<pageCount).first { seen[Int($0 / 64)] & 1 << ($0 % 64) == 0 }
    }

    /// Visits every entry of a tree in order.
    mutating func walk(
        _ tree: PageTree, _ order: KeyOrder, _ bytes: Span<UInt8>,
        _ visit: (inout PageWalk, Entry) -> Void
    ) {
        guard tree.root != PageForm.noPage else {
            if tree.entryCount != 0 { note(0, .entryCount) }
            if tree.depth != 0 { note(0, .depth) }
            return
        }
        guard (1...PageForm.depthLimit).contains(tree.depth) else {
            return note(tree.root, .depth)
        }
        var descent = Descent(order: order, leafLevel: tree.depth)
        walk(tree.root, level: 1, above: nil, below: nil, &descent, bytes, visit)
        if descent.entryCount != tree.entryCount { note(tree.root, .entryCount) }
    }

    /// What a walk over one tree carries along.
    private struct Descent {
        let order: KeyOrder
        let leafLevel: Int
        var entryCount: UInt64 = 0
    }

    /// Visits a page and all below it: `lower` is where the key lies that no key here is below, `upper`
    /// where the key lies that all keys here are below.
    private mutating func walk(
        _ page: UInt64, level: Int, above lower: Range<Int>?, below upper: Range<Int>?,
        _ descent: inout Descent, _ bytes: Span<UInt8>,
        _ visit: (inout PageWalk, Entry) -> Void
    ) {
        guard take(page) else { return }
        let start = Int(page) * pageBytes
        let isLeaf = level == descent.leafLevel
        guard bytes.number(at: start, byteCount: 8) == page else { return note(page, .number) }
        guard
            bytes.number(at: start + 10, byteCount: 2)
                == (isLeaf ? PageForm.Kind.leaf : PageForm.Kind.branch)
        else { return note(page, .kind) }
        guard let nodes = nodes(of: start, bytes) else { return note(page, .bounds) }
        guard
            isSorted(nodes, isLeaf: isLeaf, above: lower, below: upper, descent.order, bytes)
        else { return note(page, .order) }
        for (index, node) in nodes.enumerated() {
            guard isLeaf else {
                let child =
                    bytes.number(at: node.start, byteCount: 4)
                    | bytes.number(at: node.start + 4, byteCount: 2) << 32
                walk(
                    child, level: level + 1, above: index == 0 ? lower : node.key,
                    below: index + 1 < nodes.count ? nodes[index + 1].key : upper, &descent,
                    bytes, visit)
                continue
            }
            descent.entryCount += 1
            if let entry = entry(node, on: page, start, bytes) { visit(&self, entry) }
        }
    }

    private struct Node {
        let start: Int
        let key: Range<Int>
    }

    /// The entries of a page; `nil` when one lies outside it.
    private func nodes(of start: Int, _ bytes: Span<UInt8>) -> [Node]? {
        let lower = Int(bytes.number(at: start + 12, byteCount: 2))
        let upper = Int(bytes.number(at: start + 14, byteCount: 2))
        guard lower > PageForm.headerByteCount, lower % 2 == 0, lower <= upper,
            upper <= pageBytes
        else { return nil }
        var nodes: [Node] = []
        nodes.reserveCapacity((lower - PageForm.headerByteCount) / 2)
        for pointer in stride(from: PageForm.headerByteCount, to: lower, by: 2) {
            let offset = Int(bytes.number(at: start + pointer, byteCount: 2))
            guard offset >= upper, offset % 2 == 0,
                offset + PageForm.nodeByteCount <= pageBytes
            else { return nil }
            let keyStart = offset + PageForm.nodeByteCount
            let keyCount = Int(bytes.number(at: start + offset + 6, byteCount: 2))
            guard keyStart + keyCount <= pageBytes else { return nil }
            nodes.append(
                Node(
                    start: start + offset,
                    key: start + keyStart..<start + keyStart + keyCount))
        }
        return nodes
    }

    private func isSorted(
        _ nodes: [Node], isLeaf: Bool, above lower: Range<Int>?, below upper: Range<Int>?,
        _ order: KeyOrder, _ bytes: Span<UInt8>
    ) -> Bool {
        // The first key of a branch stands for everything below the second, and is empty.
        let keys = (isLeaf ? nodes[...] : nodes.dropFirst()).map(\.key)
        if order == .numbers, keys.contains(where: { $0.count != 8 }) { return false }
        guard let first = keys.first, let last = keys.last else { return true }
        if let lower, Self.isBelow(first, lower, order, bytes) { return false }
        if let upper, !Self.isBelow(last, upper, order, bytes) { return false }
        return zip(keys, keys.dropFirst()).allSatisfy { Self.isBelow($0, $1, order, bytes) }
    }

    private static func isBelow(
        _ left: Range<Int>, _ right: Range<Int>, _ order: KeyOrder, _ bytes: Span<UInt8>
    ) -> Bool {
        switch order {
        case .numbers:
            guard left.count == 8, right.count == 8 else { return false }
            return bytes.number(at: left.lowerBound, byteCount: 8)
                < bytes.number(at: right.lowerBound, byteCount: 8)
        case .bytes:
            for index in 0..<min(left.count, right.count) {
                let (one, other) = (
                    bytes[left.lowerBound + index], bytes[right.lowerBound + index]
                )
                if one != other { return one < other }
            }
            return left.count < right.count
        }
    }

    /// The parts of a leaf's entry; its own pages are taken.
    private mutating func entry(
        _ node: Node, on page: UInt64, _ pageStart: Int, _ bytes: Span<UInt8>
    ) -> Entry? {
        let count = Int(bytes.number(at: node.start, byteCount: 4))
        let flags = bytes.number(at: node.start + 4, byteCount: 2)
        let start = node.key.upperBound
        let end = pageStart + pageBytes
        switch flags {
        case 0, PageForm.NodeFlag.isTree:
            guard start + count <= end else {
                note(page, .bounds)
                return nil
            }
            return Entry(
                page: page, key: node.key, value: start..<start + count,
                isTree: flags != 0, isBig: false)
        case PageForm.NodeFlag.isBig:
            guard start + 8 <= end else {
                note(page, .bounds)
                return nil
            }
            let first = bytes.number(at: start, byteCount: 8)
            guard takeOverflow(first, byteCount: count, bytes) else { return nil }
            let value = Int(first) * pageBytes + PageForm.headerByteCount
            return Entry(
                page: page, key: node.key, value: value..<value + count, isTree: false,
                isBig: true)
        default:
            note(page, .kind)
            return nil
        }
    }

    /// Takes the pages of a value that has pages of its own.
    private mutating func takeOverflow(
        _ first: UInt64, byteCount: Int, _ bytes: Span<UInt8>
    ) -> Bool {
        guard first >= PageForm.firstPage, first < pageCount else {
            note(first, .beyondEnd)
            return false
        }
        let start = Int(first) * pageBytes
        guard bytes.number(at: start, byteCount: 8) == first else {
            note(first, .number)
            return false
        }
        guard bytes.number(at: start + 10, byteCount: 2) == PageForm.Kind.overflow else {
            note(first, .kind)
            return false
        }
        let count = bytes.number(at: start + 12, byteCount: 4)
        guard count >= PageForm.overflowCount(byteCount, pageBytes: pageBytes),
            count <= pageCount - first
        else {
            note(first, .bounds)
            return false
        }
        var isWhole = true
        for page in first..<first + count where !take(page) { isWhole = false }
        return isWhole
    }
}
