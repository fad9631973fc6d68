/// A quantity of one asset.
///
/// - Unit: the asset's smallest unit; for a currency with two decimals, `1_250` is 12.50.
/// - Shape: unsigned, 64 bits.
/// - Source: design R6: arithmetic reports overflow and never traps or wraps.
@frozen
public struct Amount: Hashable, Comparable, Sendable {
    public let minorUnits: UInt64

    @inlinable
    public init(minorUnits: UInt64) { self.minorUnits = minorUnits }

    public static let zero = Amount(minorUnits: 0)

    @inlinable
    public static func < (left: Amount, right: Amount) -> Bool {
        left.minorUnits < right.minorUnits
    }
}

public enum AmountError: Error, Equatable, Sendable {
    /// The subtraction would go below zero, by so much.
    case short(by: Amount)
    /// The sum does not fit 64 bits.
    case overflow
}

extension Amount {
    /// Subtracts, or says how much is missing.
    ///
    /// - Throws: ``AmountError/short(by:)`` when `other` is larger than `self`.
    public func subtracting(_ other: Amount) throws(AmountError) -> Amount {
        let (difference, underflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        guard !underflow else { throw .short(by: Amount(minorUnits: 0 &- difference)) }
        return Amount(minorUnits: difference)
    }

    /// Adds, or says that the sum is too large.
    ///
    /// - Throws: ``AmountError/overflow``.
    public func adding(_ other: Amount) throws(AmountError) -> Amount {
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Amount(minorUnits: sum)
    }

    /// Multiplies, or says that the product is too large.
    ///
    /// - Throws: ``AmountError/overflow``.
    public func multiplied(by factor: UInt64) throws(AmountError) -> Amount {
        let (product, overflow) = minorUnits.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw .overflow }
        return Amount(minorUnits: product)
    }
}
