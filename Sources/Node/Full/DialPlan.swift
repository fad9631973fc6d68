import Primitives

/// When to dial which address: at once, then after waits that double, up to a minute.
///
/// Addresses are numbered by their place in the list that the plan was made for.
struct DialPlan {
    static let firstWaitMilliseconds: UInt64 = 500
    static let longestWaitMilliseconds: UInt64 = 60_000

    private enum Line {
        case due(at: Instant, wait: UInt64)
        case dialling(wait: UInt64)
        case connected
    }

    private var lines: [Line]

    init(count: Int, now: Instant) {
        lines = Array(
            repeating: .due(at: now, wait: Self.firstWaitMilliseconds), count: count)
    }

    /// The addresses to dial now; each counts as being dialled from here on.
    mutating func due(at now: Instant) -> [Int] {
        var due: [Int] = []
        for index in lines.indices {
            guard case .due(let instant, let wait) = lines[index], instant <= now else { continue }
            lines[index] = .dialling(wait: wait)
            due.append(index)
        }
        return due
    }

    /// Adds an address, due at once.
    mutating func add(now: Instant) {
        lines.append(.due(at: now, wait: Self.firstWaitMilliseconds))
    }

    mutating func connected(_ index: Int) { lines[index] = .connected }

    /// Waits twice as long as before, give or take a quarter, so that nodes do not dial in step.
    mutating func failed(_ index: Int, now: Instant, chance: UInt64) {
        guard case .dialling(let wait) = lines[index] else { return }
        let spread = wait / 2
        let milliseconds = wait - wait / 4 + (spread == 0 ? 0 : chance % spread)
        lines[index] = .due(
            at: now.advanced(milliseconds: milliseconds),
            wait: min(wait * 2, Self.longestWaitMilliseconds))
    }

    /// A connection ended; it is dialled again soon.
    mutating func lost(_ index: Int, now: Instant) {
        guard case .connected = lines[index] else { return }
        lines[index] = .due(
            at: now.advanced(milliseconds: Self.firstWaitMilliseconds),
            wait: Self.firstWaitMilliseconds)
    }
}
