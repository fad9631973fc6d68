/// Digits that show a slip of the finger, as each kind of number defines them.
///
/// - Shape: every function takes the text as written, without blanks and with capitals, and answers
///   `false` for any other form.
enum CheckDigits {
    static func isDigits(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { (0x30...0x39).contains($0) }
    }

    static func isCapitals(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { (0x41...0x5a).contains($0) }
    }

    /// The remainder of ISO 7064 mod 97, letters as 10 to 35; `nil` for other characters.
    static func remainder97(_ bytes: some Sequence<UInt8>) -> Int? {
        var remainder = 0
        for byte in bytes {
            switch byte {
            case 0x30...0x39: remainder = (remainder * 10 + Int(byte - 0x30)) % 97
            case 0x41...0x5a: remainder = (remainder * 100 + Int(byte - 0x41) + 10) % 97
            default: return nil
            }
        }
        return remainder
    }
}

/// The numbers of GS1: GTIN of 8, 12, 13 or 14 digits, GLN of 13, SSCC of 18.
///
/// - Source: GS1 General Specifications, 7.9.
public enum GS1Number {
    /// The check digit of the digits before it, or `nil` when there are others than digits.
    public static func checkDigit(of body: String) -> Int? {
        let digits = Array(body.utf8)
        guard !digits.isEmpty, CheckDigits.isDigits(digits) else { return nil }
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            sum + Int(digit.element - 0x30) * (digit.offset.isMultiple(of: 2) ? 3 : 1)
        }
        return (10 - sum % 10) % 10
    }

    public static func isGTIN(_ text: String) -> Bool {
        [8, 12, 13, 14].contains(text.utf8.count) && isValid(text)
    }

    public static func isGLN(_ text: String) -> Bool { text.utf8.count == 13 && isValid(text) }

    public static func isSSCC(_ text: String) -> Bool { text.utf8.count == 18 && isValid(text) }

    private static func isValid(_ text: String) -> Bool {
        guard let last = text.last?.wholeNumberValue,
            let check = checkDigit(of: String(text.dropLast()))
        else { return false }
        return last == check
    }
}

/// A postal item, `EE471108151CN`.
///
/// - Source: UPU S10.
public enum PostalItemNumber {
    private static let weights = [8, 6, 4, 2, 3, 5, 9, 7]

    /// The check digit of an eight-digit serial number, or `nil` for anything else.
    public static func checkDigit(of serial: String) -> Int? {
        let digits = Array(serial.utf8)
        guard digits.count == 8, CheckDigits.isDigits(digits) else { return nil }
        let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        return switch 11 - sum % 11 {
        case 10: 0
        case 11: 5
        case let digit: digit
        }
    }

    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 13, CheckDigits.isCapitals(bytes[0..<2]),
            CheckDigits.isCapitals(bytes[11..<13]), (0x30...0x39).contains(bytes[10])
        else { return false }
        let serial = String(decoding: bytes[2..<10], as: UTF8.self)
        return checkDigit(of: serial) == Int(bytes[10] - 0x30)
    }
}

/// A freight container, `CSQU3054383`.
///
/// - Source: ISO 6346.
public enum ContainerNumber {
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 11, CheckDigits.isCapitals(bytes[0..<4]),
            [UInt8](arrayLiteral: 0x55, 0x4a, 0x5a).contains(bytes[3]),  // U, J, Z
            CheckDigits.isDigits(bytes[4...])
        else { return false }
        let sum = bytes.prefix(10).enumerated().reduce(0) { $0 + value($1.element) << $1.offset }
        return sum % 11 % 10 == Int(bytes[10] - 0x30)
    }

    /// Letters count from 10 up, leaving out the multiples of 11.
    private static func value(_ byte: UInt8) -> Int {
        guard byte >= 0x41 else { return Int(byte - 0x30) }
        let plain = Int(byte - 0x41) + 10
        return plain + (plain - 1) / 10
    }
}

/// A legal entity, 20 characters.
///
/// - Source: ISO 17442, ISO 7064 mod 97-10.
public enum LegalEntityIdentifier {
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 20 && CheckDigits.isDigits(bytes[18...])
            && CheckDigits.remainder97(bytes) == 1
    }
}

/// A bank account, two letters, two digits, up to 30 more characters.
///
/// - Source: ISO 13616. The length of each country's numbers is not checked.
public enum BankAccountNumber {
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (15...34).contains(bytes.count), CheckDigits.isCapitals(bytes[0..<2]),
            CheckDigits.isDigits(bytes[2..<4])
        else { return false }
        return CheckDigits.remainder97(bytes[4...] + bytes[..<4]) == 1
    }
}

/// A ship, seven digits.
///
/// - Source: IMO resolution A.1117(30).
public enum ShipNumber {
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 7, CheckDigits.isDigits(bytes) else { return false }
        let sum = bytes.prefix(6).enumerated().reduce(0) {
            $0 + Int($1.element - 0x30) * (7 - $1.offset)
        }
        return sum % 10 == Int(bytes[6] - 0x30)
    }
}

/// A Chinese organisation's unified social credit code, 18 characters.
///
/// - Source: GB 32100-2015.
public enum SocialCreditCode {
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    public static func isValid(_ text: String) -> Bool {
        let values = text.utf8.map { alphabet.firstIndex(of: $0) }
        guard values.count == 18, values.allSatisfy({ $0 != nil }) else { return false }
        var weight = 1
        var sum = 0
        for value in values.prefix(17) {
            sum += (value ?? 0) * weight
            weight = weight * 3 % 31
        }
        return values[17] == (31 - sum % 31) % 31
    }
}

/// A Chinese resident's identity number, 18 characters.
///
/// - Source: GB 11643-1999.
public enum ResidentIdentity {
    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checks = Array("10X98765432".utf8)

    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 18, CheckDigits.isDigits(bytes[..<17]) else { return false }
        func number(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        guard
            CalendarDay(year: number(6..<10), month: number(10..<12), day: number(12..<14)) != nil
        else { return false }
        let sum = zip(bytes, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        return bytes[17] == checks[sum % 11]
    }
}
