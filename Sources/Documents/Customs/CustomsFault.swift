/// One thing that is wrong with a customs message: which field, which rule.
public struct CustomsFault: Error, Equatable, Sendable {
    /// What is wrong.
    ///
    /// Each case is one rule of the field table (Documents specification D82 to D86).
    public enum Flaw: Equatable, Sendable {
        case missing
        case empty
        case tooLong(length: Int, limit: Int)
        case wrongLength(length: Int, expected: Int)
        case notAllowed([String])
        case notDecimal
        case tooManyDecimals(count: Int, limit: Int)
        case notWhole
        case tooManyDigits(count: Int, limit: Int)
        case notTime(digits: Int)
        /// Not a field of this message.
        case unknown
        /// A field of this message, after one that must come later.
        case misplaced
        case repeated(limit: Int)
        /// A field that holds elements instead of text.
        case notText
        /// A number that another document of the message has already; which one, counted from 1.
        case duplicate(of: Int)
    }

    /// Where in the message: `Order[1]/OrderList[2]/qty`, counted from 1.
    public let path: String
    /// The line of the file, or 0 when the field is not there.
    public let line: Int
    public let flaw: Flaw

    public init(path: String, line: Int, flaw: Flaw) {
        self.path = path
        self.line = line
        self.flaw = flaw
    }
}

extension CustomsFault: CustomStringConvertible {
    public var description: String {
        (line > 0 ? "\(path) (line \(line)) " : "\(path) ") + flaw.sentence
    }
}

extension CustomsFault.Flaw {
    /// The rest of a sentence that begins with the field.
    public var sentence: String {
        switch self {
        case .missing: "is missing"
        case .empty: "is empty"
        case .tooLong(let length, let limit): "has \(length) characters, and at most \(limit) fit"
        case .wrongLength(let length, let expected):
            "has \(length) characters, and must have \(expected)"
        case .notAllowed(let values):
            "must be \(values.map { "`\($0)`" }.joined(separator: " or "))"
        case .notDecimal: "must be a number such as `12.50`"
        case .tooManyDecimals(let count, let limit):
            "has \(count) decimals, and at most \(limit) fit"
        case .notWhole: "must be a whole number"
        case .tooManyDigits(let count, let limit): "has \(count) digits, and at most \(limit) fit"
        case .notTime(let digits):
            "must be a real date written as "
                + (digits == 8 ? "YYYYMMDD" : digits == 14 ? "YYYYMMDDhhmmss" : "YYYYMMDDhhmmssSSS")
        case .unknown: "is not a field of this message"
        case .misplaced: "stands after a field that must follow it"
        case .repeated(let limit): "occurs more than \(limit == 1 ? "once" : "\(limit) times")"
        case .notText: "must hold text, not elements"
        case .duplicate(let number):
            "is the number of document \(number) already; each is used once"
        }
    }

    /// The rule's short name, for programs.
    public var name: String {
        switch self {
        case .missing: "missing"
        case .empty: "empty"
        case .tooLong: "too-long"
        case .wrongLength: "wrong-length"
        case .notAllowed: "not-allowed"
        case .notDecimal: "not-decimal"
        case .tooManyDecimals: "too-many-decimals"
        case .notWhole: "not-whole"
        case .tooManyDigits: "too-many-digits"
        case .notTime: "not-time"
        case .unknown: "unknown"
        case .misplaced: "misplaced"
        case .repeated: "repeated"
        case .notText: "not-text"
        case .duplicate: "duplicate"
        }
    }
}
