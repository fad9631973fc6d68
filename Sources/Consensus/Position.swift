import Primitives

/// Where the chain stands, as far as this node knows.
struct Position: Sendable {
    /// The view we are in; 0 before the start.
    var view = View(0)
    /// The newest finalized view; 0 stands for the epoch's start.
    var finalizedView = View(0)
    var block: Digest
    var stateRoot: Digest
    /// Height and time of the finalized block; `nil` until its header is known here.
    var header: Tip?
    var finalization: Finalization?
    /// When the newest finalization was learnt.
    var finalizedAt = Instant(0)
    /// The epoch's last block is final.
    var hasEnded = false
    /// The limit of open views was reached and reported.
    var isStuck = false

    struct Tip: Sendable {
        let height: Height
        let time: Timestamp
        /// `nil` for the epoch's start.
        let sealed: SealedHeader?
    }

    init(_ start: EpochStart) {
        block = start.block
        stateRoot = start.stateRoot
        header = Tip(height: start.height, time: start.time, sealed: nil)
    }
}

/// A block that may be built on.
struct Parent: Sendable {
    let block: Digest
    let view: View
    let height: Height
    let time: Timestamp
    let stateRoot: Digest
    let sealed: SealedHeader?
}

/// Whether a block may be built on.
enum ParentState: Sendable {
    case ready(Parent)
    /// Its header or its execution is still under way.
    case waiting
    /// Certificates of these views are not known here.
    case missing([View])
    /// It never may.
    case unfit
}

/// What keeps a validator from contradicting itself.
struct Safeguard: Sendable {
    var standing = Simplex.Standing.observing
    /// The last thing signed; only what is above it may be signed.
    var highWater: HighWater?
    /// Views in which it has to listen before it votes, here or in a later epoch.
    var owedViews: UInt64?
    /// The end of listening, by view and by time.
    var listensUntil: (view: View, instant: Instant)?

    /// Whether only an operator can end the silence: the key runs elsewhere too, or the state is
    /// another than the quorum's.
    var isSilenced = false

    var mayVote: Bool { standing == .voting }

    mutating func silence() {
        standing = .observing
        listensUntil = nil
        isSilenced = true
    }
}
