import Primitives
import Replica

/// A node's own clocks: they start anywhere, run too fast or too slow, and the wall clock may jump.
struct SimulatedClock: Hashable, Sendable {
    /// Deviation of the rate, in millionths; positive runs fast.
    var driftMillionths: Int64 = 0
    /// Deviation of the wall clock.
    ///
    /// - Unit: milliseconds.
    var offsetMilliseconds: Int64 = 0
    /// What the steady clock shows at the start of the run, in nanoseconds.
    var base: UInt64 = 0
    /// Wall clock of the run's start.
    var epoch: Timestamp

    /// What the node's clocks read at a time of the run.
    func read(at nanoseconds: UInt64) -> Moment {
        let local = scaled(nanoseconds, by: driftMillionths)
        // Only the steady clock drifts: the wall clock is set from time to time.
        let wall = Int64(epoch.number) + Int64(nanoseconds / 1_000_000) + offsetMilliseconds
        return Moment(
            instant: Instant(base + local), wall: Timestamp(UInt64(max(0, wall))))
    }

    /// The time of the run at which the steady clock shows this; never before `earliest`.
    func time(of instant: Instant, notBefore earliest: UInt64) -> UInt64 {
        let local = instant.number > base ? instant.number - base : 0
        let rate = UInt64(1_000_000 + driftMillionths)
        let (whole, rest) = local.quotientAndRemainder(dividingBy: rate)
        // Rounded up, so that the clock shows at least the instant asked for.
        let time = whole * 1_000_000 + (rest * 1_000_000 + rate - 1) / rate
        return max(time, earliest)
    }

    private func scaled(_ nanoseconds: UInt64, by millionths: Int64) -> UInt64 {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let rate = UInt64(1_000_000 + millionths)
        return whole * rate + rest * rate / 1_000_000
    }
}
