/// The one byte form of a JSON value that signatures are made over.
///
/// - Source: RFC 8785 (JCS): members sorted by the UTF-16 units of their names, no blanks, numbers as
///   ECMAScript prints them.
public enum CanonicalJson {
    /// Why a value has no canonical form.
    public enum Fault: Error, Equatable, Sendable {
        /// The number is too large for a double.
        case tooLarge(String)
        /// The integer is no double, so that its canonical form would be another number.
        case inexact(String)
    }

    public static func bytes(of value: JsonValue) throws(Fault) -> [UInt8] {
        var output: [UInt8] = []
        try write(value, into: &output)
        return output
    }

    private static func write(_ value: JsonValue, into output: inout [UInt8]) throws(Fault) {
        switch value {
        case .null, .bool: output += JsonWriter.text(of: value).utf8
        case .string(let text): JsonWriter.write(text, into: &output)
        case .number(let number): output += try text(of: number).utf8
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try write(value, into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            let sorted = object.members.sorted {
                $0.name.utf16.lexicographicallyPrecedes($1.name.utf16)
            }
            output.append(UInt8(ascii: "{"))
            for (index, member) in sorted.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                JsonWriter.write(member.name, into: &output)
                output.append(UInt8(ascii: ":"))
                try write(member.value, into: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// A number as ECMAScript prints it.
    ///
    /// - Throws: ``Fault/inexact(_:)`` for an integer that a double does not hold: whoever reads it as
    ///   a double would sign another number than the text says.
    public static func text(of number: JsonNumber) throws(Fault) -> String {
        guard let value = number.double else { throw .tooLarge(number.text) }
        if number.text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "-") }),
            DecimalText.integer(value) != number.text, DecimalText.script(value) != number.text,
            value != 0
        {
            throw .inexact(number.text)
        }
        return DecimalText.script(value)
    }
}

extension CanonicalJson.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge(let text): "the number \(text.prefix(40)) is too large to be signed"
        case .inexact(let text):
            "the integer \(text.prefix(40)) has more digits than a signed number can carry"
        }
    }
}

/// Decimal text of doubles.
enum DecimalText {
    /// The shortest digits that give the double back, and the power of ten of the point before them:
    /// 12.5 is (`125`, 2).
    static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
        let parts = value.magnitude.description.utf8.split(separator: UInt8(ascii: "e"))
        let exponent = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
        let halves = parts[0].split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let whole = Array(halves[0])
        var digits = whole + (halves.count > 1 ? Array(halves[1]) : [])
        var point = whole.count + exponent
        while digits.count > 1, digits[0] == UInt8(ascii: "0") {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, point)
    }

    /// ECMA-262, Number::toString, radix 10.
    static func script(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        let (digits, point) = shortest(value)
        let zero = UInt8(ascii: "0")
        let dot = UInt8(ascii: ".")
        var text: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        if point > 0, point <= 21 {
            let padded = digits + [UInt8](repeating: zero, count: max(0, point - digits.count))
            text += padded.prefix(point)
            if digits.count > point { text += [dot] + digits.dropFirst(point) }
        } else if point <= 0, point > -6 {
            text += [zero, dot] + [UInt8](repeating: zero, count: -point) + digits
        } else {
            text.append(digits[0])
            if digits.count > 1 { text += [dot] + digits.dropFirst() }
            text += "e\(point > 0 ? "+" : "-")\((point - 1).magnitude)".utf8
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// All digits of a double that is an integer.
    static func integer(_ value: Double) -> String {
        guard value.magnitude >= 0x1p63 else { return String(Int64(value)) }
        // significand * 2^shift, in base ten, least significant digit first.
        let shift = Int(value.exponent) - 52
        var rest = value.significandBitPattern | 1 << 52
        var digits: [UInt8] = []
        while rest > 0 {
            digits.append(UInt8(rest % 10))
            rest /= 10
        }
        for _ in 0..<shift {
            var carry: UInt8 = 0
            for index in digits.indices {
                let doubled = digits[index] * 2 + carry
                digits[index] = doubled % 10
                carry = doubled / 10
            }
            if carry > 0 { digits.append(carry) }
        }
        let text = digits.reversed().map { $0 + UInt8(ascii: "0") }
        return (value < 0 ? "-" : "") + String(decoding: text, as: UTF8.self)
    }
}
