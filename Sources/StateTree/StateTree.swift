public import Primitives

/// A map from keys to leaf hashes with one root hash.
///
/// It is a compressed binary sparse Merkle tree. The root depends on the leaves alone, never on the
/// order of changes. A copy costs nothing and shares all nodes, so that each block that is not final
/// yet keeps a tree of its own.
///
/// - Source: design R9, `consensus.md` 3.2, rules S1 to S5.
public struct StateTree: Sendable {
    private var top: TreeNode
    /// Leaves in the tree.
    public private(set) var count: Int

    /// The empty tree; its root is ``Digest/zero``.
    public init() {
        top = .empty
        count = 0
    }

    /// Builds a tree at once.
    ///
    /// - Precondition: the leaves are in ascending order of key, each key once.
    public init(sorted leaves: [Leaf]) {
        precondition(leaves.isAscending { $0.key }, "leaves are sorted by key, each key once")
        top = TreeNode(leaves.span, depth: 0)
        count = leaves.count
    }

    /// The hash over all leaves.
    public var root: Digest { top.hash }

    /// Makes all changes; removing a leaf that is not there changes nothing.
    ///
    /// - Precondition: the changes are in ascending order of key, each key once.
    public mutating func apply(_ changes: [LeafChange]) {
        precondition(changes.isAscending { $0.key }, "changes are sorted by key, each key once")
        var added = 0
        top = top.applying(changes.span, depth: 0, added: &added)
        count += added
    }

    /// The tree with the changes made, and this one as it was.
    public func applying(_ changes: [LeafChange]) -> StateTree {
        var copy = self
        copy.apply(changes)
        return copy
    }

    /// The hash of a leaf, or `nil` when the tree has none with this key.
    public subscript(key: LeafKey) -> Digest? { top.find(key, depth: 0) }

    /// Visits every leaf in ascending order of key.
    public func forEachLeaf<Failure: Error>(
        _ visit: (Leaf) throws(Failure) -> Void
    ) throws(Failure) {
        try Self.walk(top, visit)
    }

    private static func walk<Failure: Error>(
        _ node: TreeNode, _ visit: (Leaf) throws(Failure) -> Void
    ) throws(Failure) {
        switch node.body {
        case .bucket(let bucket):
            for index in 0..<bucket.count { try visit(bucket[index]) }
        case .branch(let branch):
            try walk(branch.left, visit)
            try walk(branch.right, visit)
        }
    }

    /// Follows a key from the root: the hashes beside the path, and the leaf at its end.
    func path(to key: LeafKey) -> (siblings: [Digest], end: Leaf?) {
        var node = top
        var siblings: [Digest] = []
        while case .branch(let branch) = node.body {
            let right = key.turnsRight(at: siblings.count)
            siblings.append(right ? branch.left.hash : branch.right.hash)
            node = right ? branch.right : branch.left
        }
        guard case .bucket(let last) = node.body else { return (siblings, nil) }
        let bucket = last.leaves
        var range = bucket.indices
        while range.count > 1 {
            let depth = siblings.count
            let middle =
                range.lowerBound + bucket.span.extracting(range).firstRight(at: depth)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            let turn = key.turnsRight(at: depth)
            let other = bucket.span.extracting(turn ? left : right)
            siblings.append(TreeNode.hash(of: other, depth: depth + 1))
            range = turn ? right : left
        }
        return (siblings, range.isEmpty ? nil : bucket[range.lowerBound])
    }
}

extension Array {
    fileprivate func isAscending(by key: (Element) -> LeafKey) -> Bool {
        guard count > 1 else { return true }
        for index in 1..<count where !(key(self[index - 1]) < key(self[index])) { return false }
        return true
    }
}
