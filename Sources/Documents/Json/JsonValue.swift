/// A value of a JSON document, just as the text has it.
///
/// - Source: RFC 8259. Members keep their order, and numbers keep their text, so that reading and
///   writing changes nothing and no floating point touches an amount.
public indirect enum JsonValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(JsonNumber)
    case string(String)
    case array([JsonValue])
    case object(JsonObject)
}

/// A number of a JSON document, kept as its text.
///
/// - Shape: the grammar of RFC 8259, section 6, at most ``byteLimit`` bytes.
public struct JsonNumber: Hashable, Sendable, CustomStringConvertible {
    public static let byteLimit = 128

    public let text: String

    /// - Returns: `nil` when the text is no number of JSON.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.byteLimit, Self.length(in: bytes, from: 0) == bytes.count,
            !bytes.isEmpty
        else { return nil }
        self.text = text
    }

    public init(_ integer: Int) { text = String(integer) }

    init(checked text: String) { self.text = text }

    public var description: String { text }

    /// How many bytes from `start` on are a number; 0 when none are.
    static func length(in bytes: [UInt8], from start: Int) -> Int {
        var offset = start
        func digits() -> Int {
            let first = offset
            while offset < bytes.count, bytes[offset].isDigit { offset += 1 }
            return offset - first
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        let first = offset
        let count = digits()
        guard count > 0, count == 1 || bytes[first] != UInt8(ascii: "0") else { return 0 }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            guard digits() > 0 else { return 0 }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            let signs: [UInt8] = [UInt8(ascii: "+"), UInt8(ascii: "-")]
            if offset < bytes.count, signs.contains(bytes[offset]) { offset += 1 }
            guard digits() > 0 else { return 0 }
        }
        return offset - start
    }

    /// The number when it is an integer that fits.
    public var integer: Int? {
        text.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") } ? Int(text) : nil
    }

    /// The nearest double; `nil` when the number is too large for one.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}

/// The members of a JSON object, in the order of the text; no name twice.
public struct JsonObject: Equatable, Sendable {
    public struct Member: Equatable, Sendable {
        public let name: String
        public var value: JsonValue

        public init(_ name: String, _ value: JsonValue) {
            self.name = name
            self.value = value
        }
    }

    public private(set) var members: [Member]

    /// - Precondition: no name occurs twice.
    public init(_ members: [Member] = []) {
        precondition(
            Set(members.map { Array($0.name.utf8) }).count == members.count, "a name occurs twice")
        self.members = members
    }

    init(checked members: [Member]) { self.members = members }

    public subscript(_ name: String) -> JsonValue? {
        members.first { $0.name.hasSameBytes(as: name) }?.value
    }

    /// Sets a member: in its place when it is there, else as the last one.
    public mutating func set(_ name: String, _ value: JsonValue) {
        if let index = members.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
            members[index].value = value
        } else {
            members.append(Member(name, value))
        }
    }

    /// Sets a member when there is a value for it.
    mutating func set(_ name: String, ifPresent value: JsonValue?) {
        if let value { set(name, value) }
    }

    /// The object without one member.
    public func without(_ name: String) -> JsonObject {
        JsonObject(checked: members.filter { !$0.name.hasSameBytes(as: name) })
    }
}

extension JsonValue {
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var array: [JsonValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    public var object: JsonObject? {
        if case .object(let object) = self { object } else { nil }
    }

    public var number: JsonNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// What kind of value it is, for a sentence.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension String {
    /// Equality of bytes; `==` also calls texts equal that differ in their Unicode form.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
}
