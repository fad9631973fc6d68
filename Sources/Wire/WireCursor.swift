/// A place in a message, and the end that a reader may not pass.
///
/// Each reading function takes one field. Fields are asked for in ascending order; a field that is
/// not next is absent. Whatever is left when the message ends was unknown, repeated or out of order,
/// and ``finish(of:)`` refuses it.
public struct WireCursor {
    /// Messages inside messages, counted from the outermost.
    public static let depthLimit = 16

    /// Bytes read so far, counted from the first byte of the outermost message.
    public private(set) var offset: Int
    /// The first offset that does not belong to the message being read.
    public private(set) var end: Int
    private var depth = 0

    public init(count: Int) {
        offset = 0
        end = count
    }

    /// Checks that the message was read to its end.
    ///
    /// - Throws: ``WireError/Reason/unexpected(tag:)`` when a field is left over.
    public func finish(of bytes: Span<UInt8>) throws(WireError) {
        guard offset < end else { return }
        var copy = self
        let tag = try copy.varint(of: bytes)
        throw WireError(.unexpected(tag: tag), at: offset)
    }

    /// The number of the next field, or `nil` at the end of the message.
    public func nextField(of bytes: Span<UInt8>) throws(WireError) -> UInt32? {
        guard offset < end else { return nil }
        var copy = self
        let tag = try copy.varint(of: bytes)
        guard tag >> 3 <= UInt64(WireTag.numberLimit) else {
            throw WireError(.unexpected(tag: tag), at: offset)
        }
        return UInt32(tag >> 3)
    }

    // MARK: Numbers

    /// An unsigned number; absent means zero.
    public mutating func uint64(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> UInt64 {
        let start = offset
        do throws(WireError) {
            guard try take(WireTag(number, .varint), of: bytes) else { return 0 }
            let value = try varint(of: bytes)
            guard value != 0 else { throw WireError(.defaultWritten, at: start) }
            return value
        } catch { throw error.inside(name) }
    }

    /// An unsigned number of 32 bits; absent means zero.
    public mutating func uint32(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> UInt32 {
        let start = offset
        let value = try uint64(number, name, of: bytes)
        guard let narrow = UInt32(exactly: value) else {
            throw WireError(.outOfRange(value), at: start).inside(name)
        }
        return narrow
    }

    /// A truth value; absent means `false`.
    public mutating func bool(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> Bool {
        let start = offset
        let value = try uint64(number, name, of: bytes)
        guard value <= 1 else { throw WireError(.outOfRange(value), at: start).inside(name) }
        return value == 1
    }

    /// A list of numbers in packed form; absent means empty.
    public mutating func uint64s(
        _ number: UInt32, _ name: StaticString, limit: Int, of bytes: Span<UInt8>
    ) throws(WireError) -> [UInt64] {
        do throws(WireError) {
            guard let range = try field(number, of: bytes) else { return [] }
            guard !range.isEmpty else { throw WireError(.defaultWritten, at: range.lowerBound) }
            let outer = end
            end = range.upperBound
            offset = range.lowerBound
            var values: [UInt64] = []
            while offset < end {
                guard values.count < limit else {
                    throw WireError(.overLimit(count: values.count + 1, limit: limit), at: offset)
                }
                values.append(try varint(of: bytes))
            }
            end = outer
            return values
        } catch { throw error.inside(name) }
    }

    // MARK: Bytes

    /// A byte string of at most `limit` bytes; absent means empty.
    public mutating func bytes(
        _ number: UInt32, _ name: StaticString, limit: Int, of bytes: Span<UInt8>
    ) throws(WireError) -> [UInt8] {
        do throws(WireError) {
            guard let range = try field(number, limit: limit, of: bytes) else { return [] }
            guard !range.isEmpty else { throw WireError(.defaultWritten, at: range.lowerBound) }
            return bytes.copy(range)
        } catch { throw error.inside(name) }
    }

    /// UTF-8 text of at most `limit` bytes; absent means empty.
    public mutating func text(
        _ number: UInt32, _ name: StaticString, limit: Int, of bytes: Span<UInt8>
    ) throws(WireError) -> String {
        let start = offset
        let raw = try self.bytes(number, name, limit: limit, of: bytes)
        guard let text = String(validating: raw, as: UTF8.self) else {
            throw WireError(.notUTF8, at: start).inside(name)
        }
        return text
    }

    /// A byte string of the type's own size; it must be there.
    @inlinable
    public mutating func fixed<Value: FixedWireForm>(
        _ number: UInt32, _ name: StaticString, as type: Value.Type = Value.self,
        of bytes: Span<UInt8>
    ) throws(WireError) -> Value {
        guard let value = try optionalFixed(number, name, as: type, of: bytes) else {
            throw WireError(.missing, at: offset).inside(name)
        }
        return value
    }

    /// A byte string of the type's own size, or nothing.
    @inlinable
    public mutating func optionalFixed<Value: FixedWireForm>(
        _ number: UInt32, _ name: StaticString, as type: Value.Type = Value.self,
        of bytes: Span<UInt8>
    ) throws(WireError) -> Value? {
        do throws(WireError) {
            guard let range = try field(number, of: bytes) else { return nil }
            guard range.count == Value.byteCount else {
                throw WireError(
                    .wrongSize(count: range.count, expected: Value.byteCount),
                    at: range.lowerBound)
            }
            return Value(copying: bytes, from: range.lowerBound)
        } catch { throw error.inside(name) }
    }

    /// Repeated byte strings of the type's own size, at most `limit` of them.
    @inlinable
    public mutating func fixedList<Value: FixedWireForm>(
        _ number: UInt32, _ name: StaticString, as type: Value.Type = Value.self, limit: Int,
        of bytes: Span<UInt8>
    ) throws(WireError) -> [Value] {
        var values: [Value] = []
        while let value = try optionalFixed(number, name, as: type, of: bytes) {
            guard values.count < limit else {
                throw WireError(.overLimit(count: values.count + 1, limit: limit), at: offset)
                    .inside(name)
            }
            values.append(value)
        }
        return values
    }

    /// Repeated byte strings, at most `limit` of them, each at most `byteLimit` long.
    public mutating func bytesList(
        _ number: UInt32, _ name: StaticString, limit: Int, byteLimit: Int, of bytes: Span<UInt8>
    ) throws(WireError) -> [[UInt8]] {
        var values: [[UInt8]] = []
        do throws(WireError) {
            while let range = try field(number, limit: byteLimit, of: bytes) {
                guard values.count < limit else {
                    throw WireError(.overLimit(count: values.count + 1, limit: limit), at: offset)
                }
                values.append(bytes.copy(range))
            }
        } catch { throw error.inside(name) }
        return values
    }

    // MARK: Messages

    /// A message inside this one; it must be there.
    @inlinable
    public mutating func message<Value: WireCodable>(
        _ number: UInt32, _ name: StaticString, as type: Value.Type = Value.self,
        of bytes: Span<UInt8>
    ) throws(WireError) -> Value {
        guard let value = try optionalMessage(number, name, as: type, of: bytes) else {
            throw WireError(.missing, at: offset).inside(name)
        }
        return value
    }

    /// A message inside this one, or nothing.
    @inlinable
    public mutating func optionalMessage<Value: WireCodable>(
        _ number: UInt32, _ name: StaticString, as type: Value.Type = Value.self,
        of bytes: Span<UInt8>
    ) throws(WireError) -> Value? {
        do throws(WireError) {
            guard let range = try field(number, of: bytes) else { return nil }
            let outer = try descend(into: range)
            let value = try Value(from: bytes, at: &self)
            try finish(of: bytes)
            ascend(to: outer)
            return value
        } catch { throw error.inside(name) }
    }

    /// Repeated messages, at most `limit` of them.
    @inlinable
    public mutating func messages<Value: WireCodable>(
        _ number: UInt32, _ name: StaticString, as type: Value.Type = Value.self, limit: Int,
        of bytes: Span<UInt8>
    ) throws(WireError) -> [Value] {
        var values: [Value] = []
        while let value = try optionalMessage(number, name, as: type, of: bytes) {
            guard values.count < limit else {
                throw WireError(.overLimit(count: values.count + 1, limit: limit), at: offset)
                    .inside(name)
            }
            values.append(value)
        }
        return values
    }

    // MARK: Parts

    /// The range of a length-delimited field, if it is next; the cursor moves past it.
    public mutating func field(
        _ number: UInt32, limit: Int = .max, of bytes: Span<UInt8>
    ) throws(WireError) -> Range<Int>? {
        guard try take(WireTag(number, .bytes), of: bytes) else { return nil }
        let length = try varint(of: bytes)
        guard length <= UInt64(limit) else {
            throw WireError(
                .overLimit(count: Int(clamping: length), limit: limit), at: offset)
        }
        guard length <= UInt64(end - offset) else {
            throw WireError(
                .truncated(needed: Int(clamping: length), available: end - offset), at: offset)
        }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    /// Goes into a message inside this one.
    ///
    /// - Returns: where this one ends.
    @usableFromInline
    mutating func descend(into range: Range<Int>) throws(WireError) -> Int {
        guard depth < Self.depthLimit else {
            throw WireError(.tooDeep(limit: Self.depthLimit), at: range.lowerBound)
        }
        let outer = end
        (offset, end, depth) = (range.lowerBound, range.upperBound, depth + 1)
        return outer
    }

    @usableFromInline
    mutating func ascend(to outer: Int) { (end, depth) = (outer, depth - 1) }

    private mutating func take(_ tag: WireTag, of bytes: Span<UInt8>) throws(WireError) -> Bool {
        guard offset < end else { return false }
        if tag.raw < 0x80 {
            guard bytes[offset] == UInt8(tag.raw) else { return false }
            offset += 1
            return true
        }
        var copy = self
        guard try copy.varint(of: bytes) == UInt64(tag.raw) else { return false }
        self = copy
        return true
    }

    mutating func varint(of bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        try Varint.read(of: bytes, at: &offset, end: end)
    }
}

extension Span<UInt8> {
    /// The bytes of a range that has been checked, as an array.
    public func copy(_ range: Range<Int>) -> [UInt8] {
        let part = extracting(range)
        var copy = [UInt8](repeating: 0, count: part.count)
        var target = copy.mutableSpan
        // Both counts are the same number here, so that the loop needs no check for each byte.
        for index in 0..<min(part.count, target.count) { target[index] = part[index] }
        return copy
    }
}
