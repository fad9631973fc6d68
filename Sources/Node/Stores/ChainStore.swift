public import Chain
public import Primitives
public import Storage
import Wire

/// Every table of the chain environment.
///
/// Renaming a string here is a migration.
enum ChainTables {
    /// Blocks by digest, final or not.
    static let blocks = Table<Digest, [UInt8]>("blocks")
    /// Blocks that are not final: height and digest.
    static let open = Table<KeyPair<Height, Digest>, UInt64>("open")
    static let headers = Table<Height, [UInt8]>("headers")
    static let final = Table<Height, FinalRecord>("final")
    static let heights = Table<Digest, UInt64>("heights")
    /// Heights without one are covered by the next above.
    static let finalizations = Table<Height, [UInt8]>("finalizations")
    static let deltas = Table<Height, Delta>("deltas")
    /// Nodes of the mountain range of headers, by position.
    static let history = Table<UInt64, Digest>("history")
    static let receipts = Table<Height, [UInt8]>("receipts")
    static let journals = Table<Height, JournalRecords>("journals")

    /// Who votes in each epoch, and in the one after it.
    static let sets = Table<Epoch, ValidatorSet>("sets")

    static let names = [
        sets.name, blocks.name, open.name, headers.name, final.name, heights.name,
        finalizations.name,
        deltas.name, history.name, receipts.name, journals.name,
    ]
}

/// A block becoming final: all that one commit makes durable.
public struct FinalEntry: Sendable {
    public let height: Height
    public let header: [UInt8]
    public let record: FinalRecord
    /// The finalization of this very block, if it has one.
    public let finalization: [UInt8]?
    public let delta: Delta
    /// New nodes of the history, and the position of the first.
    public let historyStart: UInt64
    public let historyNodes: [Digest]
    public let receipts: [UInt8]
    public let journal: JournalRecords
    /// The sets that the block announces, by epoch.
    public let sets: [(epoch: Epoch, set: ValidatorSet)]

    public init(
        height: Height, header: [UInt8], record: FinalRecord, finalization: [UInt8]?,
        delta: Delta, historyStart: UInt64, historyNodes: [Digest], receipts: [UInt8],
        journal: JournalRecords, sets: [(epoch: Epoch, set: ValidatorSet)]
    ) {
        self.height = height
        self.header = header
        self.record = record
        self.finalization = finalization
        self.delta = delta
        self.historyStart = historyStart
        self.historyNodes = historyNodes
        self.receipts = receipts
        self.journal = journal
        self.sets = sets
    }
}

/// What is to be written to the chain environment, in order.
public enum ChainWrite: Sendable {
    case block([UInt8], digest: Digest, height: Height)
    /// The body of a block that becomes final, unless it is here already: one that catch-up
    /// brought was never handed in as an open block, and others will ask for it.
    case body(Block, digest: Digest)
    case final(FinalEntry)
    /// A finalization with more signatures than before, or one that came after its block.
    case keep([UInt8], digest: Digest)
}

/// Blocks, certificates and what they changed; one synced commit is the point of no return
/// (rule N10).
public struct ChainStore: Sendable {
    let store: Store

    public init(_ store: Store) { self.store = store }

    /// Writes all of it in one synced transaction, or none of it.
    public func perform(_ writes: [ChainWrite]) throws(StorageError) {
        try store.write { update throws(StorageError) in
            for write in writes {
                switch write {
                case .block(let bytes, let digest, let height):
                    guard try update.insert(bytes, at: digest, in: ChainTables.blocks) else {
                        continue
                    }
                    try update.put(
                        height.number, at: KeyPair(height, digest), in: ChainTables.open)
                case .body(let block, let digest):
                    guard try !update.contains(digest, in: ChainTables.blocks) else { continue }
                    try update.put(block.wire, at: digest, in: ChainTables.blocks)
                    let height = block.header.height
                    // It becomes final in a later commit perhaps, and is an open block until then.
                    try update.put(
                        height.number, at: KeyPair(height, digest), in: ChainTables.open)
                case .final(let entry): try Self.finalize(entry, &update)
                case .keep(let finalization, let digest):
                    guard let number = try update.value(digest, in: ChainTables.heights) else {
                        continue
                    }
                    try update.put(
                        finalization, at: Height(number), in: ChainTables.finalizations)
                }
            }
        }
    }

    /// Notes down what genesis adds: nodes of the history of headers, and the first sets.
    func found(_ nodes: [Digest], _ set: ValidatorSet) throws(StorageError) {
        try store.write { update throws(StorageError) in
            for epoch in [Epoch(0), Epoch(1)] {
                _ = try update.insert(set, at: epoch, in: ChainTables.sets)
            }
            for (position, node) in nodes.enumerated() {
                try update.put(node, at: UInt64(position), in: ChainTables.history)
            }
        }
    }

    private static func finalize(
        _ entry: FinalEntry, _ update: inout Update
    ) throws(StorageError) {
        let (height, digest) = (entry.height, entry.record.digest)
        try update.append(entry.header, at: height, in: ChainTables.headers)
        try update.append(entry.record, at: height, in: ChainTables.final)
        try update.put(height.number, at: digest, in: ChainTables.heights)
        if let finalization = entry.finalization {
            try update.put(finalization, at: height, in: ChainTables.finalizations)
        }
        try update.append(entry.delta, at: height, in: ChainTables.deltas)
        for (offset, node) in entry.historyNodes.enumerated() {
            try update.append(
                node, at: entry.historyStart + UInt64(offset), in: ChainTables.history)
        }
        try update.append(entry.receipts, at: height, in: ChainTables.receipts)
        try update.append(entry.journal, at: height, in: ChainTables.journals)
        for (epoch, set) in entry.sets { try update.put(set, at: epoch, in: ChainTables.sets) }
        // Blocks of this height and below that did not become final lose their place.
        let passed = try update.entries(
            in: ChainTables.open, .below(KeyPair(height.next, .zero)), limit: .max)
        for (key, _) in passed {
            try update.remove(key, in: ChainTables.open)
            if key.second != digest, try !update.contains(key.second, in: ChainTables.heights) {
                try update.remove(key.second, in: ChainTables.blocks)
            }
        }
    }
}

extension ChainStore {
    // MARK: Reading

    /// The last final block, or `nil` when only genesis is.
    public func head() throws(StorageError) -> (height: Height, record: FinalRecord)? {
        try store.read { view throws(StorageError) in
            guard let last = try view.last(in: ChainTables.final) else { return nil }
            return (last.key, last.value)
        }
    }

    public func record(at height: Height) throws(StorageError) -> FinalRecord? {
        try store.read { view throws(StorageError) in
            try view.value(height, in: ChainTables.final)
        }
    }

    public func header(at height: Height) throws(StorageError) -> [UInt8]? {
        try store.read { view throws(StorageError) in
            try view.value(height, in: ChainTables.headers)
        }
    }

    public func height(of digest: Digest) throws(StorageError) -> Height? {
        try store.read { view throws(StorageError) in
            try view.value(digest, in: ChainTables.heights).map { Height($0) }
        }
    }

    public func block(_ digest: Digest) throws(StorageError) -> [UInt8]? {
        try store.read { view throws(StorageError) in
            try view.value(digest, in: ChainTables.blocks)
        }
    }

    public func block(at height: Height) throws(StorageError) -> [UInt8]? {
        try store.read { view throws(StorageError) in
            guard let record = try view.value(height, in: ChainTables.final) else { return nil }
            return try view.value(record.digest, in: ChainTables.blocks)
        }
    }

    public func receipts(at height: Height) throws(StorageError) -> [UInt8]? {
        try store.read { view throws(StorageError) in
            try view.value(height, in: ChainTables.receipts)
        }
    }

    /// The finalization of this height or the nearest above, with its height.
    public func finalization(
        from height: Height
    ) throws(StorageError) -> (height: Height, bytes: [UInt8])? {
        try store.read { view throws(StorageError) in
            guard let first = try view.first(in: ChainTables.finalizations, .from(height))
            else { return nil }
            return (first.key, first.value)
        }
    }

    /// The newest finalization.
    public func lastFinalization() throws(StorageError) -> (height: Height, bytes: [UInt8])? {
        try store.read { view throws(StorageError) in
            guard let last = try view.last(in: ChainTables.finalizations) else { return nil }
            return (last.key, last.value)
        }
    }

    /// Final blocks from a height on, within both limits, at least one if it is there.
    public func blocks(
        from height: Height, countLimit: Int, byteLimit: Int
    ) throws(StorageError) -> [[UInt8]] {
        try store.read { view throws(StorageError) in
            var blocks: [[UInt8]] = []
            var byteCount = 0
            try view.forEach(in: ChainTables.final, .from(height)) {
                _, record throws(StorageError) in
                guard blocks.count < countLimit,
                    let bytes = try view.value(record.digest, in: ChainTables.blocks)
                else { return .stop }
                byteCount += bytes.count
                guard blocks.isEmpty || byteCount <= byteLimit else { return .stop }
                blocks.append(bytes)
                return .more
            }
            return blocks
        }
    }

    public func headers(
        from height: Height, through last: Height
    ) throws(StorageError) -> [[UInt8]] {
        guard height <= last else { return [] }
        return try store.read { view throws(StorageError) in
            try view.entries(
                in: ChainTables.headers, .between(height, through: last), limit: 65_536
            ).map(\.value)
        }
    }

    /// Durable blocks above a height that are not final.
    public func openBlocks(above height: Height) throws(StorageError) -> [[UInt8]] {
        try store.read { view throws(StorageError) in
            var blocks: [[UInt8]] = []
            try view.forEach(
                in: ChainTables.open, .from(KeyPair(height.next, .zero))
            ) { key, _ throws(StorageError) in
                if let bytes = try view.value(key.second, in: ChainTables.blocks) {
                    blocks.append(bytes)
                }
                return .more
            }
            return blocks
        }
    }

    /// Hands over the changes of each final block above a height, in order.
    public func forEachDelta(
        above height: Height, _ body: (Height, Delta) throws(StorageError) -> Void
    ) throws(StorageError) {
        try store.read { view throws(StorageError) in
            try view.forEach(in: ChainTables.deltas, .above(height)) {
                height, delta throws(StorageError) in
                try body(height, delta)
                return .more
            }
        }
    }

    public func forEachJournalRecords(
        above height: Height, _ body: (Height, JournalRecords) throws(StorageError) -> Void
    ) throws(StorageError) {
        try store.read { view throws(StorageError) in
            try view.forEach(in: ChainTables.journals, .above(height)) {
                height, page throws(StorageError) in
                try body(height, page)
                return .more
            }
        }
    }

    /// Who votes in an epoch; `nil` for one that is too far ahead.
    public func set(of epoch: Epoch) throws(StorageError) -> ValidatorSet? {
        try store.read { view throws(StorageError) in
            try view.value(epoch, in: ChainTables.sets)
        }
    }

    /// A node of the header history.
    public func historyNode(_ position: UInt64) throws(StorageError) -> Digest? {
        try store.read { view throws(StorageError) in
            try view.value(position, in: ChainTables.history)
        }
    }
}
