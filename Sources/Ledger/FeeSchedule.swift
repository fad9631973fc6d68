public import Primitives

/// What a transaction weighs and what that costs: a posted price, no auction (design R7).
public struct FeeSchedule: Sendable {
    public static let signatureWeight: UInt64 = 200
    public static let entryWeight: UInt64 = 100
    /// Prices are for so many units of weight.
    public static let priceUnit: UInt64 = 1_000_000

    public let parameters: Parameters
    public let load: Load

    public init(parameters: Parameters, load: Load) {
        self.parameters = parameters
        self.load = load
    }

    /// One unit a byte, and more for what costs more than its bytes (rule L40).
    public static func weight(byteCount: Int, signatureCount: Int, entryCount: Int) -> UInt64 {
        // Every count is bounded by the size of a transaction.
        UInt64(clamping: byteCount) + UInt64(clamping: signatureCount) * signatureWeight
            + UInt64(clamping: entryCount) * entryWeight
    }

    /// The fee for a weight, rounded up; `nil` when it does not fit 64 bits.
    public func fee(weight: UInt64, at listIndex: Int) -> Amount? {
        let product = UInt128(weight) * UInt128(load.factor)
        let (cost, overflow) = product.multipliedReportingOverflow(
            by: UInt128(parameters.feeList[listIndex].price))
        guard !overflow else { return nil }
        let unit = UInt128(Self.priceUnit)
        return UInt64(exactly: cost / unit + (cost % unit == 0 ? 0 : 1)).map {
            Amount(minorUnits: $0)
        }
    }
}
