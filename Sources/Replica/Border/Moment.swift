public import Primitives

/// What the clocks read when an event is handled.
///
/// Time comes in with every event; the machine has no clock of its own.
public struct Moment: Hashable, Sendable {
    /// For timers and rates; only ever goes forward.
    public let instant: Instant
    /// For header times; may jump.
    public let wall: Timestamp

    public init(instant: Instant, wall: Timestamp) {
        self.instant = instant
        self.wall = wall
    }
}

/// Ties the answer of the world to the order that asked for it.
///
/// Numbers count up from 1 within one life of the machine and are never used twice.
public struct Token: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (left: Token, right: Token) -> Bool { left.number < right.number }

    public var description: String { String(number) }
}

/// The world's own number for a submission; the machine returns it and reads nothing into it.
public struct Ticket: Hashable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}
