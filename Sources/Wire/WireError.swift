/// Why a byte sequence was refused, and where.
public struct WireError: Error, Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        /// The message ends before the value does.
        case truncated(needed: Int, available: Int)
        /// A length or a count is above the limit of its field.
        case overLimit(count: Int, limit: Int)
        /// A varint has more than ten bytes or more than 64 bits.
        case varintOverflow
        /// A varint could have been written with fewer bytes.
        case varintNotShortest
        /// A number does not fit the field's type.
        case outOfRange(UInt64)
        /// A field that holds its default value was written; canonical form leaves it out.
        case defaultWritten
        /// A field that must be there is not.
        case missing
        /// A field that is unknown here, repeated, or out of ascending order.
        case unexpected(tag: UInt64)
        /// A field of fixed size has another size.
        case wrongSize(count: Int, expected: Int)
        /// A number that stands for none of the known cases.
        case unknownCase(UInt64)
        /// Text with bytes that are not UTF-8.
        case notUTF8
        /// A value that is well formed and still not allowed here.
        case invalid
        /// Messages nested deeper than the limit.
        case tooDeep(limit: Int)
        /// Bytes after the end of the message.
        case trailing(count: Int)
    }

    public let reason: Reason
    /// Bytes already read when the fault was found, counted from the first byte of the message.
    public let offset: Int
    /// Field names, outermost first: `["block", "header", "parent"]`.
    public private(set) var path: [String]

    public init(_ reason: Reason, at offset: Int, path: [String] = []) {
        self.reason = reason
        self.offset = offset
        self.path = path
    }

    /// The same error, seen from the message that holds the field.
    public func inside(_ field: StaticString) -> WireError {
        WireError(reason, at: offset, path: [field.description] + path)
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        let place = path.isEmpty ? "message" : path.joined(separator: ".")
        return "\(place) at byte \(offset): \(reason)"
    }
}
