import Primitives
import Replica

/// I14: what a node holds stays within its limits, and when all is quiet nothing is left over.
enum NothingPilesUp {
    static let name: StaticString = "I14"

    /// Looks at a node after a drain, when no payment is under way any more.
    static func check(_ replica: Replica) -> String? {
        let holdings = replica.holdings
        guard holdings.pending == 0, holdings.admissions == 0, holdings.messages == 0,
            holdings.reads == 0
        else { return "work is left over: \(holdings)" }
        guard holdings.candidates <= quietCandidateLimit else {
            return "blocks pile up: \(holdings)"
        }
        guard holdings.views <= quietViewLimit else { return "views pile up: \(holdings)" }
        return nil
    }

    /// Views of two epochs on a quiet chain: those kept for late votes, and those ahead.
    private static let quietViewLimit = 128
    /// Blocks above the final one on a quiet chain, from views that were given up.
    private static let quietCandidateLimit = 64
}
