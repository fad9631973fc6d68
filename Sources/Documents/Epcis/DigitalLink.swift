/// GS1 Digital Link URIs: a key written as a web address.
///
/// - Source: GS1 Digital Link URI Syntax 1.1; the canonical form is the one that CBV 2.0, section
///   8.9.3, hashes: domain `id.gs1.org`, numbers for names, no query, the finest key only.
public enum DigitalLink {
    public static let domain = "https://id.gs1.org/"

    private static let names: [String: String] = [
        "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417",
        "gsrnp": "8017", "gsrn": "8018", "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401",
        "gsin": "402", "grai": "8003", "giai": "8004", "cpv": "22", "lot": "10", "ser": "21",
    ]

    private static let keys: Set<String> = [
        "00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010",
        "8017", "8018",
    ]

    /// The canonical form; `nil` when the text is no Digital Link that is understood.
    ///
    /// Values may hold `%` escapes unless the caller says otherwise: the reference generator of the
    /// event hash leaves an address with one as it is, so the hash asks without.
    public static func normalized(_ text: String, withEscapes: Bool = true) -> String? {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.contains(".") else {
            return nil
        }
        let address = text.prefix { $0 != "?" }
        let segments = address.split(separator: "/", omittingEmptySubsequences: false)
            .dropFirst(3).map { names[String($0)] ?? String($0) }
        let start = segments.indices.first { index in
            keys.contains(segments[index]) && index + 1 < segments.count
                && isValue(segments[index + 1])
        }
        guard let start else { return nil }
        var path = Array(segments[start...])
        guard path.count.isMultiple(of: 2), let padded = padded(path[0], path[1]) else {
            return nil
        }
        path[1] = padded
        remove("22", from: &path)
        if path.indices.contains(where: { !$0.isMultiple(of: 2) ? false : path[$0] == "21" }) {
            remove("10", from: &path)
        }
        return isWellFormed(path, withEscapes) ? domain + path.joined(separator: "/") : nil
    }

    /// The value after a key begins with four digits of a company prefix.
    private static func isValue(_ text: String) -> Bool {
        text.utf8.count > 4 && text.utf8.prefix(4).allSatisfy(\.isDigit)
    }

    /// GTINs have 14 digits; shorter ones get zeros in front.
    private static func padded(_ key: String, _ value: String) -> String? {
        guard key == "01" else { return value }
        guard value.utf8.allSatisfy(\.isDigit), [8, 12, 13, 14].contains(value.utf8.count) else {
            return nil
        }
        return String(repeating: "0", count: 14 - value.utf8.count) + value
    }

    private static func remove(_ qualifier: String, from path: inout [String]) {
        for index in stride(from: 2, to: path.count, by: 2) where path[index] == qualifier {
            path.removeSubrange(index...index + 1)
            return
        }
    }

    private static func isWellFormed(_ path: [String], _ withEscapes: Bool) -> Bool {
        let value = path[1]
        let digits = value.utf8.prefix(while: \.isDigit).count
        /// So many digits, then so many other characters.
        func has(_ fixed: Int, then limit: Int) -> Bool {
            digits >= fixed && isPlain(value, withEscapes) && value.utf8.count <= fixed + limit
        }
        func isNumber(of count: Int) -> Bool { digits == count && value.utf8.count == count }
        let valid =
            switch path[0] {
            case "00", "8006", "8017", "8018": isNumber(of: 18)
            case "01": isNumber(of: 14)
            case "402": isNumber(of: 17)
            case "414", "417": isNumber(of: 13)
            case "253": has(13, then: 17)
            case "255": has(13, then: 12) && digits == value.utf8.count
            case "8003": has(14, then: 16)
            case "401", "8004": has(0, then: 30)
            case "8010":
                value.utf8.count <= 30
                    && value.utf8.allSatisfy {
                        $0.isDigit || (0x41...0x5a).contains($0) || "#-".utf8.contains($0)
                    }
            default: false
            }
        guard valid else { return false }
        guard path.count > 2 else { return true }
        guard path.count == 4 else { return false }
        let limit = ["235": 28, "8011": 12][path[2]] ?? 20
        let escapes = withEscapes ? path[3].utf8.count { $0 == 0x25 } * 2 : 0
        guard path[3].utf8.count - escapes <= limit else { return false }
        switch (path[0], path[2]) {
        case ("01", "21"), ("01", "10"), ("01", "235"), ("414", "254"), ("8006", "21"),
            ("8006", "10"):
            return isPlain(path[3], withEscapes)
        case ("8010", "8011"): return path[3].utf8.allSatisfy(\.isDigit)
        default: return false
        }
    }

    private static func isPlain(_ text: String, _ withEscapes: Bool) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x22, 0x27, 0x2d, 0x2e, 0x30...0x39, 0x3b...0x3f, 0x41...0x5a, 0x5f, 0x61...0x7a:
                true
            case 0x25: withEscapes
            default: false
            }
        }
    }
}
