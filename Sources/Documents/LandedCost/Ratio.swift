public import Trade

/// An exact fraction, for rates and for sums of money before they are rounded.
///
/// - Shape: lowest terms, the denominator above zero; a result that leaves 128 bits is `nil`.
public struct Ratio: Hashable, Sendable {
    public let numerator: Int128
    public let denominator: Int128

    public static let zero = Ratio(whole: 0)
    public static let one = Ratio(whole: 1)

    private init(whole: Int128) {
        numerator = whole
        denominator = 1
    }

    /// - Returns: `nil` when the denominator is zero, or a value cannot change its sign.
    public init?(_ numerator: Int128, over denominator: Int128) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        let divisor = Self.greatestDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / Int128(divisor)
        self.denominator = sign * denominator / Int128(divisor)
    }

    /// The exact value of a decimal number.
    public init(_ figure: Figure) {
        self = Ratio(figure.units, over: 10_000_000_000) ?? .zero
    }

    private static func greatestDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
        var (larger, smaller) = (left, right)
        while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger == 0 ? 1 : larger
    }

    public func adding(_ other: Ratio) -> Ratio? {
        let (left, overLeft) = numerator.multipliedReportingOverflow(by: other.denominator)
        let (right, overRight) = other.numerator.multipliedReportingOverflow(by: denominator)
        let (bottom, overBottom) = denominator.multipliedReportingOverflow(by: other.denominator)
        let (top, overTop) = left.addingReportingOverflow(right)
        guard !overLeft, !overRight, !overBottom, !overTop else { return nil }
        return Ratio(top, over: bottom)
    }

    public func subtracting(_ other: Ratio) -> Ratio? {
        Ratio(-other.numerator, over: other.denominator).flatMap(adding)
    }

    public func times(_ other: Ratio) -> Ratio? {
        // Reduced crosswise first, so that fewer products leave 128 bits.
        guard let first = Ratio(numerator, over: other.denominator),
            let second = Ratio(other.numerator, over: denominator)
        else { return nil }
        let (top, overTop) = first.numerator.multipliedReportingOverflow(by: second.numerator)
        let (bottom, overBottom) = first.denominator.multipliedReportingOverflow(
            by: second.denominator)
        guard !overTop, !overBottom else { return nil }
        return Ratio(top, over: bottom)
    }

    public func divided(by other: Ratio) -> Ratio? {
        Ratio(other.denominator, over: other.numerator).flatMap(times)
    }

    /// The nearest number with so many decimals, halves away from zero.
    ///
    /// - Returns: Units of 10⁻ᵈ, or `nil` on overflow.
    public func rounded(decimals: Int) -> Int128? {
        var scaled = numerator.magnitude
        for _ in 0..<decimals {
            let (next, overflow) = scaled.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            scaled = next
        }
        let (quotient, remainder) = scaled.quotientAndRemainder(
            dividingBy: denominator.magnitude)
        let isUp = remainder >= denominator.magnitude - remainder
        guard let result = Int128(exactly: isUp ? quotient + 1 : quotient) else { return nil }
        return numerator < 0 ? -result : result
    }
}
