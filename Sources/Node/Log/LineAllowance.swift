package import Primitives
import Synchronization

/// How many lines of one kind are written: so many at once, then one in a while.
///
/// Peers cause lines, by faults and by coming and going; without a bound they could fill the disk
/// (attack 69).
package struct LineAllowance: Sendable {
    /// Lines of one kind at once.
    package static let burst: UInt64 = 60
    /// After those, one line of a kind in this time.
    package static let pauseMilliseconds: UInt64 = 1_000
    /// Kinds with an allowance of their own; all others share one.
    package static let kindLimit = 256

    private struct Kind {
        var tokens: UInt64
        var refilledAt: Instant
        var leftOut: UInt64 = 0
    }

    private var kinds: [String: Kind] = [:]

    package init() {}

    /// Asks for one line.
    ///
    /// - Returns: how many of its kind were left out since the last that was written; `nil` when this
    ///   one is to be left out too.
    package mutating func take(_ name: String, now: Instant) -> UInt64? {
        let name = kinds[name] != nil || kinds.count < Self.kindLimit ? name : ""
        var kind = kinds[name] ?? Kind(tokens: Self.burst, refilledAt: now)
        let fresh = now.milliseconds(since: kind.refilledAt) / Self.pauseMilliseconds
        if fresh > 0 {
            kind.tokens = min(Self.burst, kind.tokens + min(fresh, Self.burst))
            kind.refilledAt = now
        }
        defer { kinds[name] = kind }
        guard kind.tokens > 0 else {
            kind.leftOut += 1
            return nil
        }
        kind.tokens -= 1
        defer { kind.leftOut = 0 }
        return kind.leftOut
    }
}

/// The allowance of a logger and its copies.
final class SharedAllowance: Sendable {
    private let allowance = Mutex(LineAllowance())

    func take(_ name: String, now: Instant) -> UInt64? {
        allowance.withLock { $0.take(name, now: now) }
    }
}
