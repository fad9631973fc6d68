public import Primitives

/// A set of seats, one bit each, stored inline.
public struct SeatSet: Hashable, Sendable {
    /// The same limit as ``ValidatorSet/memberLimit``.
    public static let seatLimit = 256
    /// The most bytes that its wire form takes.
    public static let byteLimit = seatLimit / 8

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    public init() {}

    /// Reads the wire form: the bit of seat `s` is bit `s mod 8` of byte `s / 8`.
    ///
    /// - Returns: `nil` when there are more bytes than the limit.
    public init?(bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit else { return nil }
        for (index, byte) in bytes.enumerated() where byte != 0 {
            for bit in 0..<8 where byte >> UInt8(bit) & 1 == 1 {
                insert(Seat(UInt32(index * 8 + bit)))
            }
        }
    }

    public func contains(_ seat: Seat) -> Bool {
        guard seat.index < UInt32(Self.seatLimit) else { return false }
        return word(seat.index / 64) >> UInt64(seat.index % 64) & 1 == 1
    }

    /// Adds a seat; one past the limit is not added.
    public mutating func insert(_ seat: Seat) {
        guard seat.index < UInt32(Self.seatLimit) else { return }
        let bit = UInt64(1) << UInt64(seat.index % 64)
        switch seat.index / 64 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    public var count: Int {
        words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount
            + words.3.nonzeroBitCount
    }

    /// The seats in ascending order.
    public var seats: [Seat] {
        var seats: [Seat] = []
        for index in 0..<UInt32(4) {
            var rest = word(index)
            while rest != 0 {
                seats.append(Seat(index * 64 + UInt32(rest.trailingZeroBitCount)))
                rest &= rest - 1
            }
        }
        return seats
    }

    /// The wire form for a set of so many validators.
    public func bytes(memberCount: Int) -> [UInt8] {
        (0..<(memberCount + 7) / 8).map { index in
            UInt8(truncatingIfNeeded: word(UInt32(index / 8)) >> UInt64(index % 8 * 8))
        }
    }

    /// The wire form without zero bytes at the end; empty for the empty set.
    var shortestBytes: [UInt8] {
        let bytes = bytes(memberCount: Self.seatLimit)
        return Array(bytes.prefix((bytes.lastIndex { $0 != 0 } ?? -1) + 1))
    }

    private func word(_ index: UInt32) -> UInt64 {
        switch index {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        default: words.3
        }
    }

    public static func == (left: SeatSet, right: SeatSet) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
