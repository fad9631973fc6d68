/// An exact decimal number, as customs documents write prices, quantities and weights.
///
/// - Unit: 10⁻¹⁰ of one, so that a product of two numbers of five decimals is exact.
/// - Shape: 128 bits, signed; arithmetic reports overflow as `nil`.
public struct Figure: Hashable, Comparable, Sendable {
    public static let decimals = 10
    private static let one: Int128 = 10_000_000_000
    /// Two factors of five decimals each make one number of ten.
    private static let factorStep: Int128 = 100_000
    /// The longest text that is read.
    public static let byteLimit = 40

    public let units: Int128

    public init(units: Int128) { self.units = units }

    public init(_ whole: Int) { units = Int128(whole) * Self.one }

    public static let zero = Figure(units: 0)

    public static func < (left: Self, right: Self) -> Bool { left.units < right.units }

    /// Reads `12`, `-0.5`, `12.50`, `.5` or `12.`: the decimal of XML Schema, without blanks.
    ///
    /// - Returns: `nil` for an exponent, a separator, more than ten decimals that are not zero, more than
    ///   ``byteLimit`` bytes, or overflow.
    public init?(_ text: [UInt8]) {
        guard text.count <= Self.byteLimit else { return nil }
        var rest = text[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var units: Int128 = 0
        var decimals: Int?
        var digitCount = 0
        for byte in rest {
            if byte == UInt8(ascii: "."), decimals == nil {
                decimals = 0
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            digitCount += 1
            if let seen = decimals {
                guard seen < Self.decimals || byte == 0x30 else { return nil }
                decimals = seen + 1
                if seen >= Self.decimals { continue }
            }
            guard let next = Self.appending(byte, to: units) else { return nil }
            units = next
        }
        guard digitCount > 0 else { return nil }
        for _ in min(decimals ?? 0, Self.decimals)..<Self.decimals {
            guard let next = Self.appending(0x30, to: units) else { return nil }
            units = next
        }
        self.units = isNegative ? -units : units
    }

    private static func appending(_ digit: UInt8, to units: Int128) -> Int128? {
        let (shifted, overflow) = units.multipliedReportingOverflow(by: 10)
        let (sum, carry) = shifted.addingReportingOverflow(Int128(digit - 0x30))
        return overflow || carry ? nil : sum
    }

    /// The one canonical text: no sign for zero, no leading or trailing zeros, `19050.01`.
    public var canonical: [UInt8] {
        let magnitude = units.magnitude
        let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: UInt128(Self.one))
        var text = Array(String(whole).utf8)
        if fraction > 0 {
            let digits = Array(String(fraction).utf8)
            text.append(UInt8(ascii: "."))
            text += repeatElement(0x30, count: Self.decimals - digits.count)
            text += digits
            while text.last == 0x30 { text.removeLast() }
        }
        return units < 0 ? [UInt8(ascii: "-")] + text : text
    }

    public func adding(_ other: Figure) -> Figure? {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        return overflow ? nil : Figure(units: sum)
    }

    public func subtracting(_ other: Figure) -> Figure? {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        return overflow ? nil : Figure(units: difference)
    }

    /// The exact product of two numbers with at most five decimals; `nil` for others and on overflow.
    public func times(_ other: Figure) -> Figure? {
        guard units % Self.factorStep == 0, other.units % Self.factorStep == 0 else { return nil }
        let (product, overflow) = (units / Self.factorStep).multipliedReportingOverflow(
            by: other.units / Self.factorStep)
        return overflow ? nil : Figure(units: product)
    }
}
