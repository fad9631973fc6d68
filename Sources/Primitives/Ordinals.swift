/// A number that names a place in an order: a height, a view, an epoch.
///
/// Each is a type of its own, so that one cannot be taken for another.
public protocol Ordinal: Hashable, Comparable, Sendable, CustomStringConvertible {
    var number: UInt64 { get }
    init(_ number: UInt64)
}

extension Ordinal {
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// The one after this; the last one is its own successor, so hostile numbers cannot overflow.
    @inlinable
    public var next: Self { adding(1) }

    /// The one before this; the first one is its own predecessor.
    @inlinable
    public var previous: Self { Self(number == 0 ? 0 : number - 1) }

    /// Moves forward and stays at the last number instead of passing it.
    @inlinable
    public func adding(_ count: UInt64) -> Self {
        let (sum, overflow) = number.addingReportingOverflow(count)
        return Self(overflow ? .max : sum)
    }

    public var description: String { String(number) }
}

/// A position in the chain; the first block has height 1, genesis is 0.
@frozen
public struct Height: Ordinal {
    public let number: UInt64
    @inlinable
    public init(_ number: UInt64) { self.number = number }
}

/// A consensus round of one epoch; the first is 1.
@frozen
public struct View: Ordinal {
    public let number: UInt64
    @inlinable
    public init(_ number: UInt64) { self.number = number }
}

/// A run of heights with one validator set; the first is 0.
@frozen
public struct Epoch: Ordinal {
    public let number: UInt64
    @inlinable
    public init(_ number: UInt64) { self.number = number }
}

/// An account's count of transactions; the first transaction has sequence 1.
@frozen
public struct Sequence: Ordinal {
    public let number: UInt64
    @inlinable
    public init(_ number: UInt64) { self.number = number }
}

/// A point in time.
///
/// - Unit: milliseconds since 1970-01-01 00:00 UTC.
@frozen
public struct Timestamp: Ordinal {
    public let number: UInt64
    @inlinable
    public init(_ number: UInt64) { self.number = number }
    @inlinable
    public var milliseconds: UInt64 { number }
}

/// A reading of a clock that only ever goes forward; it has no meaning outside its process.
///
/// - Unit: nanoseconds since the machine was started.
@frozen
public struct Instant: Ordinal {
    public let number: UInt64
    @inlinable
    public init(_ number: UInt64) { self.number = number }

    @inlinable
    public func advanced(milliseconds: UInt64) -> Instant {
        let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return adding(overflow ? .max : nanoseconds)
    }

    /// Whole milliseconds since an earlier reading; zero when the other is later.
    @inlinable
    public func milliseconds(since earlier: Instant) -> UInt64 {
        number > earlier.number ? (number - earlier.number) / 1_000_000 : 0
    }
}

/// A validator's index in the validator set of an epoch.
@frozen
public struct Seat: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let index: UInt32
    @inlinable
    public init(_ index: UInt32) { self.index = index }
    @inlinable
    public static func < (left: Seat, right: Seat) -> Bool { left.index < right.index }
    public var description: String { String(index) }
}
