/// Unsigned LEB128 numbers, as protobuf and libp2p write them.
public enum Varint {
    /// The most bytes that a 64-bit number takes.
    public static let byteLimit = 10

    /// Reads one number between `offset` and `end`, in its shortest form only.
    ///
    /// - Throws: ``WireError`` when the number is cut, too long, or not shortest.
    @inlinable
    public static func read(
        of bytes: Span<UInt8>, at offset: inout Int, end: Int
    ) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var position = offset
        while true {
            guard position < end else {
                throw WireError(
                    .truncated(needed: position - offset + 1, available: end - offset), at: offset)
            }
            let byte = bytes[position]
            position += 1
            let part = UInt64(byte & 0x7f)
            guard shift < 63 || (shift == 63 && part <= 1) else {
                throw WireError(.varintOverflow, at: offset)
            }
            value |= part << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else {
                    throw WireError(.varintNotShortest, at: offset)
                }
                offset = position
                return value
            }
            shift += 7
        }
    }

    @inlinable
    public static func append(_ value: UInt64, to output: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }

    /// How many bytes the number takes.
    @inlinable
    public static func byteCount(_ value: UInt64) -> Int {
        value == 0 ? 1 : (70 - value.leadingZeroBitCount) / 7
    }
}

/// The number and the kind of a field, as they stand before its value.
public struct WireTag: Equatable, Sendable {
    /// The highest field number of protobuf.
    public static let numberLimit: UInt32 = (1 << 29) - 1

    public enum Kind: UInt8, Sendable { case varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 }

    public let number: UInt32
    public let kind: Kind

    @inlinable
    public init(_ number: UInt32, _ kind: Kind) {
        self.number = number
        self.kind = kind
    }

    @inlinable
    public var raw: UInt32 { number << 3 | UInt32(kind.rawValue) }
}
