import Consensus

/// I15: when the faults end, blocks become final again within a bound that follows from the timers.
enum HealsInTime {
    static let name: StaticString = "I15"

    /// Time for so many blocks: each takes at most one view given up by its timer and one that
    /// succeeds, with the heartbeat between when nobody pays.
    ///
    /// - Unit: milliseconds.
    static func limit(blocks: UInt64, pace: Pace) -> UInt64 {
        blocks * 3 * max(pace.heartbeat, pace.advance + pace.hop)
    }

    /// Within which ninety-nine of a hundred blocks of honest leaders become final at nodes that are up
    /// and connected: three hops, and as long again as each leader in a row can take who does not do
    /// his part, and one view that all give up.
    ///
    /// - Parameters:
    ///   - idleLeaders: Validators that are traitors, or were not healed.
    ///   - pace: The timers.
    /// - Returns: The bound in milliseconds.
    static func finalityLimit(idleLeaders: Int, pace: Pace) -> UInt64 {
        3 * pace.hop + UInt64(idleLeaders + 1) * (pace.advance + pace.hop)
    }

    /// Time for the first block: the longest timer that backoff may have reached, and then some.
    ///
    /// - Unit: milliseconds.
    static func firstLimit(pace: Pace) -> UInt64 { 2 * pace.backoffLimit }
}
