/// A value with a byte form of fixed length whose order is the order of the values.
///
/// Tables sort their keys by these bytes. The fixed length is what lets two keys stand one after
/// the other and still sort by the first, then by the second.
public protocol OrderedKey: Hashable, Sendable {
    static var keyByteCount: Int { get }

    /// Reads `keyByteCount` bytes that start at `offset`; the caller has checked that they exist.
    ///
    /// - Returns: `nil` when the bytes stand for no value of the type.
    init?(key bytes: Span<UInt8>, from offset: Int)

    func appendKey(to output: inout [UInt8])
}

extension OrderedKey {
    /// The key's bytes.
    @inlinable
    public var keyBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.keyByteCount)
        appendKey(to: &bytes)
        return bytes
    }
}

/// Bytes of fixed size are their own key.
extension OrderedKey where Self: FixedWireForm {
    @inlinable
    public static var keyByteCount: Int { byteCount }

    @inlinable
    public init?(key bytes: Span<UInt8>, from offset: Int) {
        self.init(copying: bytes, from: offset)
    }

    @inlinable
    public func appendKey(to output: inout [UInt8]) { append(to: &output) }
}

/// Unsigned numbers are keys in big-endian form.
extension OrderedKey where Self: FixedWidthInteger & UnsignedInteger {
    @inlinable
    public static var keyByteCount: Int { bitWidth / 8 }

    @inlinable
    public init?(key bytes: Span<UInt8>, from offset: Int) {
        var value: UInt64 = 0
        for index in 0..<Self.keyByteCount { value = value << 8 | UInt64(bytes[offset + index]) }
        self.init(truncatingIfNeeded: value)
    }

    @inlinable
    public func appendKey(to output: inout [UInt8]) {
        for index in stride(from: Self.bitWidth - 8, through: 0, by: -8) {
            output.append(UInt8(truncatingIfNeeded: self >> Self(index)))
        }
    }
}

extension UInt8: OrderedKey {}
extension UInt16: OrderedKey {}
extension UInt32: OrderedKey {}
extension UInt64: OrderedKey {}
extension FixedBytes: OrderedKey {}

/// Two keys in a row: sorted by the first, then by the second.
@frozen
public struct KeyPair<First: OrderedKey, Second: OrderedKey>: OrderedKey {
    public let first: First
    public let second: Second

    @inlinable
    public init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    @inlinable
    public static var keyByteCount: Int { First.keyByteCount + Second.keyByteCount }

    @inlinable
    public init?(key bytes: Span<UInt8>, from offset: Int) {
        guard let first = First(key: bytes, from: offset),
            let second = Second(key: bytes, from: offset + First.keyByteCount)
        else { return nil }
        self.init(first, second)
    }

    @inlinable
    public func appendKey(to output: inout [UInt8]) {
        first.appendKey(to: &output)
        second.appendKey(to: &output)
    }
}
