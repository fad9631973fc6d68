import Chain

/// I11: the events of every journal fold to its head, and make it longer by one each; a balance that
/// was closed and comes back begins anew.
enum JournalsGrow {
    static let name: StaticString = "I11"

    /// Looks at the reference execution of a block.
    static func check(_ step: LedgerStep) -> String? {
        do throws(LawBreach) { try JournalsFold.check(step) } catch { return error.sentence }
        return nil
    }
}
