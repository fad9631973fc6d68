package import Primitives
package import StateTree
package import Storage
import Synchronization

/// The indexes of a running node: pages of final blocks in memory, written many at a time.
///
/// Entries fall on leaves all over the table, so one block touches about as many pages of the disk as
/// it has entries, and many blocks together touch far fewer (decision 0092). Whoever asks is shown both
/// parts; a restart reads from the chain what was not written (rule N12).
package final class StateIndex: Sendable {
    /// What may wait; past one of these all of it is written.
    ///
    /// Fewer transactions than ``FinalityBoard`` remembers, which is asked for their heights first.
    package static let transactionLimit = 16_384
    package static let entryLimit = 65_536
    package static let blockLimit = 64

    private let store: StateStore
    /// In order of height.
    private let waiting = Mutex<[StateStore.IndexPage]>([])

    package init(_ store: StateStore) { self.store = store }

    /// Takes a final block in; it can be asked for at once.
    package func add(_ page: StateStore.IndexPage) {
        let page = page.sortedByLeaf
        waiting.withLock { $0.append(page) }
    }

    /// Whether as much waits as may.
    package var isDue: Bool {
        let pages = waiting.withLock { $0 }
        return pages.count >= Self.blockLimit
            || pages.reduce(0) { $0 + $1.transactions.count } >= Self.transactionLimit
            || pages.reduce(0) { $0 + $1.entries.count } >= Self.entryLimit
    }

    /// Writes all that waits; one caller at a time.
    package func write() throws(StorageError) {
        let pages = waiting.withLock { $0 }
        guard !pages.isEmpty else { return }
        try store.index(pages)
        // It stays readable until it is in the tables.
        waiting.withLock { $0.removeFirst(pages.count) }
    }

    /// Entries of one journal from a number on.
    package func entries(
        of leaf: LeafKey, from number: UInt64, limit: Int
    ) throws(StorageError) -> [JournalEntry] {
        // First what waits: a write in between makes it stand in both parts, never in none.
        let fresh = waiting.withLock { $0 }.flatMap { $0.entries(of: leaf) }
        var found = try store.entries(of: leaf, from: number, limit: limit)
        for entry in fresh where found.count < limit {
            guard entry.number >= found.last.map({ $0.number + 1 }) ?? number else { continue }
            found.append(entry)
        }
        return found
    }

    /// Evidence in final blocks with the heights of the blocks, the oldest first.
    package func evidence(limit: Int) throws(StorageError) -> [(height: Height, bytes: [UInt8])] {
        let fresh = waiting.withLock { $0 }
        var found = try store.evidence(limit: limit)
        let last = found.last?.height ?? Height(0)
        for page in fresh where page.height > last {
            for bytes in page.evidence where found.count < limit {
                found.append((height: page.height, bytes: bytes))
            }
        }
        return found
    }
}

extension StateStore.IndexPage {
    /// The same with its entries by leaf, then by number.
    fileprivate var sortedByLeaf: Self {
        Self(
            height: height, transactions: transactions, entries: entries.sortedByLeaf,
            evidence: evidence)
    }

    /// The entries of one journal.
    ///
    /// - Precondition: the page is sorted by leaf.
    fileprivate func entries(of leaf: LeafKey) -> [JournalEntry] {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].leaf.prefix < leaf.prefix { low = middle + 1 } else { high = middle }
        }
        return entries[low...].prefix { $0.leaf.prefix == leaf.prefix }.filter { $0.leaf == leaf }
    }
}
