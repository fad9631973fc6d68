import Ledger
import Primitives

/// What a step of a party's journal is about; its code is a hundred for each area and the number of
/// the state in it: 125 is an order that was completed (rule T181).
public enum PartyArea: UInt64, Hashable, Sendable, CaseIterable {
    case order = 1
    case parcel = 2
    case goodsReturn = 3
    case review = 4
    case receivable = 5

    public static let step: UInt64 = 100

    public func code(_ number: UInt32) -> UInt64 { rawValue * Self.step + UInt64(number) }

    /// Reads a code; `nil` when it is none.
    public static func read(_ code: UInt64) -> (area: PartyArea, number: UInt32)? {
        guard let area = PartyArea(rawValue: code / step) else { return nil }
        return (area, UInt32(truncatingIfNeeded: code % step))
    }
}

extension RecordStep {
    /// The same step as a party's journal has it.
    func noted(_ area: PartyArea, _ number: UInt32, of id: Digest, other: Digest? = nil)
        -> RecordStep
    {
        RecordStep(step, by: actor, subject: id, other: other, code: area.code(number))
    }
}

/// The machines write what became of an order; no party can leave it out or add to it (rule T180).
extension Draft {
    /// Opens the records of those who take part, so that whoever says a deadline later pays nothing
    /// for them.
    mutating func begin(_ accounts: [AccountID], _ step: RecordStep) throws(Rejection) {
        for account in accounts where party(account) == nil {
            // Without a code: it is no end of anything.
            let begun = RecordStep(step.step, by: step.actor, subject: step.subject)
            try note(account, begun, paidBy: step.actor)
        }
    }

    /// After a step of an order: its end, or the dispute that it went into.
    mutating func remember(
        _ order: Order, _ id: Digest, from before: OrderPhase, _ step: RecordStep
    ) throws(Rejection) {
        guard order.phase.number != before.number else { return }
        let sides = [(order.buyer, order.seller), (order.seller, order.buyer)]
        for (side, other) in sides {
            let noted = step.noted(
                .order, order.phase.number, of: id, other: PartyRecord.id(of: other))
            if case .disputed = order.phase {
                try note(side, noted, paidBy: step.actor) { $0.disputes += 1 }
            } else if order.phase.isEnd, !before.isEnd {
                try note(side, noted, paidBy: step.actor) { $0.orders += 1 }
            }
        }
    }

    /// After a step of a parcel: what its custodian did with it.
    mutating func remember(
        _ parcel: Parcel, of id: Digest, _ step: RecordStep
    ) throws(Rejection) {
        switch parcel.state {
        case .delivered, .lost, .refused, .abandoned:
            let noted = step.noted(.parcel, parcel.state.number, of: id)
            try note(parcel.custodian, noted, paidBy: step.actor)
        case .accepted, .inTransit, .tendered, .held: return
        }
    }

    /// After a step of a return: its end, and what the seller did not pay.
    mutating func remember(
        _ returned: Return, of id: Digest, _ order: Order, was before: UInt32, _ step: RecordStep
    ) throws(Rejection) {
        guard returned.state.isTerminal, returned.state.number != before else { return }
        var isDefault = false
        if case .defaulted = returned.state { isDefault = true }
        let noted = step.noted(.goodsReturn, returned.state.number, of: id)
        try note(order.buyer, noted, paidBy: step.actor)
        try note(order.seller, noted, paidBy: step.actor) { if isDefault { $0.defaults += 1 } }
    }
}

extension OrderPhase {
    /// Whether the trade itself is over; a completed order only waits for the time of returns.
    public var isEnd: Bool { self == .completed || isTerminal }
}
