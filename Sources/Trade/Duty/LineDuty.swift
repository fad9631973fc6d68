public import Primitives

extension Line {
    /// The duty of the first units of the line; all units have all of it (rules T55, T140).
    func duty(ofFirst units: UInt64) -> Amount {
        guard units > 0 else { return .zero }
        let whole = ReturnedDuty(charged: duty, bought: quantity)
        return (try? whole.refund(for: min(units, quantity))) ?? .zero
    }

    /// The duty of units that come back after others did.
    public func duty(of units: UInt64, after returned: UInt64) -> Amount {
        let (end, overflow) = returned.addingReportingOverflow(units)
        return duty(ofFirst: overflow ? quantity : end).less(duty(ofFirst: returned))
    }
}
