extension Amount {
    /// The most decimals of an asset.
    public static let decimalLimit = 18

    /// Reads `12`, `12.5` or `12.50` as minor units of an asset with so many decimals.
    ///
    /// - Returns: `nil` for a sign, an exponent, a separator, a decimal too many, or overflow. A point
    ///   needs digits on both sides.
    public init?(decimal text: String, decimals: Int) {
        precondition((0...Self.decimalLimit).contains(decimals), "an asset has 0 to 18 decimals")
        let parts = text.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        guard fraction.count <= decimals else { return nil }
        let padding = repeatElement(UInt8(ascii: "0"), count: decimals - fraction.count)
        var units: UInt64 = 0
        for digit in Array(parts[0]) + fraction + padding {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (shifted, overflow) = units.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit - 0x30))
            guard !overflow, !carry else { return nil }
            units = sum
        }
        self.init(minorUnits: units)
    }

    /// All decimals, always: `12.50` for 1 250 minor units of an asset with two.
    public func decimal(_ decimals: Int) -> String {
        let digits = String(minorUnits)
        guard decimals > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
