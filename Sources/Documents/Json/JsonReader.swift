/// Reads one JSON document, strictly and within limits.
///
/// - Source: RFC 8259 with the restrictions of RFC 7493: UTF-8 without a byte order mark, no name
///   twice in an object, no half of a surrogate pair.
public struct JsonReader {
    /// What a document may cost; each is checked before memory is reserved.
    public struct Limits: Sendable {
        public var byteLimit = 16 << 20
        /// Objects and lists inside one another.
        public var depthLimit = 64
        /// Members of one object.
        public var memberLimit = 4_096
        /// Elements of one list.
        public var elementLimit = 100_000
        /// Values in the whole document.
        public var valueLimit = 1_000_000
        /// Bytes of one text or name, unescaped.
        public var textByteLimit = 1 << 18

        public init() {}

        public static let standard = Limits()
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var offset = 0
    private var depth = 0
    private var valueCount = 0

    private init(_ bytes: [UInt8], _ limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads a whole document.
    public static func read(
        _ bytes: [UInt8], limits: Limits = .standard
    ) throws(JsonFault) -> JsonValue {
        guard bytes.count <= limits.byteLimit else {
            throw JsonFault(.tooManyBytes(limit: limits.byteLimit), at: 0, in: [])
        }
        var reader = JsonReader(bytes, limits)
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.fault(.textAfterEnd) }
        return value
    }

    private func fault(_ reason: JsonFault.Reason) -> JsonFault {
        JsonFault(reason, at: offset, in: bytes)
    }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value() throws(JsonFault) -> JsonValue {
        valueCount += 1
        guard valueCount <= limits.valueLimit else {
            throw fault(.tooManyValues(limit: limits.valueLimit))
        }
        guard offset < bytes.count else { throw fault(.truncated) }
        switch bytes[offset] {
        case UInt8(ascii: "{"):
            return .object(
                try nested { reader throws(JsonFault) in
                    try reader.object()
                })
        case UInt8(ascii: "["):
            return .array(
                try nested { reader throws(JsonFault) in
                    try reader.array()
                })
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested<Value>(
        _ read: (inout JsonReader) throws(JsonFault) -> Value
    ) throws(JsonFault) -> Value {
        depth += 1
        guard depth <= limits.depthLimit else { throw fault(.tooDeep(limit: limits.depthLimit)) }
        offset += 1
        skipSpace()
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JsonFault) -> JsonObject {
        var members: [JsonObject.Member] = []
        var names: Set<[UInt8]> = []
        if take(UInt8(ascii: "}")) { return JsonObject(checked: []) }
        while true {
            guard members.count < limits.memberLimit else {
                throw fault(.tooManyMembers(limit: limits.memberLimit))
            }
            guard offset < bytes.count else { throw fault(.truncated) }
            guard bytes[offset] == UInt8(ascii: "\"") else { throw fault(.noName) }
            let start = offset
            let name = try text()
            guard names.insert(Array(name.utf8)).inserted else {
                throw JsonFault(.nameTwice(name), at: start, in: bytes)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault(.noColon) }
            skipSpace()
            members.append(JsonObject.Member(name, try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return JsonObject(checked: members) }
            guard take(UInt8(ascii: ",")) else { throw fault(.noComma) }
            skipSpace()
        }
    }

    private mutating func array() throws(JsonFault) -> [JsonValue] {
        var values: [JsonValue] = []
        if take(UInt8(ascii: "]")) { return values }
        while true {
            guard values.count < limits.elementLimit else {
                throw fault(.tooManyElements(limit: limits.elementLimit))
            }
            values.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw fault(.noComma) }
            skipSpace()
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: JsonValue
    ) throws(JsonFault) -> JsonValue {
        for byte in word.description.utf8 {
            guard take(byte) else { throw fault(.notAValue) }
        }
        return value
    }

    private mutating func number() throws(JsonFault) -> JsonNumber {
        let length = JsonNumber.length(in: bytes, from: offset)
        guard length > 0 else { throw fault(.notAValue) }
        guard length <= JsonNumber.byteLimit else {
            throw fault(.numberTooLong(limit: JsonNumber.byteLimit))
        }
        let text = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
        offset += length
        return JsonNumber(checked: text)
    }

    private mutating func text() throws(JsonFault) -> String {
        offset += 1
        var content: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw fault(.notUTF8)
                }
                offset += 1
                return text
            }
            guard byte >= 0x20 else { throw fault(.controlCharacter) }
            guard content.count < limits.textByteLimit else {
                throw fault(.textTooLong(limit: limits.textByteLimit))
            }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &content)
            } else {
                content.append(byte)
            }
        }
        throw fault(.truncated)
    }

    private mutating func escape(into content: inout [UInt8]) throws(JsonFault) {
        guard offset < bytes.count else { throw fault(.truncated) }
        let byte = bytes[offset]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            offset += 1
            try codePoint(into: &content)
            return
        default: throw fault(.badEscape)
        }
        offset += 1
    }

    private mutating func codePoint(into content: inout [UInt8]) throws(JsonFault) {
        let start = offset
        let first = try codeUnit()
        var code = UInt32(first)
        if (0xd800...0xdbff).contains(first) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw JsonFault(.halfSurrogate, at: start, in: bytes)
            }
            let second = try codeUnit()
            guard (0xdc00...0xdfff).contains(second) else {
                throw JsonFault(.halfSurrogate, at: start, in: bytes)
            }
            code = 0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(second) - 0xdc00
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw JsonFault(.halfSurrogate, at: start, in: bytes)
        }
        content.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func codeUnit() throws(JsonFault) -> UInt16 {
        guard offset + 4 <= bytes.count else { throw fault(.truncated) }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue,
                bytes[offset] < 0x80
            else { throw fault(.badEscape) }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
