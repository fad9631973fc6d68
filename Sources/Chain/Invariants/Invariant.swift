public import Ledger
public import Primitives
import Wire

/// A block and the leaves before and after it, as the laws of the ledger look at them.
public struct LedgerStep: Sendable {
    public let height: Height
    public let transactions: [Transaction]
    public let updates: [LeafUpdate]
    public let events: EventLog
    public let stateRoot: Digest
    public let before: MemoryLeaves
    public let after: ChangedLeaves

    /// A block on the leaves before it.
    public init(_ block: Block, _ outcome: BlockOutcome, before: MemoryLeaves) {
        height = block.header.height
        transactions = block.body.transactions
        updates = outcome.updates
        events = outcome.events
        stateRoot = outcome.stateRoot
        self.before = before
        after = ChangedLeaves(outcome.updates, over: before)
    }

    /// The founding of the network, on nothing.
    public init(_ founded: GenesisState) {
        height = Height(0)
        transactions = []
        updates = founded.updates
        events = founded.events
        stateRoot = founded.state.final.stateRoot
        before = MemoryLeaves()
        after = ChangedLeaves(founded.updates, over: before)
    }

    /// The values of a changed leaf, each `nil` where the leaf is absent.
    func values<Value: LeafValue>(
        of update: LeafUpdate, as type: Value.Type
    ) throws(LawBreach) -> (before: Value?, after: Value?) {
        do {
            let old = try before.leaf(update.key)
            return (
                before: try old.map { try Value(wire: $0) },
                after: try update.value.map { try Value(wire: $0) }
            )
        } catch { throw LawBreach("leaf \(update.id) is no \(type): \(error)") }
    }
}

/// What went wrong, in one sentence for a test's report.
public struct LawBreach: Error, Equatable, Sendable {
    public let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// A law that holds after every block, whatever is in it.
public protocol Invariant: Sendable {
    /// Checks one block.
    ///
    /// - Throws: ``LawBreach`` with what is wrong.
    static func check(_ step: LedgerStep) throws(LawBreach)
}

/// The laws, in the order in which they are checked.
public enum Invariants {
    public static let all: [any Invariant.Type] = [
        MoneyConserved.self, AmountsInRange.self, SequenceStrict.self, JournalsFold.self,
        TreeEqualsRebuild.self,
    ]

    /// Checks every law on one block.
    ///
    /// - Throws: ``LawBreach``, the first that is found.
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        for law in all { try law.check(step) }
    }
}
