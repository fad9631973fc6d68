import Chain
import Consensus
import Gossip
import Primitives

/// Fetching of final blocks that this node has missed.
///
/// What a peer claims to have is a hint; only blocks that chain to a verified finalization count.
struct CatchUp: Sendable {
    /// Verified runs that wait to become final here, and so the blocks that are kept in advance.
    static let runLimit = 2
    /// Time for an answer; twice as much after each one that did not come in time.
    ///
    /// - Unit: milliseconds.
    static let answerMilliseconds: UInt64 = 3_000
    static let doublingLimit = 3

    static func patience(lateCount: Int) -> UInt64 {
        answerMilliseconds << UInt64(min(lateCount, doublingLimit))
    }

    struct Ask: Sendable {
        let peer: PeerName
        let number: UInt64
        let from: Height
        let at: Instant
    }

    /// Blocks that are proved final and not yet so here.
    struct Run: Sendable {
        var blocks: ArraySlice<Block>
        /// State root after the last of them, as the header behind it or the finalization says.
        let endRoot: Digest
        let proof: Finalization
    }

    /// Something has been seen since the last beat that this node lacks the blocks for.
    var isBehind = false
    var ask: Ask?
    var runs: [Run] = []
    var chance: Chance

    init(seed: UInt64) { chance = Chance(seed: seed) }

    /// The last block of the verified runs; `nil` when there is none.
    var last: Block? { runs.last?.blocks.last }
}
