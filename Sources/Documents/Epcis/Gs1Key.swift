/// A key of GS1: what an item, a lot, a box, a place or a party is called everywhere.
///
/// - Source: GS1 General Specifications, section 3; the texts are EPC URNs (TDS 1.13, section 6) or
///   Digital Link URIs (GS1 Digital Link 1.1).
public enum Gs1Key: Hashable, Sendable {
    /// One item: GTIN of 14 digits and serial number (SGTIN).
    case item(gtin: String, serial: String)
    /// All items of one lot (LGTIN).
    case lot(gtin: String, lot: String)
    /// All items of one product.
    case product(gtin: String)
    /// A box, pallet or container: 18 digits (SSCC).
    case logisticUnit(sscc: String)
    /// A place: GLN of 13 digits, and the place inside it (SGLN).
    case place(gln: String, extension: String?)
    /// A party: GLN of 13 digits (PGLN).
    case party(gln: String)
    /// A key of another kind, by its canonical Digital Link URI.
    case other(uri: String)

    /// Why a text names no key.
    public enum Fault: Error, Equatable, Sendable {
        case notAKey(String)
        case checkDigit(String, expected: Character)
    }

    /// Reads an EPC URN or a Digital Link URI of any domain.
    public init(_ text: String) throws(Fault) {
        guard let uri = EpcUrn.digitalLink(text) ?? DigitalLink.normalized(text) else {
            throw .notAKey(text)
        }
        let parts = uri.split(separator: "/").map(String.init)
        let path = Array(parts.dropFirst(2))
        guard path.count >= 2 else { throw .notAKey(text) }
        if let digits = Self.checkedDigits(path[0], path[1]) {
            let expected = CheckDigit.of(Array(digits.utf8.dropLast()))
            guard digits.last == expected else { throw .checkDigit(digits, expected: expected) }
        }
        let qualifier = path.count == 4 ? path[2] : nil
        switch (path[0], qualifier) {
        case ("01", "21"): self = .item(gtin: path[1], serial: path[3])
        case ("01", "10"): self = .lot(gtin: path[1], lot: path[3])
        case ("01", nil): self = .product(gtin: path[1])
        case ("00", nil): self = .logisticUnit(sscc: path[1])
        case ("414", "254"): self = .place(gln: path[1], extension: path[3])
        case ("414", nil): self = .place(gln: path[1], extension: nil)
        case ("417", nil): self = .party(gln: path[1])
        default: self = .other(uri: uri)
        }
    }

    /// The part of a key that ends with a check digit; `nil` for a key that has none.
    private static func checkedDigits(_ identifier: String, _ value: String) -> String? {
        switch identifier {
        case "00", "01", "402", "414", "417", "8017", "8018": value
        case "253", "255": String(value.prefix(13))
        case "8003", "8006": String(value.prefix(14))
        default: nil
        }
    }

    /// The canonical Digital Link URI: what is hashed, and what names the item on the ledger.
    public var digitalLink: String {
        let path =
            switch self {
            case .item(let gtin, let serial): "01/\(gtin)/21/\(serial)"
            case .lot(let gtin, let lot): "01/\(gtin)/10/\(lot)"
            case .product(let gtin): "01/\(gtin)"
            case .logisticUnit(let sscc): "00/\(sscc)"
            case .place(let gln, let inner?): "414/\(gln)/254/\(inner)"
            case .place(let gln, nil): "414/\(gln)"
            case .party(let gln): "417/\(gln)"
            case .other(let uri): String(uri.dropFirst(DigitalLink.domain.count))
            }
        return DigitalLink.domain + path
    }

    /// The EPC URN of the key.
    ///
    /// - Parameter prefixDigits: how many digits the company prefix has, 6 to 12; the key itself does
    ///   not say.
    /// - Returns: `nil` for a key of another kind, or a prefix of another length.
    public func urn(prefixDigits: Int) -> String? {
        guard (6...12).contains(prefixDigits) else { return nil }
        func split(_ digits: Substring) -> String {
            "\(digits.prefix(prefixDigits)).\(digits.dropFirst(prefixDigits))"
        }
        /// The indicator digit goes from before the company prefix to after it.
        func moved(_ digits: String) -> String {
            let body = digits.dropLast()
            let rest = body.dropFirst()
            return "\(rest.prefix(prefixDigits)).\(body.prefix(1))\(rest.dropFirst(prefixDigits))"
        }
        switch self {
        case .item(let gtin, let serial):
            return "urn:epc:id:sgtin:\(moved(gtin)).\(EpcUrn.unescaped(serial))"
        case .lot(let gtin, let lot):
            return "urn:epc:class:lgtin:\(moved(gtin)).\(EpcUrn.unescaped(lot))"
        case .product(let gtin): return "urn:epc:idpat:sgtin:\(moved(gtin)).*"
        case .logisticUnit(let sscc): return "urn:epc:id:sscc:\(moved(sscc))"
        case .place(let gln, let inner):
            return "urn:epc:id:sgln:\(split(gln.dropLast())).\(EpcUrn.unescaped(inner ?? "0"))"
        case .party(let gln): return "urn:epc:id:pgln:\(split(gln.dropLast()))"
        case .other: return nil
        }
    }

    /// Whether the key names single things that can be followed: an item, a box, an asset.
    public var isInstance: Bool {
        switch self {
        case .item, .logisticUnit: return true
        case .lot, .product, .place, .party: return false
        case .other(let uri):
            return ["/21/", "/8003/", "/8004/", "/253/", "/235/", "/8011/"].contains {
                uri.contains($0)
            }
        }
    }
}

extension Gs1Key.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAKey(let text): "`\(text.prefix(100))` is no key of GS1"
        case .checkDigit(let digits, let expected):
            "the check digit of \(digits) must be \(expected)"
        }
    }
}

/// The last digit of GS1 keys.
///
/// - Source: GS1 General Specifications, section 7.9: digits weigh 3 and 1 in turn from the right, and
///   the check digit makes the sum a multiple of ten.
public enum CheckDigit {
    /// The check digit that belongs behind these ASCII digits.
    public static func of(_ digits: [UInt8]) -> Character {
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() where digit.isDigit {
            sum += Int(digit - 0x30) * (index.isMultiple(of: 2) ? 3 : 1)
        }
        return Character(Unicode.Scalar(UInt8(0x30 + (10 - sum % 10) % 10)))
    }
}
