public import Primitives

/// A number of credit: millionths, exact and alike on every machine.
///
/// - Unit: one millionth.
/// - Source: design R6 allows no floating point in `Trade`.
public struct Millionths: Hashable, Comparable, Sendable {
    public static let one = Millionths(1_000_000)
    public static let zero = Millionths(0)

    public let count: UInt64

    public init(_ count: UInt64) { self.count = count }

    /// A quotient, at most `limit`; nothing for a divisor of zero.
    public init(_ part: UInt128, of whole: UInt128, limit: Millionths) {
        guard whole > 0 else {
            count = 0
            return
        }
        let (product, overflow) = part.multipliedReportingOverflow(by: 1_000_000)
        count = overflow ? limit.count : UInt64(min(product / whole, UInt128(limit.count)))
    }

    public static func < (left: Self, right: Self) -> Bool { left.count < right.count }

    /// The product, rounded down.
    public func times(_ other: Millionths) -> Millionths {
        let product = UInt128(count) * UInt128(other.count) / 1_000_000
        return Millionths(UInt64(clamping: product))
    }

    public func plus(_ other: Millionths) -> Millionths {
        let (sum, overflow) = count.addingReportingOverflow(other.count)
        return Millionths(overflow ? .max : sum)
    }

    /// The difference, or nothing.
    public func less(_ other: Millionths) -> Millionths {
        Millionths(count > other.count ? count - other.count : 0)
    }

    /// The square root, rounded down.
    public var root: Millionths {
        let square = UInt128(count) * 1_000_000
        guard square > 0 else { return .zero }
        // Newton's way from above; it falls until it does not.
        var guess = UInt128(1) << UInt128((128 - square.leadingZeroBitCount + 1) / 2 + 1)
        while true {
            let next = (guess + square / guess) / 2
            guard next < guess else { return Millionths(UInt64(clamping: guess)) }
            guess = next
        }
    }

    /// `2^(−age / halfLife)`: what time leaves.
    public static func halving(_ age: Term, halfLife: Term) -> Millionths {
        guard halfLife.milliseconds > 0 else { return .zero }
        let (halves, rest) = age.milliseconds.quotientAndRemainder(
            dividingBy: halfLife.milliseconds)
        guard halves < 20 else { return .zero }
        var left = Millionths(1_000_000 >> halves)
        // The fraction bit by bit: a half is 1/√2, a quarter its root, and so on.
        var (bit, factor) = (halfLife.milliseconds / 2, Millionths(500_000).root)
        var remaining = rest
        for _ in 0..<12 where bit > 0 {
            if remaining >= bit {
                remaining -= bit
                left = left.times(factor)
            }
            (bit, factor) = (bit / 2, factor.root)
        }
        return left
    }
}

extension Amount {
    /// The amount times a number of at most one, rounded down.
    public func part(_ share: Millionths) -> Amount {
        part(min(share.count, 1_000_000), of: 1_000_000)
    }
}
