/// A byte string whose length is part of its type, stored inline.
///
/// - Shape: `count` bytes, no allocation, and no length to check twice.
@frozen
public struct FixedBytes<let count: Int>: Sendable {
    @usableFromInline var storage: InlineArray<count, UInt8>

    @inlinable
    public init(repeating byte: UInt8 = 0) { storage = InlineArray(repeating: byte) }

    @inlinable
    public init(_ storage: InlineArray<count, UInt8>) { self.storage = storage }

    /// Copies an array of exactly `count` bytes; `nil` for any other length.
    @inlinable
    public init?(_ array: [UInt8]) {
        guard array.count == count else { return nil }
        self.init(copying: array.span, from: 0)
    }

    @inlinable
    public subscript(index: Int) -> UInt8 {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    /// The bytes as an array, for printing and for calls that need one.
    @inlinable
    public var array: [UInt8] {
        var array: [UInt8] = []
        array.reserveCapacity(count)
        append(to: &array)
        return array
    }

    @inlinable
    public var inline: InlineArray<count, UInt8> { storage }

    @inlinable
    public var isZero: Bool {
        var all: UInt8 = 0
        for index in storage.indices { all |= storage[index] }
        return all == 0
    }
}

extension FixedBytes: FixedWireForm {
    @inlinable
    public static var byteCount: Int { count }

    @inlinable
    public init(copying bytes: Span<UInt8>, from offset: Int) {
        let part = bytes.extracting(offset..<offset &+ count)
        storage = InlineArray(repeating: 0)
        // Both counts are the same number here, so that the loop needs no check for each byte.
        for index in 0..<min(count, part.count) { storage[index] = part[index] }
    }

    @inlinable
    public func append(to output: inout [UInt8]) {
        output.append(addingCapacity: count) { room in
            room.append(repeating: 0, count: count)
            var target = room.mutableSpan
            // Both counts are the same number here, so that the loop needs no check for each byte.
            for index in 0..<min(count, target.count) { target[index] = storage[index] }
        }
    }
}

extension FixedBytes: Hashable {
    /// Compares without stopping early: the time does not tell where two values differ.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool {
        var difference: UInt8 = 0
        for index in left.storage.indices {
            difference |= left.storage[index] ^ right.storage[index]
        }
        return difference == 0
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        var index = 0
        while index &+ 8 <= count {
            var word: UInt64 = 0
            for byte in 0..<8 { word |= UInt64(storage[index &+ byte]) << UInt64(8 &* byte) }
            hasher.combine(word)
            index &+= 8
        }
        guard index < count else { return }
        var rest: UInt64 = 0
        while index < count {
            rest = rest << 8 | UInt64(storage[index])
            index &+= 1
        }
        hasher.combine(rest)
    }
}

extension FixedBytes: Comparable {
    /// Lexicographic order of the bytes.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        for index in left.storage.indices where left.storage[index] != right.storage[index] {
            return left.storage[index] < right.storage[index]
        }
        return false
    }
}
