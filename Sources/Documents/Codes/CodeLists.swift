/// A country of ISO 3166-1.
public struct CountryCode: Hashable, Sendable {
    /// `CN`.
    public let letters: String
    /// `CHN`.
    public let longLetters: String
    /// `156`: the number of ISO, not the one that customs writes.
    public let number: String

    /// The number that Chinese customs writes, `142` for China; `nil` when it is not confirmed.
    public var customsNumber: String? { CodeTables.customsCountries[letters] }

    /// - Parameter text: Two letters, three letters, or the number of ISO.
    public init?(_ text: String) {
        guard let found = Self.byText[text] else { return nil }
        self = found
    }

    /// - Parameter customsNumber: A number as Chinese customs writes it.
    public init?(customsNumber: String) {
        guard let entry = CodeTables.customsCountries.first(where: { $0.value == customsNumber })
        else { return nil }
        self.init(entry.key)
    }

    private init(letters: String, longLetters: String, number: String) {
        self.letters = letters
        self.longLetters = longLetters
        self.number = number
    }

    private static let byText: [String: CountryCode] = {
        var table: [String: CountryCode] = [:]
        for entry in CodeTables.countries.split(whereSeparator: \.isWhitespace) {
            let parts = entry.split(separator: ",").map(String.init)
            let code = CountryCode(
                letters: parts[0], longLetters: parts[1], number: parts[2])
            for part in parts { table[part] = code }
        }
        return table
    }()
}

/// A currency of ISO 4217.
public struct CurrencyCode: Hashable, Sendable {
    /// `CNY`.
    public let letters: String
    /// `156`: the number of ISO, not the one that customs writes.
    public let number: String

    /// The number that Chinese customs writes, `142` for the yuan; `nil` when it is not confirmed.
    public var customsNumber: String? { CodeTables.customsCurrencies[letters] }

    /// - Parameter text: Three letters, or the number of ISO.
    public init?(_ text: String) {
        guard let found = Self.byText[text] else { return nil }
        self = found
    }

    /// - Parameter customsNumber: A number as Chinese customs writes it.
    public init?(customsNumber: String) {
        guard let entry = CodeTables.customsCurrencies.first(where: { $0.value == customsNumber })
        else { return nil }
        self.init(entry.key)
    }

    private init(letters: String, number: String) {
        self.letters = letters
        self.number = number
    }

    private static let byText: [String: CurrencyCode] = {
        var table: [String: CurrencyCode] = [:]
        for entry in CodeTables.currencies.split(whereSeparator: \.isWhitespace) {
            let parts = entry.split(separator: ",").map(String.init)
            let code = CurrencyCode(letters: parts[0], number: parts[1])
            for part in parts { table[part] = code }
        }
        return table
    }()
}

/// A subheading of the Harmonized System: six digits.
///
/// - Source: HS 2022: chapters 01 to 97, of which 77 is kept free. Whether the subheading is in use is not
///   checked.
public struct HSCode: Hashable, Sendable {
    public let digits: String

    /// - Parameter text: Six digits, or a longer national code of 8 or 10 whose first six count.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard [6, 8, 10].contains(bytes.count), CheckDigits.isDigits(bytes),
            let chapter = Int(text.prefix(2)), (1...97).contains(chapter), chapter != 77
        else { return nil }
        digits = String(text.prefix(6))
    }

    /// `33` of `330300`.
    public var chapter: String { String(digits.prefix(2)) }
}

/// A place of UN/LOCODE: the country and three characters, `CNSHA`.
///
/// - Source: UN/LOCODE manual, edition 2023-2: capitals and the digits 2 to 9. Whether the place is in the
///   list is not checked.
public struct PlaceCode: Hashable, Sendable {
    public let country: CountryCode
    public let place: String

    /// - Parameter text: `CNSHA` or `CN SHA`.
    public init?(_ text: String) {
        let bytes = Array(text.utf8.filter { $0 != 0x20 })
        guard bytes.count == 5, text.utf8.count <= 6,
            let country = CountryCode(String(decoding: bytes[..<2], as: UTF8.self)),
            bytes[2...].allSatisfy({ CheckDigits.isCapitals([$0]) || (0x32...0x39).contains($0) })
        else { return nil }
        self.country = country
        place = String(decoding: bytes[2...], as: UTF8.self)
    }
}
