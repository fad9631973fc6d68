import Primitives
import StateTree
import Wire

extension LeafKey {
    static func numbered(_ number: UInt64) -> LeafKey {
        LeafKey(kind: 1, id: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    func bit(_ index: Int) -> Bool { bytes[index / 8] & (1 << UInt8(7 - index % 8)) != 0 }

    /// The key with one bit turned over.
    func flipping(_ index: Int) -> LeafKey {
        var bytes = bytes
        bytes[index / 8] ^= 1 << UInt8(7 - index % 8)
        return LeafKey(bytes)
    }
}

/// The state as a dictionary; every root is computed anew from the definition.
struct Model {
    var values: [LeafKey: [UInt8]] = [:]

    var root: Digest {
        Self.root(of: values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, depth: 0)
    }

    private static func root(of leaves: [(LeafKey, [UInt8])], depth: Int) -> Digest {
        if leaves.isEmpty { return Digest(FixedBytes(repeating: 0)) }
        if leaves.count == 1 {
            return Digest(hashing: leaves[0].0.bytes.array + leaves[0].1, in: .leaf)
        }
        let left = root(of: leaves.filter { !$0.0.bit(depth) }, depth: depth + 1)
        let right = root(of: leaves.filter { $0.0.bit(depth) }, depth: depth + 1)
        return Digest(hashing: left.bytes.array + right.bytes.array, in: .node)
    }

    mutating func apply(_ changes: [LeafKey: [UInt8]?]) {
        for (key, value) in changes { values[key] = value }
    }

    var tree: StateTree {
        StateTree(
            sorted: values.sorted { $0.key < $1.key }.map {
                Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
            })
    }
}

extension StateTree {
    mutating func apply(_ changes: [LeafKey: [UInt8]?]) {
        apply(
            changes.sorted { $0.key < $1.key }.map { LeafChange(key: $0.key, value: $0.value) })
    }
}

/// Fields as a stranger may write them, canonical or not.
enum WireForm {
    static func bytes(_ field: UInt8, _ content: [UInt8]) -> [UInt8] {
        [field << 3 | 2] + varint(UInt64(content.count)) + content
    }

    static func number(_ field: UInt8, _ number: UInt64) -> [UInt8] {
        [field << 3] + varint(number)
    }

    private static func varint(_ number: UInt64) -> [UInt8] {
        number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7f) | 0x80] + varint(number >> 7)
    }
}
