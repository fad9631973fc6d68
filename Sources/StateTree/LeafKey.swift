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
        var input = InlineArray<33, UInt8>(repeating: kind)
        let bytes = id.bytes
        for index in 0..<32 { input[index &+ 1] = bytes[index] }
        self.init(Digest(hashing: input.span, in: .key).bytes)
    }

    /// Keys are hashes, which nobody can choose: eight of their bytes tell them apart in a table.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        for byte in 0..<8 { word |= UInt64(bytes[byte]) << UInt64(8 &* byte) }
        hasher.combine(word)
    }

    /// The first eight bytes as a number, which sorts as the keys do.
    package var prefix: UInt64 { word(0) }

    /// The depth at which two paths part.
    ///
    /// - Precondition: the keys differ.
    func fork(from other: LeafKey) -> Int {
        for start in stride(from: 0, to: 32, by: 8) {
            let difference = word(start) ^ other.word(start)
            if difference != 0 { return 8 * start + difference.leadingZeroBitCount }
        }
        preconditionFailure("a key has one path")
    }

    /// Eight bytes as a number, the first byte highest.
    @inline(__always)
    private func word(_ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for byte in 0..<8 { word = word << 8 | UInt64(bytes[start &+ byte]) }
        return word
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
    public static let valueByteLimit = 40_960

    /// What the tree commits to for one leaf: `H(key ‖ value)` (rule S2).
    public static func leafHash(_ key: LeafKey, value: [UInt8]) -> Digest {
        // Most values fill one block of the hash function together with their key.
        guard value.count <= 96 else {
            var long: [UInt8] = []
            long.reserveCapacity(32 + value.count)
            key.append(to: &long)
            long.append(contentsOf: value)
            return Digest(hashing: long.span, in: .leaf)
        }
        var input = InlineArray<128, UInt8>(repeating: 0)
        for index in 0..<32 { input[index] = key.bytes[index] }
        for index in 0..<value.count { input[index &+ 32] = value[index] }
        return Digest(hashing: input.span.extracting(0..<value.count + 32), in: .leaf)
    }
}
