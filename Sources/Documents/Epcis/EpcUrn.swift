import Primitives

/// EPC URNs, the older text form of GS1 keys.
///
/// - Source: EPC Tag Data Standard 1.13, section 6; the Digital Link forms are those that CBV 2.0,
///   section 8.9.3, hashes.
public enum EpcUrn {
    /// The Digital Link URI of an EPC, an EPC class or an EPC pattern; `nil` when the text is none of
    /// these, or not well formed.
    public static func digitalLink(_ text: String) -> String? {
        guard text.hasPrefix("urn:epc:") else { return nil }
        let parts = text.dropFirst(8).split(
            separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let path: String?
        switch parts[0] {
        case "id": path = identifier(String(parts[1]), String(parts[2]))
        case "class": path = parts[1] == "lgtin" ? lot(String(parts[2])) : nil
        case "idpat": path = pattern(String(parts[1]), String(parts[2]))
        default: path = nil
        }
        return path.map { DigitalLink.domain + $0 }
    }

    /// Whether the text claims to be of a scheme that ``digitalLink(_:)`` knows.
    static func isKnownScheme(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "urn", parts[1] == "epc" else { return false }
        let schemes = [
            "sgtin", "sscc", "sgln", "grai", "giai", "gsrn", "gsrnp", "gdti", "cpi", "sgcn", "ginc",
            "gsin", "itip", "upui", "pgln",
        ]
        return switch parts[2] {
        case "id", "idpat": schemes.contains(String(parts[3]))
        case "class": parts[3] == "lgtin"
        default: false
        }
    }

    private static func identifier(_ scheme: String, _ body: String) -> String? {
        switch scheme {
        case "sgtin", "upui":
            let limit = scheme == "sgtin" ? 20 : 28
            guard let (gtin, serial) = trade(body, limit) else { return nil }
            return "01/\(gtin)/\(scheme == "sgtin" ? "21" : "235")/\(serial)"
        case "sscc": return digits(body, total: 17).map { "00/\(closed(moved($0)))" }
        case "gsrn": return digits(body, total: 17).map { "8018/\(closed($0.joined()))" }
        case "gsrnp": return digits(body, total: 17).map { "8017/\(closed($0.joined()))" }
        case "gsin": return digits(body, total: 16).map { "402/\(closed($0.joined()))" }
        case "pgln": return digits(body, total: 12).map { "417/\(closed($0.joined()))" }
        case "sgln":
            guard let (gln, inner) = qualified(body, 20) else { return nil }
            return inner == "0" ? "414/\(gln)" : "414/\(gln)/254/\(inner)"
        case "grai": return qualified(body, 16, lead: "0").map { "8003/\($0.0)\($0.1)" }
        case "gdti": return qualified(body, 20).map { "253/\($0.0)\($0.1)" }
        case "sgcn":
            guard let (number, serial) = qualified(body, 12), isDigits(serial) else { return nil }
            return "255/\(number)\(serial)"
        case "giai": return reference(body).map { "8004/\($0)" }
        case "ginc": return reference(body).map { "401/\($0)" }
        case "cpi":
            guard let dot = body.lastIndex(of: "."), let part = component(String(body[..<dot]))
            else { return nil }
            let serial = String(body[body.index(after: dot)...])
            guard isDigits(serial), (1...12).contains(serial.count) else { return nil }
            return "8010/\(part)/8011/\(serial)"
        case "itip":
            guard let (number, serial) = piece(body, 20) else { return nil }
            return "8006/\(number)/21/\(serial)"
        default: return nil
        }
    }

    private static func lot(_ body: String) -> String? {
        trade(body, 20).map { "01/\($0.0)/10/\($0.1)" }
    }

    /// All keys that differ only in their serial number.
    private static func pattern(_ scheme: String, _ body: String) -> String? {
        guard body.hasSuffix(".*") else { return nil }
        let rest = String(body.dropLast(2))
        switch scheme {
        case "sgtin", "upui": return digits(rest, total: 13).map { "01/\(closed(moved($0)))" }
        case "grai": return digits(rest, total: 12).map { "8003/\(closed("0" + $0.joined()))" }
        case "gdti": return digits(rest, total: 12).map { "253/\(closed($0.joined()))" }
        case "sgcn": return digits(rest, total: 12).map { "255/\(closed($0.joined()))" }
        case "cpi": return component(rest).map { "8010/\($0)" }
        case "itip": return piece(rest + ".0", 20).map { "8006/\($0.0)" }
        default: return nil
        }
    }
}

// The parts that the schemes are made of.
extension EpcUrn {
    private static func isDigits(_ text: String) -> Bool { text.utf8.allSatisfy(\.isDigit) }

    /// Company prefix of 6 to 12 digits and reference, together of a fixed length.
    private static func digits(_ text: String, total: Int) -> [String]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, (6...12).contains(parts[0].utf8.count), parts.allSatisfy(isDigits),
            parts[0].utf8.count + parts[1].utf8.count == total
        else { return nil }
        return parts
    }

    /// The first digit of the reference goes before the company prefix.
    private static func moved(_ parts: [String]) -> String {
        "\(parts[1].prefix(1))\(parts[0])\(parts[1].dropFirst())"
    }

    private static func closed(_ digits: String) -> String {
        "\(digits)\(CheckDigit.of(Array(digits.utf8)))"
    }

    /// Two numbers and a rest that may hold dots itself.
    private static func split(_ body: String) -> (head: String, tail: String)? {
        let parts = body.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        return ("\(parts[0]).\(parts[1])", String(parts[2]))
    }

    private static func trade(_ body: String, _ limit: Int) -> (String, String)? {
        guard let (head, tail) = split(body), let parts = digits(head, total: 13),
            let serial = serial(tail, limit)
        else { return nil }
        return (closed(moved(parts)), serial)
    }

    private static func qualified(
        _ body: String, _ limit: Int, lead: String = ""
    ) -> (String, String)? {
        guard let (head, tail) = split(body), let parts = digits(head, total: 12),
            let serial = serial(tail, limit)
        else { return nil }
        return (closed(lead + parts.joined()), serial)
    }

    private static func piece(_ body: String, _ limit: Int) -> (String, String)? {
        guard let (head, tail) = split(body), let parts = digits(head, total: 13) else {
            return nil
        }
        let rest = tail.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
        guard rest.count == 3, rest[0].utf8.count == 2, rest[1].utf8.count == 2,
            isDigits(rest[0] + rest[1]), let serial = serial(rest[2], limit)
        else { return nil }
        return (closed(moved(parts)) + rest[0] + rest[1], serial)
    }

    /// Company prefix and a reference of letters, together at most 30 characters.
    private static func reference(_ body: String) -> String? {
        guard let (company, rest) = company(body), let text = serial(rest, 30 - company.count)
        else { return nil }
        return company + text
    }

    private static func company(_ body: String) -> (String, String)? {
        let parts = body.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count == 2, (6...12).contains(parts[0].utf8.count), isDigits(parts[0]) else {
            return nil
        }
        return (parts[0], parts[1])
    }

    /// A component or part number: capital letters, digits, `-`, and `#` and `/` escaped.
    private static func component(_ body: String) -> String? {
        guard let (company, rest) = company(body) else { return nil }
        let count = characters(rest) { byte, isEscaped in
            switch byte {
            case 0x2d, 0x30...0x39, 0x41...0x5a: true
            case 0x23, 0x2f: isEscaped
            default: false
            }
        }
        guard let count, (1...(30 - company.count)).contains(count) else { return nil }
        return company + rest
    }

    /// A serial number of at most `limit` characters, as a Digital Link writes it.
    private static func serial(_ text: String, _ limit: Int) -> String? {
        let count = characters(text) { byte, isEscaped in
            switch byte {
            case 0x21, 0x27...0x2e, 0x30...0x3b, 0x3d, 0x41...0x5a, 0x5f, 0x61...0x7a: true
            case 0x22, 0x25, 0x26, 0x2f, 0x3c, 0x3e, 0x3f: isEscaped
            default: false
            }
        }
        guard let count, (1...max(1, limit)).contains(count) else { return nil }
        return escaped(text)
    }

    /// How many characters a text has, an escape counting as one; `nil` when one is not allowed.
    private static func characters(
        _ text: String, allowed: (_ byte: UInt8, _ isEscaped: Bool) -> Bool
    ) -> Int? {
        let bytes = Array(text.utf8)
        var offset = 0
        var count = 0
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "%") {
                let digits = Array(bytes[(offset + 1)...].prefix(2))
                guard let code = Hex.decode(String(decoding: digits, as: UTF8.self))?.first,
                    allowed(code, true)
                else { return nil }
                offset += 3
            } else {
                guard allowed(bytes[offset], false) else { return nil }
                offset += 1
            }
            count += 1
        }
        return count
    }

    private static let reserved: [(plain: Character, escape: String)] = [
        ("!", "%21"), ("(", "%28"), (")", "%29"), ("*", "%2A"), ("+", "%2B"), (",", "%2C"),
        (":", "%3A"),
    ]

    /// Writes what a URN may have plain and a Digital Link may not.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            reserved.first { $0.plain == character }?.escape ?? String(character)
        }.joined()
    }

    /// Undoes ``escaped(_:)``.
    static func unescaped(_ text: String) -> String {
        var text = text
        for (plain, escape) in reserved {
            text = text.split(separator: escape, omittingEmptySubsequences: false)
                .joined(separator: String(plain))
        }
        return text
    }
}
