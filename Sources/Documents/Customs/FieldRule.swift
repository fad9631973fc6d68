/// What one field of a customs message may hold.
///
/// - Source: facts from the field list of GACC's interface specification, edition 202205; lengths count
///   characters as XML Schema does, that is Unicode scalars.
public struct FieldRule: Equatable, Sendable {
    public enum Form: Equatable, Sendable {
        /// One character or more, up to so many.
        case text(Int)
        /// Any number of characters up to so many; may be empty.
        case open(Int)
        case exactly(Int)
        case oneOf([String])
        /// At most 19 digits, 5 of them after the point.
        case decimal
        /// A whole number of 32 bits.
        case integer
        /// A whole number of at most nine digits.
        case count
        /// `YYYYMMDD`.
        case day
        /// `YYYYMMDDhhmmss`.
        case moment
        /// `YYYYMMDDhhmmssSSS`.
        case instant
    }

    public let name: String
    public let form: Form
    public let isRequired: Bool

    static func required(_ name: String, _ form: Form) -> FieldRule {
        FieldRule(name: name, form: form, isRequired: true)
    }

    static func optional(_ name: String, _ form: Form) -> FieldRule {
        FieldRule(name: name, form: form, isRequired: false)
    }

    /// What is wrong with a text in this field, or `nil`.
    public func flaw(of text: String) -> CustomsFault.Flaw? {
        let length = text.unicodeScalars.count
        switch form {
        case .text(let limit):
            if length == 0 { return .empty }
            return length > limit ? .tooLong(length: length, limit: limit) : nil
        case .open(let limit):
            return length > limit ? .tooLong(length: length, limit: limit) : nil
        case .exactly(let count):
            if length == 0 { return .empty }
            return length == count ? nil : .wrongLength(length: length, expected: count)
        case .oneOf(let values):
            if length == 0 { return .empty }
            return values.contains(text) ? nil : .notAllowed(values)
        case .decimal, .integer, .count: return Self.flaw(ofNumber: text, form)
        case .day, .moment, .instant: return Self.flaw(ofTime: text, form)
        }
    }

    /// XML Schema lets blanks stand around a number.
    private static func flaw(ofNumber text: String, _ form: Form) -> CustomsFault.Flaw? {
        let number = Array(text.utf8).trimmingXMLBlanks()
        guard !number.isEmpty else { return .empty }
        var digits = number
        if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") {
            digits.removeFirst()
        }
        let parts = digits.split(
            separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        guard CheckDigits.isDigits(parts.joined()), !parts.joined().isEmpty,
            parts.count <= (form == .decimal ? 2 : 1)
        else { return form == .decimal ? .notDecimal : .notWhole }
        let whole = parts[0].drop { $0 == 0x30 }.count
        switch form {
        case .decimal:
            let fraction = parts.count == 2 ? parts[1].reversed().drop { $0 == 0x30 }.count : 0
            if fraction > 5 { return .tooManyDecimals(count: fraction, limit: 5) }
            return whole + fraction > 19
                ? .tooManyDigits(count: whole + fraction, limit: 19) : nil
        case .integer:
            return Int32(String(decoding: number, as: UTF8.self)) == nil
                ? .tooManyDigits(count: whole, limit: 9) : nil
        default:
            return whole > 9 ? .tooManyDigits(count: whole, limit: 9) : nil
        }
    }

    private static func flaw(ofTime text: String, _ form: Form) -> CustomsFault.Flaw? {
        let digits = Array(text.utf8)
        guard !digits.isEmpty else { return .empty }
        let count = form == .day ? 8 : form == .moment ? 14 : 17
        guard digits.count == count, CheckDigits.isDigits(digits) else {
            return .notTime(digits: count)
        }
        func number(_ range: Range<Int>) -> Int {
            digits[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard let day = CalendarDay(year: number(0..<4), month: number(4..<6), day: number(6..<8)),
            day.year > 0
        else { return .notTime(digits: count) }
        guard count > 8 else { return nil }
        let isTime = number(8..<10) < 24 && number(10..<12) < 60 && number(12..<14) < 60
        return isTime ? nil : .notTime(digits: count)
    }
}

extension [UInt8] {
    /// Without blanks, tabs and line ends at both ends.
    func trimmingXMLBlanks() -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0a).contains($0) || $0 == 0x0d }
        return Array(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
