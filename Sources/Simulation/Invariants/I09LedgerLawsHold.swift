import Chain

/// I9: money is conserved, no balance is below zero, sequences go up by one, and the tree is the one
/// that a rebuild gives, after every final block.
enum LedgerLawsHold {
    static let name: StaticString = "I9"
    private static let laws = Invariants.all.filter {
        $0 != JournalsFold.self && $0 != TreeEqualsRebuild.self
    }

    /// Looks at the reference execution of a block.
    static func check(_ step: LedgerStep, _ rebuild: inout TreeRebuild) -> String? {
        do throws(LawBreach) {
            for law in laws { try law.check(step) }
            try rebuild.check(step)
            return nil
        } catch { return error.sentence }
    }
}
