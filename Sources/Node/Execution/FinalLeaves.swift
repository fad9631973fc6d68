import Ledger
import StateTree
import Storage

/// The values of all leaves as of the last final block: what is not yet in the store lies over it.
struct FinalLeaves: LeafSource {
    /// Changes that no flush has taken yet.
    private(set) var fresh: [LeafKey: [UInt8]?] = [:]
    /// Changes that a flush is writing.
    private var flushing: [LeafKey: [UInt8]?] = [:]
    private let store: StateStore

    init(_ store: StateStore) { self.store = store }

    func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? {
        if let value = fresh[key] { return value }
        if let value = flushing[key] { return value }
        do { return try store.leaf(key) } catch { throw .unavailable(error.description) }
    }

    mutating func apply(_ leaves: some Sequence<LeafRecord>) {
        for leaf in leaves { fresh[leaf.key] = .some(leaf.value) }
    }

    var isFlushing: Bool { !flushing.isEmpty }

    /// Hands over what is fresh, in the order of keys; it stays readable until ``flushed()``.
    mutating func beginFlush() -> [LeafRecord] {
        precondition(!isFlushing, "one flush at a time")
        flushing = fresh
        fresh = [:]
        return flushing.map { LeafRecord(key: $0.key, value: $0.value) }
            .sorted { $0.key < $1.key }
    }

    mutating func flushed() { flushing = [:] }
}
