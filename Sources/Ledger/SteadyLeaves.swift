import Primitives

/// Leaves that every block reads and few blocks change: who votes, and the parameters.
///
/// Whoever executes blocks hands them from each block to the next, so that they are read and decoded
/// once and not with every block (rule C31). A leaf that is not among them is read as any other.
public final class SteadyLeaves: Sendable {
    /// Nothing is known yet.
    public static let none = SteadyLeaves(rosters: [], parameters: nil)

    /// By slot; empty when none is known.
    private let rosters: [Roster?]
    let parameters: Parameters?

    private init(rosters: [Roster?], parameters: Parameters?) {
        self.rosters = rosters
        self.parameters = parameters
    }

    func roster(_ slot: RosterSlot) -> Roster? {
        rosters.isEmpty ? nil : rosters[Int(slot.rawValue)]
    }

    /// These leaves as a draft has left them.
    convenience init(_ known: SteadyLeaves, after tables: LeafTables) {
        var rosters = known.rosters
        if rosters.isEmpty { rosters = RosterSlot.allCases.map { _ in nil } }
        for slot in tables.rosters.slots { rosters[Int(slot.key.rawValue)] = slot.now }
        var parameters = known.parameters
        if let slot = tables.parameters.slots.first { parameters = slot.now }
        self.init(rosters: rosters, parameters: parameters)
    }
}

extension Draft {
    /// What the next draft may take as known, once this one's changes have been made.
    public var steadyLeaves: SteadyLeaves { SteadyLeaves(steady, after: tables) }
}
