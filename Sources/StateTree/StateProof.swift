public import Primitives
public import Wire

/// Evidence of what the tree holds at one key: a value, or nothing.
///
/// It says nothing by itself; ``StateVerifier`` compares it with a root.
///
/// - Source: rules S6 to S9; `Proto/state_tree.proto`.
public struct StateProof: Hashable, Sendable {
    /// What stands at the end of the path.
    public enum End: Hashable, Sendable {
        /// The key's own leaf.
        case value([UInt8])
        /// The leaf of another key with the same first bits.
        case other(LeafKey, value: [UInt8])
        /// No leaf at all.
        case empty
    }

    public let key: LeafKey
    public let end: End
    /// Branches between the root and the end of the path.
    public let depth: Int
    /// One bit for each branch, from the root down; 1 when the hash beside the path is not zero.
    public let bitmap: [UInt8]
    /// The hashes beside the path that are not zero, from the root down.
    public let siblings: [Digest]

    /// Packs the hashes beside a path.
    public init(key: LeafKey, end: End, path: [Digest]) {
        self.key = key
        self.end = end
        depth = path.count
        var bitmap = [UInt8](repeating: 0, count: (path.count + 7) / 8)
        for (depth, sibling) in path.enumerated() where sibling != .zero {
            bitmap[depth / 8] |= 0x80 >> UInt8(depth % 8)
        }
        self.bitmap = bitmap
        siblings = path.filter { $0 != .zero }
    }
}

extension StateTree {
    /// Proves what the tree holds at a key.
    ///
    /// - Parameters:
    ///   - key: A key that the tree holds, or does not hold.
    ///   - value: Finds the value of a leaf that the tree holds.
    /// - Returns: `nil` when `value` finds nothing; values and tree are then not of the same version.
    /// - Throws: What `value` throws.
    public func proof<Failure: Error>(
        of key: LeafKey, value: (LeafKey) throws(Failure) -> [UInt8]?
    ) throws(Failure) -> StateProof? {
        let (siblings, end) = path(to: key)
        guard let end else { return StateProof(key: key, end: .empty, path: siblings) }
        guard let value = try value(end.key) else { return nil }
        return StateProof(
            key: key, end: end.key == key ? .value(value) : .other(end.key, value: value),
            path: siblings)
    }
}

extension StateProof: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        let place = cursor.offset
        switch try cursor.optionalMessage(2, "leaf", as: EndLeaf.self, of: bytes) {
        case nil: end = .empty
        case let leaf? where leaf.key == nil: end = .value(leaf.value)
        case let leaf?:
            guard let other = leaf.key, other != key else {
                throw WireError(.invalid, at: place).inside("leaf")
            }
            end = .other(other, value: leaf.value)
        }
        let depth = try cursor.uint32(3, "depth", of: bytes)
        guard depth <= UInt32(LeafKey.bitCount) else {
            throw WireError(.outOfRange(UInt64(depth)), at: cursor.offset).inside("depth")
        }
        self.depth = Int(depth)
        let start = cursor.offset
        bitmap = try cursor.bytes(4, "bitmap", limit: LeafKey.bitCount / 8, of: bytes)
        guard bitmap.count == (self.depth + 7) / 8 else {
            throw WireError(
                .wrongSize(count: bitmap.count, expected: (self.depth + 7) / 8), at: start
            ).inside("bitmap")
        }
        siblings = try cursor.fixedList(5, "siblings", limit: LeafKey.bitCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        switch end {
        case .empty: break
        case .value(let value): writer.message(2, EndLeaf(key: nil, value: value))
        case .other(let key, let value): writer.message(2, EndLeaf(key: key, value: value))
        }
        writer.uint32(3, UInt32(clamping: depth))
        writer.bytes(4, bitmap)
        writer.fixedList(5, siblings)
    }
}

/// The leaf at the end of the path; without a key it is the leaf that was asked for.
private struct EndLeaf: WireCodable {
    let key: LeafKey?
    let value: [UInt8]

    init(key: LeafKey?, value: [UInt8]) {
        self.key = key
        self.value = value
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.optionalFixed(1, "key", of: bytes)
        value = try cursor.bytes(2, "value", limit: StateTree.valueByteLimit, of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.bytes(2, value)
    }
}
