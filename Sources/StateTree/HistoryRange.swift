public import Primitives
public import Wire

/// One hash over all headers so far, to which a header is added in constant memory.
///
/// It is a Merkle mountain range: full trees ("mountains") over runs of items, their tops from left
/// to right. The nodes that ``append(_:)`` returns make a list that only grows; who keeps that list
/// can prove any item under any later root.
///
/// - Source: design R10, rules S12 to S14.
public struct HistoryRange: Hashable, Sendable {
    /// Items so far.
    public private(set) var count: UInt64
    /// Tops of the mountains, the highest first: one for each bit of the count.
    public private(set) var peaks: [Digest]

    /// A history without items.
    public init() {
        count = 0
        peaks = []
    }

    /// Adds an item.
    ///
    /// - Returns: The nodes to keep, at positions from ``nodeCount`` before the call.
    @discardableResult
    public mutating func append(_ item: Digest) -> [Digest] {
        var nodes = [item]
        for _ in 0..<(~count).trailingZeroBitCount {
            nodes.append(
                Digest.joining(peaks.removeLast(), nodes[nodes.count - 1], in: .historyNode))
        }
        peaks.append(nodes[nodes.count - 1])
        count += 1
        return nodes
    }

    /// Nodes written so far.
    public var nodeCount: UInt64 { Self.position(ofItem: count) }

    /// What a header commits to.
    public var root: Digest {
        MerklePath.root(count: count, top: Self.bag(peaks[...]) ?? .zero, in: .history)
    }

    /// Joins mountains from the right.
    private static func bag(_ peaks: ArraySlice<Digest>) -> Digest? {
        guard var top = peaks.last else { return nil }
        for peak in peaks.dropLast().reversed() {
            top = Digest.joining(peak, top, in: .historyNode)
        }
        return top
    }

    // MARK: Proofs

    /// Where the node list holds an item.
    public static func position(ofItem index: UInt64) -> UInt64 {
        2 * index - UInt64(index.nonzeroBitCount)
    }

    /// Where the node list holds the tree of `2^level` items with this index on its level.
    static func position(level: UInt64, index: UInt64) -> UInt64 {
        position(ofItem: ((index + 1) << level) - 1) + level
    }

    /// Proves that an item is in the history of the first `count` items.
    ///
    /// - Parameters:
    ///   - index: The item, counted from 0.
    ///   - count: Items in the history that the root stands for; later ones do not matter.
    ///   - node: Reads the node list at a position.
    /// - Returns: `nil` for an item that is not in it, or when a node is not there.
    /// - Throws: What `node` throws.
    public static func proof<Failure: Error>(
        of index: UInt64, count: UInt64, node: (UInt64) throws(Failure) -> Digest?
    ) throws(Failure) -> MerklePath? {
        guard index < count, count < 1 << 62 else { return nil }
        var left: [Digest] = []
        var inside: [Digest] = []
        var right: [Digest] = []
        var start: UInt64 = 0
        for level in (0..<UInt64(62)).reversed() where count >> level & 1 == 1 {
            defer { start += 1 << level }
            guard index >= start, index - start < 1 << level else {
                guard let peak = try node(position(level: level, index: start >> level)) else {
                    return nil
                }
                if index < start { right.append(peak) } else { left.append(peak) }
                continue
            }
            for below in 0..<level {
                let place = position(level: below, index: index >> below ^ 1)
                guard let sibling = try node(place) else { return nil }
                inside.append(sibling)
            }
        }
        if let bag = bag(right[...]) { inside.append(bag) }
        return MerklePath(index: index, count: count, siblings: inside + left.reversed())
    }

    /// Checks that the item stands at the path's index in the history with this root.
    ///
    /// - Throws: ``ProofError`` when the path does not show it.
    public static func verify(
        _ item: Digest, at path: MerklePath, root: Digest
    ) throws(ProofError) {
        let top = try path.top(from: item, in: .historyNode)
        let found = MerklePath.root(count: path.count, top: top, in: .history)
        guard found == root else { throw .wrongRoot(found, expected: root) }
    }
}

extension HistoryRange: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        count = try cursor.uint64(1, "count", of: bytes)
        peaks = try cursor.fixedList(2, "peaks", limit: MerklePath.siblingLimit, of: bytes)
        guard peaks.count == count.nonzeroBitCount, count < 1 << 62 else {
            throw WireError(.invalid, at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, count)
        writer.fixedList(2, peaks)
    }
}
