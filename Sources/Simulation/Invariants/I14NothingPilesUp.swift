import Consensus
import Primitives
import Replica

/// I14: what a node holds, keeps in its vote log and sends stays within bounds at every moment, and
/// when all is quiet nothing is left over.
enum NothingPilesUp {
    static let name: StaticString = "I14"
    /// Every so many blocks all nodes are looked at.
    static let interval: UInt64 = 4

    /// Looks at a node after a drain, when no payment is under way any more.
    static func check(_ replica: Replica) -> String? {
        let holdings = replica.holdings
        guard holdings.pending == 0, holdings.admissions == 0, holdings.messages == 0,
            holdings.reads == 0, holdings.fetches == 0
        else { return "work is left over: \(holdings)" }
        guard holdings.candidates <= quietCandidateLimit else {
            return "blocks pile up: \(holdings)"
        }
        guard holdings.views <= quietViewLimit else { return "views pile up: \(holdings)" }
        return nil
    }

    /// Looks at a node in the midst of everything (rule M19).
    ///
    /// `accountCount` is how many accounts sign transactions, two of one sequence at most.
    static func check(_ replica: Replica, accountCount: Int) -> String? {
        let holdings = replica.holdings
        guard holdings.pending <= accountCount * waitingLimit,
            holdings.admissions <= 2 * accountCount * waitingLimit,
            holdings.fetches <= fetchLimit, holdings.reads <= fetchLimit
        else { return "more waits than there can be: \(holdings)" }
        // Two engines, each with what it keeps below the final view, and what lies open.
        let open = holdings.views - 2 * (keptViews + aheadViews)
        guard open <= openViewLimit, holdings.candidates <= openViewLimit else {
            return "views or blocks pile up: \(holdings)"
        }
        return nil
    }

    /// Looks at a vote log: little of views long final, and few records a view.
    static func check(_ log: [VoteRecord], finalized view: View) -> String? {
        var counts: [View: Int] = [:]
        for record in log { counts[record.view, default: 0] += 1 }
        let old = counts.filter { $0.key < view }.values.reduce(0, +)
        if old > lateLimit {
            return "the vote log has \(old) records from before view \(view), final long ago"
        }
        guard let most = counts.values.max(), most > recordLimit else { return nil }
        return "the vote log has \(most) records of one view"
    }

    /// Looks at what a node has sent to its peers about agreement.
    static func check(_ egress: Egress) -> String? {
        egress.byteCount <= egress.limit
            ? nil : "\(egress.byteCount) bytes about agreement, and \(egress.limit) are enough"
    }

    /// Transactions of one account that may wait.
    private static let waitingLimit = 16
    /// Questions to peers, and reads for them, at a time.
    private static let fetchLimit = 128
    /// Views that an engine keeps below the final one, and ahead of its own.
    private static let keptViews = 16
    private static let aheadViews = 16
    /// Views that can be open: a view that is given up takes as long as its leader has, with backoff
    /// from the fourth on, and no campaign is without a quorum for longer than a minute.
    private static let openViewLimit = 256
    /// Views of two epochs on a quiet chain: those kept for late votes, and those ahead.
    private static let quietViewLimit = 128
    /// Blocks above the final one on a quiet chain, from views that were given up.
    private static let quietCandidateLimit = 64
    /// Records of views long final: certificates that came late, until the next cut.
    ///
    /// Eight blocks of votes that no cut had taken would be more.
    private static let lateLimit = 32
    /// A proposal of one's own, three votes, three certificates, and two verdicts on each of two blocks.
    private static let recordLimit = 11
}

/// What a node has sent about agreement, and what the rules let it send.
struct Egress: Sendable {
    private(set) var byteCount: UInt64 = 0
    private(set) var limit: UInt64 = 0

    mutating func add(_ count: Int) { byteCount += UInt64(count) }

    /// So many views and so much time later (rule M19).
    mutating func allow(
        views: UInt64, milliseconds: UInt64, bodyByteCount: UInt64, seats: Int, peers: Int,
        _ pace: Pace
    ) {
        let certificate = 128 + 72 * UInt64(seats)
        let votes: UInt64 = 4 * 256
        let proposal = 1_024 + UInt64(1 + Proposal.skippedLimit) * certificate
        let inView = votes + 3 * certificate + proposal
        // Repetitions, certificates for who lags, and what a standstill makes it say again.
        let repeated = inView / pace.retry
        let pushed = UInt64(64 << 10) / pace.status
        let said = UInt64(256 << 10) / pace.standstill
        let inSecond = 1_000 * (repeated + pushed + said)
        limit +=
            UInt64(peers)
            * (views * inView + (milliseconds + 1_000) * inSecond / 1_000 + 2 * bodyByteCount)
    }
}
