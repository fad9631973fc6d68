public import Primitives

/// The duty that comes back when part of a line of goods is returned.
///
/// The state keeps, for each line, what was charged and how many units were bought and have come back;
/// every return asks here, so that all returns of a line together give back exactly what was charged.
///
/// - Source: `reference/trade.md` 7.4, Trade specification T140 to T143.
public struct ReturnedDuty: Equatable, Sendable {
    /// The most units of a line.
    public static let quantityLimit: UInt64 = 1 << 40

    /// The duty of the whole line, in minor units.
    public let charged: Amount
    /// Units bought, at least one.
    public let bought: UInt64
    /// Units that came back before.
    public let returned: UInt64
    /// Duty that was given back for them.
    public let refunded: Amount

    /// Why nothing can be given back.
    public enum Refusal: Error, Equatable, Sendable {
        /// No units, none bought, or more than ``quantityLimit``.
        case badQuantity
        /// More units than are still out.
        case moreThanBought(left: UInt64)
        /// The record contradicts itself: more was refunded than charged.
        case overRefunded
    }

    public init(charged: Amount, bought: UInt64, returned: UInt64 = 0, refunded: Amount = .zero) {
        self.charged = charged
        self.bought = bought
        self.returned = returned
        self.refunded = refunded
    }

    /// The duty for so many more returned units: pro rata, rounded half up; the last unit of the line
    /// takes whatever is left.
    ///
    /// - Returns: Minor units, never more than what is left of the line's duty.
    public func refund(for quantity: UInt64) throws(Refusal) -> Amount {
        guard quantity > 0, bought > 0, bought <= Self.quantityLimit, returned <= bought else {
            throw .badQuantity
        }
        guard quantity <= bought - returned else { throw .moreThanBought(left: bought - returned) }
        guard refunded <= charged else { throw .overRefunded }
        let left = charged.minorUnits - refunded.minorUnits
        if quantity == bought - returned { return Amount(minorUnits: left) }
        let product = UInt128(charged.minorUnits) * UInt128(quantity)
        let rounded = (product * 2 + UInt128(bought)) / (UInt128(bought) * 2)
        return Amount(minorUnits: UInt64(min(rounded, UInt128(left))))
    }

    /// The record after such a return.
    public func returning(_ quantity: UInt64) throws(Refusal) -> ReturnedDuty {
        let back = try refund(for: quantity)
        return ReturnedDuty(
            charged: charged, bought: bought, returned: returned + quantity,
            refunded: Amount(minorUnits: refunded.minorUnits + back.minorUnits))
    }
}
