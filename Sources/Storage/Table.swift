public import Wire

/// A named, ordered map from one key type to one value type.
///
/// The name is part of the disk format. The form of the values follows from their type: messages
/// by their wire form, fixed sizes and plain bytes as they are.
public struct Table<Key: OrderedKey, Value>: Sendable {
    /// The longest key that the engine takes.
    ///
    /// - Unit: bytes.
    public static var keyByteLimit: Int { 511 }

    public let name: String
    let encode: @Sendable (Value) -> [UInt8]
    let decode: @Sendable (Span<UInt8>) throws(WireError) -> Value

    private init(
        name: String, encode: @escaping @Sendable (Value) -> [UInt8],
        decode: @escaping @Sendable (Span<UInt8>) throws(WireError) -> Value
    ) {
        precondition(!name.isEmpty, "a table has a name")
        precondition(
            (1...Self.keyByteLimit).contains(Key.keyByteCount), "keys have 1 to 511 bytes")
        self.name = name
        self.encode = encode
        self.decode = decode
    }
}

extension Table where Value: WireCodable {
    public init(_ name: String) {
        self.init(name: name, encode: { $0.wire }) { bytes throws(WireError) in
            try Value(wire: bytes)
        }
    }
}

extension Table where Value: FixedWireForm {
    public init(_ name: String) {
        self.init(
            name: name,
            encode: { value in
                var bytes: [UInt8] = []
                bytes.reserveCapacity(Value.byteCount)
                value.append(to: &bytes)
                return bytes
            },
            decode: { bytes throws(WireError) in
                guard bytes.count == Value.byteCount else {
                    throw WireError(
                        .wrongSize(count: bytes.count, expected: Value.byteCount), at: 0)
                }
                return Value(copying: bytes, from: 0)
            })
    }
}

extension Table where Value == [UInt8] {
    public init(_ name: String) {
        self.init(name: name, encode: { $0 }) { bytes throws(WireError) in
            bytes.copy(0..<bytes.count)
        }
    }
}

extension Table where Value == UInt64 {
    /// A table of numbers, for counters and marks.
    public init(_ name: String) {
        self.init(name: name, encode: { $0.keyBytes }) { bytes throws(WireError) in
            guard bytes.count == 8, let number = UInt64(key: bytes, from: 0) else {
                throw WireError(.wrongSize(count: bytes.count, expected: 8), at: 0)
            }
            return number
        }
    }
}

/// Which keys of a table are meant: from a first one up to, but without, an end.
public struct KeyRange<Key: OrderedKey>: Sendable {
    /// The first bytes in the range; empty means from the start.
    let lower: [UInt8]
    /// The first bytes above the range; `nil` means to the end.
    let upper: [UInt8]?

    private init(lower: [UInt8], upper: [UInt8]?) {
        self.lower = lower
        self.upper = upper
    }

    public static var all: Self { KeyRange(lower: [], upper: nil) }

    /// `key` and all above it.
    public static func from(_ key: Key) -> Self { KeyRange(lower: key.keyBytes, upper: nil) }

    /// All keys above `key`.
    public static func above(_ key: Key) -> Self { KeyRange(lower: key.keyBytes + [0], upper: nil) }

    /// All keys below `key`.
    public static func below(_ key: Key) -> Self { KeyRange(lower: [], upper: key.keyBytes) }

    /// `key` and all below it.
    public static func through(_ key: Key) -> Self {
        KeyRange(lower: [], upper: key.keyBytes + [0])
    }

    /// From `first`, without `end`.
    public static func between(_ first: Key, _ end: Key) -> Self {
        KeyRange(lower: first.keyBytes, upper: end.keyBytes)
    }

    /// From `first` to `last`, both included.
    public static func between(_ first: Key, through last: Key) -> Self {
        KeyRange(lower: first.keyBytes, upper: last.keyBytes + [0])
    }

    /// All keys whose bytes begin with these.
    public static func beginning(with prefix: [UInt8]) -> Self {
        var upper = prefix
        while let last = upper.popLast() {
            if last < .max { return KeyRange(lower: prefix, upper: upper + [last + 1]) }
        }
        return KeyRange(lower: prefix, upper: nil)
    }

    /// All pairs with this first part.
    public static func first<First, Second>(_ first: First) -> Self
    where Key == KeyPair<First, Second> {
        beginning(with: first.keyBytes)
    }
}
