public import StateTree

/// Why a leaf could not be read: a fault of this node, never of a transaction.
public enum SourceError: Error, Equatable, Sendable {
    /// The store failed, in the store's own words.
    case unavailable(String)
    /// The bytes of the leaf are not a value of its kind.
    case corrupt(LeafKey)
}

/// Reads the values of leaves as they were after some block.
public protocol LeafSource: Sendable {
    /// The value, or `nil` when the leaf is absent.
    ///
    /// - Throws: ``SourceError`` when it cannot be told.
    func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]?

    /// What this node itself computed and still has in memory; it needs no comparison with the tree, as
    /// what was read from a disk does.
    func known(_ key: LeafKey) -> KnownLeaf
}

/// What a source tells of a leaf without reading it.
public enum KnownLeaf: Sendable {
    case present([UInt8])
    case absent
    case unread
}

extension LeafSource {
    public func known(_ key: LeafKey) -> KnownLeaf { .unread }
}

/// Leaves in memory.
public struct MemoryLeaves: LeafSource {
    private var values: [LeafKey: [UInt8]] = [:]

    public init() {}

    public init(_ updates: [LeafUpdate]) { apply(updates) }

    public var count: Int { values.count }

    public func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? { values[key] }

    public mutating func apply(_ updates: [LeafUpdate]) {
        for update in updates { values[update.key] = update.value }
    }

    /// All leaves, in ascending order of key.
    public var sorted: [(key: LeafKey, value: [UInt8])] {
        values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    }
}
