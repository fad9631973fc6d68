import Primitives

/// A subtree: its hash, and what is below it.
///
/// Nodes never change. A new version of the tree shares every node that it does not touch with the
/// old one, so a copy costs nothing and an old version stays as it was.
struct TreeNode: Sendable {
    enum Body: Sendable {
        /// At most ``Bucket/limit`` leaves; none in an empty subtree.
        case bucket(Bucket)
        /// More than ``Bucket/limit`` leaves.
        case branch(Branch)
    }

    final class Branch: Sendable {
        let left: TreeNode
        let right: TreeNode

        init(left: TreeNode, right: TreeNode) {
            self.left = left
            self.right = right
        }

        /// The leaf with this key below this node; the branch at a depth holds its bit.
        ///
        /// A method of the branch, so that a walk counts no references on its way down.
        func find(_ key: LeafKey, depth: Int) -> Digest? {
            key.turnsRight(at: depth)
                ? right.find(key, depth: depth + 1) : left.find(key, depth: depth + 1)
        }
    }

    /// The hash of a leaf of this subtree.
    @inline(__always)
    func find(_ key: LeafKey, depth: Int) -> Digest? {
        switch body {
        case .branch(let branch): branch.find(key, depth: depth)
        case .bucket(let bucket): bucket.find(key)
        }
    }

    static let empty = TreeNode(hash: .zero, body: .bucket(.empty))

    let hash: Digest
    let body: Body

    private init(hash: Digest, body: Body) {
        self.hash = hash
        self.body = body
    }

    /// Builds the subtree at a depth from sorted leaves that share the path to it.
    init(_ leaves: Span<Leaf>, depth: Int) {
        if leaves.count <= Bucket.limit {
            var bucket = Bucket(leaves)
            let hash = bucket.hash(depth: depth)
            self.init(hash: hash, body: .bucket(bucket))
        } else {
            let middle = leaves.firstRight(at: depth)
            self.init(
                left: TreeNode(leaves.extracting(..<middle), depth: depth + 1),
                right: TreeNode(leaves.extracting(middle...), depth: depth + 1))
        }
    }

    /// Joins two subtrees with more leaves together than a bucket holds.
    private init(left: TreeNode, right: TreeNode) {
        self.init(
            hash: Digest.joining(left.hash, right.hash, in: .node),
            body: .branch(Branch(left: left, right: right)))
    }

    /// Joins two subtrees, as a bucket when they are small enough.
    private init(joining left: TreeNode, _ right: TreeNode) {
        guard case .bucket(let first) = left.body, case .bucket(let second) = right.body,
            first.count + second.count <= Bucket.limit
        else {
            self.init(left: left, right: right)
            return
        }
        let count = first.count + second.count
        guard count > 1 else {
            self = first.count > 0 ? left : right
            return
        }
        let hash = Digest.joining(left.hash, right.hash, in: .node)
        self.init(hash: hash, body: .bucket(Bucket(first, second, hash: hash)))
    }

    /// The hash of sorted leaves that share the path to a depth (rule S3).
    static func hash(of leaves: Span<Leaf>, depth: Int) -> Digest {
        guard leaves.count > 1 else { return leaves.isEmpty ? .zero : leaves[0].hash }
        let middle = leaves.firstRight(at: depth)
        return Digest.joining(
            hash(of: leaves.extracting(..<middle), depth: depth + 1),
            hash(of: leaves.extracting(middle...), depth: depth + 1), in: .node)
    }

    /// The subtree with sorted, distinct changes made; each node is hashed once.
    func applying(
        _ changes: Span<LeafChange>, depth: Int, added: inout Int
    ) -> TreeNode {
        guard !changes.isEmpty else { return self }
        switch body {
        case .bucket(let bucket):
            var updated = bucket
            if let changed = updated.update(changes) {
                let hash = updated.hash(depth: depth, changed: changed)
                return TreeNode(hash: hash, body: .bucket(updated))
            }
            let merged = Self.merge(bucket.leaves, changes)
            added += merged.count - bucket.count
            return TreeNode(merged.span, depth: depth)
        case .branch(let branch):
            let middle = changes.firstRight(at: depth)
            return TreeNode(
                joining: branch.left.applying(
                    changes.extracting(..<middle), depth: depth + 1, added: &added),
                branch.right.applying(
                    changes.extracting(middle...), depth: depth + 1, added: &added))
        }
    }

    private static func merge(_ leaves: [Leaf], _ changes: Span<LeafChange>) -> [Leaf] {
        var merged: [Leaf] = []
        merged.reserveCapacity(leaves.count + changes.count)
        var index = 0
        for place in changes.indices {
            let change = changes[place]
            while index < leaves.count, leaves[index].key < change.key {
                merged.append(leaves[index])
                index += 1
            }
            if index < leaves.count, leaves[index].key == change.key { index += 1 }
            if let hash = change.hash { merged.append(Leaf(key: change.key, hash: hash)) }
        }
        merged.append(contentsOf: leaves[index...])
        return merged
    }
}

/// What stands at a place of the tree.
protocol Keyed {
    var key: LeafKey { get }
}

extension Leaf: Keyed {}
extension LeafChange: Keyed {}

extension Span where Element: Keyed {
    /// The first element whose key turns right at a depth, by binary search; the elements are sorted
    /// by key and share the path to the depth.
    @inline(__always)
    func firstRight(at depth: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].key.turnsRight(at: depth) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
