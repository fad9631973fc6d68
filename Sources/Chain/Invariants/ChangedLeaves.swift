public import Ledger
public import StateTree

/// Leaves after a block: its changes over the leaves before it, which are not copied.
public struct ChangedLeaves: LeafSource {
    private let before: MemoryLeaves
    private let changes: [LeafKey: LeafUpdate]

    init(_ updates: [LeafUpdate], over before: MemoryLeaves) {
        self.before = before
        changes = Dictionary(updates.map { ($0.key, $0) }) { _, later in later }
    }

    public func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? {
        if let change = changes[key] { return change.value }
        return try before.leaf(key)
    }

    /// All leaves, in ascending order of key.
    public var sorted: [(key: LeafKey, value: [UInt8])] {
        var leaves = before
        leaves.apply(Array(changes.values))
        return leaves.sorted
    }
}
