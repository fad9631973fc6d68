import Primitives
import Wire

/// The leaves of a small subtree, and the hashes between them.
///
/// Everything lies in one array: the keys in ascending order, then the hashes of the leaves, then the
/// joints. A look-up touches the keys alone. The joint of a leaf is the hash of the node that parts it
/// from the leaf before, as the node above takes it; so a change of one leaf hashes what is above that
/// leaf, and nothing beside it.
struct Bucket: Sendable {
    /// Only memory and time depend on it; the root does not.
    static let limit = 8

    private var digests: [Digest]

    static let empty = Bucket()

    private init() { digests = [] }

    /// Takes sorted leaves; the joints are there once ``hash(depth:changed:)`` was asked for all.
    init(_ leaves: Span<Leaf>) {
        precondition(leaves.count <= Self.limit, "a bucket holds at most eight leaves")
        digests = []
        digests.reserveCapacity(3 * leaves.count)
        for index in leaves.indices { digests.append(Digest(leaves[index].key.bytes)) }
        for index in leaves.indices { digests.append(leaves[index].hash) }
        for _ in leaves.indices { digests.append(.zero) }
    }

    /// Puts two neighbours together; `hash` is that of the node above them.
    init(_ left: Bucket, _ right: Bucket, hash: Digest) {
        let (first, second) = (left.count, right.count)
        guard first > 0, second > 0 else {
            self = first > 0 ? left : right
            if count > 1 { setJoint(of: split(0..<count).middle, to: hash) }
            return
        }
        digests = []
        digests.reserveCapacity(3 * (first + second))
        for part in 0..<3 {
            digests.append(contentsOf: left.digests[part * first..<(part + 1) * first])
            digests.append(contentsOf: right.digests[part * second..<(part + 1) * second])
        }
        setJoint(of: first, to: hash)
    }

    var count: Int { digests.count / 3 }

    subscript(index: Int) -> Leaf {
        Leaf(key: key(index), hash: digests[count + index])
    }

    var leaves: [Leaf] { (0..<count).map { self[$0] } }

    @inline(__always)
    private func key(_ index: Int) -> LeafKey { LeafKey(digests[index].bytes) }

    private mutating func setJoint(of index: Int, to hash: Digest) {
        digests[2 * count + index] = hash
    }

    private func place(of key: LeafKey) -> Int? {
        for index in 0..<count where digests[index].bytes == key.bytes { return index }
        return nil
    }

    /// The hash of a leaf.
    func find(_ key: LeafKey) -> Digest? {
        place(of: key).map { digests[count + $0] }
    }

    /// Sets new hashes of leaves that are there.
    ///
    /// - Returns: A bit for each leaf that changed; `nil`, with nothing of use left in the bucket,
    ///   when a leaf comes or goes.
    mutating func update(_ changes: Span<LeafChange>) -> UInt8? {
        guard changes.count <= count else { return nil }
        var changed: UInt8 = 0
        for index in changes.indices {
            guard let hash = changes[index].hash, let place = place(of: changes[index].key) else {
                return nil
            }
            digests[count + place] = hash
            changed |= 1 << UInt8(place)
        }
        return changed
    }

    /// The hash of the subtree at a depth (rule S3); only what is above changed leaves is hashed.
    mutating func hash(depth: Int, changed: UInt8 = .max) -> Digest {
        count == 0 ? .zero : hash(of: 0..<count, depth: depth, changed)
    }

    private mutating func hash(of range: Range<Int>, depth: Int, _ changed: UInt8) -> Digest {
        guard range.count > 1 else { return digests[count + range.lowerBound] }
        let (middle, fork) = split(range)
        let marks = UInt8(truncatingIfNeeded: (1 << range.upperBound) - (1 << range.lowerBound))
        guard changed & marks != 0 else { return digests[2 * count + middle] }
        let left = hash(of: range.lowerBound..<middle, depth: fork + 1, changed)
        let right = hash(of: middle..<range.upperBound, depth: fork + 1, changed)
        var hash = Digest.joining(left, right, in: .node)
        // Above the fork all leaves turn the same way, and nothing is on the other side.
        let path = key(range.lowerBound)
        for level in stride(from: fork - 1, through: depth, by: -1) {
            hash =
                path.turnsRight(at: level)
                ? Digest.joining(.zero, hash, in: .node) : Digest.joining(hash, .zero, in: .node)
        }
        setJoint(of: middle, to: hash)
        return hash
    }

    /// The first leaf of a range that turns right where its leaves part, and the depth of that.
    private func split(_ range: Range<Int>) -> (middle: Int, depth: Int) {
        let fork = key(range.lowerBound).fork(from: key(range.upperBound - 1))
        var middle = range.lowerBound + 1
        while !key(middle).turnsRight(at: fork) { middle += 1 }
        return (middle, fork)
    }
}
