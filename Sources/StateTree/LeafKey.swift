public import Primitives
public import Wire

/// The place of a leaf in the tree: the hash of what the leaf is about.
///
/// - Shape: 32 bytes; the path from the root is its bits, highest bit of the first byte first.
/// - Source: rule S1.
@frozen
public struct LeafKey: Bytes32 {
    /// Bits of a key, and so the most branches between the root and a leaf.
    public static let bitCount = 256

    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// Hashes `kind ‖ id`; two kinds of leaf never share a key.
    public init(kind: UInt8, id: [UInt8]) {
        var input: [UInt8] = []
        input.reserveCapacity(id.count + 1)
        input.append(kind)
        input.append(contentsOf: id)
        self.init(Digest(hashing: input, in: .key).bytes)
    }

    public init(kind: UInt8, id: some Bytes32) {
        let input = InlineArray<33, UInt8> { $0 == 0 ? kind : id.bytes[$0 - 1] }
        self.init(Digest(hashing: input.span, in: .key).bytes)
    }

    /// Whether the path turns right at this depth.
    @inline(__always)
    func turnsRight(at depth: Int) -> Bool {
        bytes[depth >> 3] & (0x80 >> UInt8(depth & 7)) != 0
    }
}

/// A leaf as the tree holds it: its value is kept elsewhere.
public struct Leaf: Hashable, Sendable {
    public let key: LeafKey
    /// ``StateTree/leafHash(_:value:)`` of key and value.
    public let hash: Digest

    public init(key: LeafKey, hash: Digest) {
        self.key = key
        self.hash = hash
    }
}

/// What happens to one leaf.
public struct LeafChange: Hashable, Sendable {
    public let key: LeafKey
    /// The new hash; `nil` removes the leaf.
    public let hash: Digest?

    public init(key: LeafKey, hash: Digest?) {
        self.key = key
        self.hash = hash
    }

    /// The change that stores a value, or removes it.
    public init(key: LeafKey, value: [UInt8]?) {
        self.init(key: key, hash: value.map { StateTree.leafHash(key, value: $0) })
    }
}

extension StateTree {
    /// The longest value of a leaf that a proof can carry.
    ///
    /// - Unit: bytes.
    public static let valueByteLimit = 32_768

    /// What the tree commits to for one leaf: `H(key ‖ value)` (rule S2).
    public static func leafHash(_ key: LeafKey, value: [UInt8]) -> Digest {
        var input: [UInt8] = []
        input.reserveCapacity(value.count + 32)
        key.append(to: &input)
        input.append(contentsOf: value)
        return Digest(hashing: input, in: .leaf)
    }
}
