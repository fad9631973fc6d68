/// Reads protobuf that other programs wrote: any field order, unknown fields skipped.
///
/// Used for the messages that libp2p defines, and for nothing of our own. It yields one field at a
/// time and reserves no memory, so that the reader decides what to keep and how much.
public struct ForeignMessage {
    public enum Value: Equatable, Sendable {
        case number(UInt64)
        /// Where the bytes of the field lie in the message.
        case bytes(Range<Int>)
        /// A fixed-width field; none of the formats that we read uses one.
        case skipped
    }

    public private(set) var offset: Int
    public let end: Int

    public init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or `nil` at the end.
    ///
    /// Numbers need not be in their shortest form, since foreign writers may pad them.
    public mutating func next(
        of bytes: Span<UInt8>
    ) throws(WireError) -> (number: UInt32, value: Value)? {
        guard offset < end else { return nil }
        let start = offset
        let tag = try number(of: bytes)
        guard tag >> 3 > 0, tag >> 3 <= UInt64(WireTag.numberLimit),
            let kind = WireTag.Kind(rawValue: UInt8(tag & 7))
        else { throw WireError(.unexpected(tag: tag), at: start) }
        let field = UInt32(tag >> 3)
        switch kind {
        case .varint: return (field, .number(try number(of: bytes)))
        case .bytes:
            let length = try number(of: bytes)
            _ = try advance(by: length)
            return (field, .bytes(offset - Int(length)..<offset))
        case .fixed64:
            try advance(by: 8)
            return (field, .skipped)
        case .fixed32:
            try advance(by: 4)
            return (field, .skipped)
        }
    }

    private mutating func advance(by length: UInt64) throws(WireError) {
        guard length <= UInt64(end - offset) else {
            throw WireError(
                .truncated(needed: Int(clamping: length), available: end - offset), at: offset)
        }
        offset += Int(length)
    }

    private mutating func number(of bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<Varint.byteLimit {
            guard offset < end else {
                throw WireError(.truncated(needed: 1, available: 0), at: offset)
            }
            let byte = bytes[offset]
            offset += 1
            // Bits past the 64th are dropped, as other readers of the format do.
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        throw WireError(.varintOverflow, at: offset)
    }
}
