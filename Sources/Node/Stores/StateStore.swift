public import Primitives
public import StateTree
public import Storage
import Wire

/// Every table of the state environment.
///
/// Renaming a string here is a migration.
enum StateTables {
    static let leaves = Table<FixedBytes<32>, [UInt8]>("leaves")
    /// Journal entries by leaf and number.
    static let events = Table<KeyPair<FixedBytes<32>, UInt64>, JournalEntry>("events")
    static let transactions = Table<Digest, TransactionPlace>("transactions")
    /// Heights up to which the other tables are complete, by ``StateMark``.
    static let marks = Table<UInt8, UInt64>("marks")

    /// Evidence in final blocks, by height and place in the block.
    static let evidence = Table<KeyPair<UInt64, UInt64>, [UInt8]>("evidence")

    static let names = [
        leaves.name, events.name, transactions.name, evidence.name, marks.name,
    ]
}

private enum StateMark: UInt8 {
    case flushed = 1
    case indexed = 2
    /// Records of both indexes, so that one that is missing is noticed.
    case indexCount = 3
}

/// Leaves and indexes, written without waiting for the disk, and rebuilt from the chain whenever
/// in doubt (rule N12).
public struct StateStore: Sendable {
    /// Leaves of one transaction, so that a flush never holds the environment for long.
    static let sliceLeafCount = 5_000

    let store: Store

    public init(_ store: Store) { self.store = store }

    /// The height whose state the leaves hold; `nil` when not even genesis is.
    ///
    /// Later values of some leaves may be there too.
    public func flushedHeight() throws(StorageError) -> Height? { try mark(.flushed) }

    /// The height up to which the indexes are complete; `nil` when not even genesis is in them.
    public func indexedHeight() throws(StorageError) -> Height? { try mark(.indexed) }

    private func mark(_ mark: StateMark) throws(StorageError) -> Height? {
        try store.read { view throws(StorageError) in
            try view.value(mark.rawValue, in: StateTables.marks).map { Height($0) }
        }
    }

    /// Forgets everything, to be filled again from the chain.
    public func clear() throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.clear(StateTables.leaves)
            try update.clear(StateTables.events)
            try update.clear(StateTables.transactions)
            try update.clear(StateTables.evidence)
            try update.clear(StateTables.marks)
        }
    }

    /// All leaves in ascending order of key.
    public func forEachLeaf(
        _ body: (LeafKey, Span<UInt8>) throws(StorageError) -> Void
    ) throws(StorageError) {
        try store.read { view throws(StorageError) in
            try view.forEachBytes(in: StateTables.leaves) { key, value throws(StorageError) in
                try body(LeafKey(key), value)
                return .more
            }
        }
    }

    public func leaf(_ key: LeafKey) throws(StorageError) -> [UInt8]? {
        try store.read { view throws(StorageError) in
            try view.bytes(key.bytes, in: StateTables.leaves)
        }
    }

    /// Writes final values of leaves, then says up to which height they are complete.
    ///
    /// The values are synced before the mark moves, so the mark never promises too much.
    public func flush(_ leaves: [LeafRecord], upTo height: Height) throws(StorageError) {
        for start in stride(from: 0, to: leaves.count, by: Self.sliceLeafCount) {
            let slice = leaves[start..<min(start + Self.sliceLeafCount, leaves.count)]
            try store.write { update throws(StorageError) in
                for leaf in slice {
                    if let value = leaf.value {
                        try update.put(value, at: leaf.key.bytes, in: StateTables.leaves)
                    } else {
                        try update.remove(leaf.key.bytes, in: StateTables.leaves)
                    }
                }
            }
        }
        try store.sync()
        try set(.flushed, to: height)
    }

    private func set(_ mark: StateMark, to height: Height) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.put(height.number, at: mark.rawValue, in: StateTables.marks)
        }
    }

    // MARK: Indexes

    /// What one final block adds to the indexes.
    public struct IndexPage: Sendable {
        public let height: Height
        public let transactions: [Digest]
        public let entries: [JournalEntry]
        /// As consensus encodes it.
        public let evidence: [[UInt8]]

        public init(
            height: Height, transactions: [Digest], entries: [JournalEntry],
            evidence: [[UInt8]] = []
        ) {
            self.height = height
            self.transactions = transactions
            self.entries = entries
            self.evidence = evidence
        }
    }

    /// Adds blocks to the indexes; adding one twice does no harm.
    public func index(_ pages: [IndexPage]) throws(StorageError) {
        guard let last = pages.last else { return }
        try store.write { update throws(StorageError) in
            // In the order of keys, neighbours in the tree are written one after the other.
            for entry in pages.flatMap(\.entries).sortedByLeaf {
                try update.put(
                    entry, at: KeyPair(entry.leaf.bytes, entry.number), in: StateTables.events)
            }
            for (id, place) in Self.places(in: pages) {
                try update.put(place, at: id, in: StateTables.transactions)
            }
            for page in pages {
                for (index, item) in page.evidence.enumerated() {
                    try update.put(
                        item, at: KeyPair(page.height.number, UInt64(index)),
                        in: StateTables.evidence)
                }
            }
            try update.put(
                last.height.number, at: StateMark.indexed.rawValue, in: StateTables.marks)
            let count =
                try update.count(in: StateTables.transactions)
                + update.count(in: StateTables.events)
            try update.put(
                UInt64(count), at: StateMark.indexCount.rawValue, in: StateTables.marks)
        }
    }

    private static func places(in pages: [IndexPage]) -> [(id: Digest, place: TransactionPlace)] {
        pages.flatMap { page in
            page.transactions.enumerated().map { index, id in
                (
                    id: id,
                    place: TransactionPlace(height: page.height, index: UInt32(clamping: index))
                )
            }
        }.sorted { $0.id < $1.id }
    }

    /// Whether the indexes have as many records as were written.
    func hasWholeIndexes() throws(StorageError) -> Bool {
        try store.read { view throws(StorageError) in
            let count =
                try view.count(in: StateTables.transactions) + view.count(in: StateTables.events)
            let noted = try view.value(StateMark.indexCount.rawValue, in: StateTables.marks)
            return UInt64(count) == noted ?? 0
        }
    }

    /// Forgets the indexes, to be filled again from the chain.
    func clearIndexes() throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.clear(StateTables.events)
            try update.clear(StateTables.transactions)
            try update.clear(StateTables.evidence)
            try update.remove(StateMark.indexed.rawValue, in: StateTables.marks)
            try update.remove(StateMark.indexCount.rawValue, in: StateTables.marks)
        }
    }

    public func place(of transaction: Digest) throws(StorageError) -> TransactionPlace? {
        try store.read { view throws(StorageError) in
            try view.value(transaction, in: StateTables.transactions)
        }
    }

    /// Evidence in final blocks with the heights of the blocks, the oldest first.
    public func evidence(
        limit: Int
    ) throws(StorageError) -> [(height: Height, bytes: [UInt8])] {
        try store.read { view throws(StorageError) in
            try view.entries(in: StateTables.evidence, .from(KeyPair(0, 0)), limit: limit)
                .map { (height: Height($0.key.first), bytes: $0.value) }
        }
    }

    /// Entries of one journal from a number on.
    public func entries(
        of leaf: LeafKey, from number: UInt64, limit: Int
    ) throws(StorageError) -> [JournalEntry] {
        try store.read { view throws(StorageError) in
            try view.entries(
                in: StateTables.events,
                .between(KeyPair(leaf.bytes, number), through: KeyPair(leaf.bytes, .max)),
                limit: limit
            ).map(\.value)
        }
    }
}

extension [JournalEntry] {
    /// By leaf, then by number; only the places move while sorting.
    var sortedByLeaf: [JournalEntry] {
        indices.map { (prefix: self[$0].leaf.prefix, place: $0) }
            .sorted { ($0.prefix, $0.place) < ($1.prefix, $1.place) }
            .map { self[$0.place] }
    }
}
