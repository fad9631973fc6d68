import Primitives

/// Everything that happens by the clock.
struct Pacemaker: Sendable {
    /// Nullified views in a row that cost no longer timers.
    static let freeFailures: UInt64 = 3
    /// After so many, a view is no longer given up before its time.
    static let hastyFailures: UInt64 = 64

    struct Deadlines: Sendable {
        var leader: Instant?
        var advance: Instant?
        var retry: Instant?
        var standstill: Instant?
        var status: Instant?
        /// A proposal with a time ahead of ours waits for it.
        var early: Instant?
        /// Something is due in the current view from here on.
        var due: Instant?
    }

    let pace: Pace
    var now = Instant(0)
    var deadlines = Deadlines()
    /// Nullified views since the last finalization.
    var failures: UInt64 = 0
    /// When a block was last accepted here.
    var lastBlock = Instant(0)
    /// Since when transactions have been waiting.
    var readySince: Instant?
    /// When the first vote of the epoch was counted here.
    var begunAt: Instant?
    /// When each seat's last vote came.
    var lastActive: [Instant]
    var standstillWait: UInt64
    /// Whether we have said our words of the current view a second time: it lasts.
    var hasRepeated = false
    /// The wake-up that the driver holds for us.
    var armed: Instant?

    init(pace: Pace, memberCount: Int) {
        self.pace = pace
        lastActive = Array(repeating: Instant(0), count: memberCount)
        standstillWait = pace.standstill
    }

    /// A duration times 1.5 for each failure after the third, up to the limit (rule C21).
    func scaled(_ milliseconds: UInt64) -> UInt64 {
        guard failures > Self.freeFailures else { return milliseconds }
        var value = milliseconds
        for _ in 0..<(failures - Self.freeFailures) {
            value += value / 2
            if value >= pace.backoffLimit || value < 2 { break }
        }
        return min(value, max(pace.backoffLimit, milliseconds))
    }

    func after(_ milliseconds: UInt64) -> Instant { now.advanced(milliseconds: milliseconds) }

    /// A new view: the timers of the old one are off.
    mutating func enter() {
        hasRepeated = false
        deadlines.leader = nil
        deadlines.advance = nil
        deadlines.retry = nil
        deadlines.early = nil
    }

    /// The next time at which something is to be done.
    func next(_ others: Instant?...) -> Instant? {
        var earliest: Instant?
        func take(_ instant: Instant?) {
            guard let instant, instant < Instant(.max) else { return }
            earliest = earliest.map { min($0, instant) } ?? instant
        }
        take(deadlines.leader)
        take(deadlines.advance)
        take(deadlines.retry)
        take(deadlines.standstill)
        take(deadlines.status)
        take(deadlines.early)
        take(deadlines.due)
        for other in others { take(other) }
        return earliest
    }

    /// Whether the deadline has come; it is cleared when it has.
    mutating func expire(_ path: WritableKeyPath<Deadlines, Instant?>) -> Bool {
        guard let deadline = deadlines[keyPath: path], deadline <= now else { return false }
        deadlines[keyPath: path] = nil
        return true
    }
}
