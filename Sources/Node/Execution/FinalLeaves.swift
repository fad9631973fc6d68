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

    func known(_ key: LeafKey) -> KnownLeaf {
        guard let change = fresh[key] ?? flushing[key] else { return .unread }
        return change.map { .present($0) } ?? .absent
    }

    func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? {
        switch known(key) {
        case .present(let value): return value
        case .absent: return nil
        case .unread: break
        }
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
