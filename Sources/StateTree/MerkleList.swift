public import Primitives

/// One hash over a list of hashes, in order.
///
/// The count is part of the root, so that a list and the same list with its last items repeated
/// have different roots.
///
/// - Source: rules S10 and S11.
public enum MerkleList {
    public static func root(of items: [Digest]) -> Digest {
        var level = items
        while level.count > 1 { level = above(level) }
        return MerklePath.root(count: UInt64(items.count), top: level.first ?? .zero, in: .list)
    }

    /// Proves that an item stands at an index; `nil` for an index that the list does not have.
    public static func proof(of index: Int, in items: [Digest]) -> MerklePath? {
        MerkleLevels(items).proof(of: index)
    }

    /// Checks that the item stands at the path's index in the list with this root.
    ///
    /// - Throws: ``ProofError`` when the path does not show it.
    public static func verify(
        _ item: Digest, at path: MerklePath, root: Digest
    ) throws(ProofError) {
        let top = try path.top(from: item, in: .listNode)
        let found = MerklePath.root(count: path.count, top: top, in: .list)
        guard found == root else { throw .wrongRoot(found, expected: root) }
    }

    /// The level above: pairs are hashed, and a last one without a partner moves up as it is.
    fileprivate static func above(_ level: [Digest]) -> [Digest] {
        var next: [Digest] = []
        next.reserveCapacity((level.count + 1) / 2)
        for left in stride(from: 0, to: level.count, by: 2) {
            next.append(
                left + 1 < level.count
                    ? Digest.joining(level[left], level[left + 1], in: .listNode) : level[left])
        }
        return next
    }
}

/// Every level of the tree over one list, for whoever proves many of its items.
///
/// - Source: rules S10 and S11.
public struct MerkleLevels: Sendable {
    /// The items first; each further level has half as many hashes, rounded up.
    private let levels: [[Digest]]

    public init(_ items: [Digest]) {
        var levels = [items]
        while let level = levels.last, level.count > 1 { levels.append(MerkleList.above(level)) }
        self.levels = levels
    }

    /// Proves that an item stands at an index; `nil` for an index that the list does not have.
    public func proof(of index: Int) -> MerklePath? {
        guard levels[0].indices.contains(index) else { return nil }
        var place = index
        var siblings: [Digest] = []
        for level in levels.dropLast() {
            if place ^ 1 < level.count { siblings.append(level[place ^ 1]) }
            place /= 2
        }
        return MerklePath(
            index: UInt64(index), count: UInt64(levels[0].count), siblings: siblings)
    }
}
