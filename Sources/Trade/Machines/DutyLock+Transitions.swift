public import Ledger
public import Primitives

public enum DutyEvent: Equatable, Sendable {
    /// Customs lets the goods in. // 800
    case release(receipt: Digest?)
    /// Customs does not. // 700
    case reject
    /// The order ended before customs released anything.
    case void
    /// An agent files a return. // 625
    case file
    /// The goods are back, and so much of the duty is not due. // 399
    case accept(Amount, receipt: Digest?)
    /// Anyone says that a deadline is over.
    case timeout
}

extension DutyLock {
    /// The table of states and events of reference trade 7.4.
    ///
    /// - Throws: ``Rejection/wrongState``, ``Rejection/tooEarly`` or ``Rejection/tooLate``.
    public mutating func handle(
        _ event: DutyEvent, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        let effects: [Effect]
        switch (state, event) {
        case (.held, .release(let receipt)):
            (released, self.receipt) = (moment.time, receipt)
            effects = enter(.clock)
        case (.held, .reject), (.held, .void):
            effects = enter(.refunded, [.payRest(from: .duty, to: buyer)])
        case (.clock, .void), (.extended, .void), (.paid, .void), (.refunded, .void):
            return []  // Released goods owe their duty, whatever becomes of them.
        case (.held, .timeout):
            try after(opened, rule.clearance, moment)
            effects = enter(.refunded, [.payRest(from: .duty, to: buyer)])
        case (.clock, .file):
            guard !isPast(released, rule.filing, moment) else { throw .tooLate }
            effects = enter(.extended)
        case (.clock, .timeout):
            try after(released, rule.filing, moment)
            effects = enter(.paid, [.payRest(from: .duty, to: rule.payee)])
        case (.extended, .accept(let amount, let receipt)):
            guard !isPast(released, rule.arrival, moment) else { throw .tooLate }
            refunded = refunded.plus(amount)
            if let receipt { self.receipt = receipt }
            // What did not come back is due as if nothing had been filed.
            effects = enter(
                refunded >= total ? .refunded : .clock, [.pay(amount, from: .duty, to: buyer)])
        case (.extended, .timeout):
            try after(released, rule.arrival, moment)
            effects = enter(.paid, [.payRest(from: .duty, to: rule.payee)])
        default: throw .wrongState
        }
        changed = moment.height
        return effects
    }

    private mutating func enter(_ next: DutyState, _ effects: [Effect] = []) -> [Effect] {
        state = next
        return effects
    }

    private func isPast(_ start: Timestamp, _ term: Term, _ moment: Moment) -> Bool {
        moment.isPast(start.after(term), changed: changed)
    }

    private func after(_ start: Timestamp, _ term: Term, _ moment: Moment) throws(Rejection) {
        guard isPast(start, term, moment) else { throw .tooEarly }
    }
}

extension Draft {
    public mutating func dutyLock(_ order: Digest) throws(Rejection) -> DutyLock {
        guard let lock = record(order, as: DutyLock.self) else { throw .unknownRecord }
        return lock
    }

    /// Opens the duty lock of an order; its money is in the order's purse already.
    mutating func openDuty(
        of order: Order, at id: Digest, _ step: RecordStep
    ) throws(Rejection) {
        guard let rule = order.terms.duty else { return }
        let lock = DutyLock(
            rule: rule, buyer: order.buyer, total: order.terms.tax, at: moment)
        try open(lock, at: id, for: order.buyer, step)
    }

    /// Takes a step of the duty lock of an order.
    mutating func advanceDuty(
        of order: Digest, _ event: DutyEvent, in asset: AssetID, _ step: RecordStep
    ) throws(Rejection) {
        var lock = try dutyLock(order)
        let effects = try lock.handle(event, at: moment)
        try carryOut(effects, of: order, in: asset)
        try update(lock, at: order, step)
    }

    /// Gives duty back when an order ends before its goods were released.
    mutating func voidDuty(of order: Digest, in asset: AssetID) throws(Rejection) {
        guard let lock = record(order, as: DutyLock.self), lock.state == .held else { return }
        let step = RecordStep(
            TimeOutDuty.number, by: lock.buyer, code: UInt64(DutyState.refunded.rawValue))
        try advanceDuty(of: order, .void, in: asset, step)
    }
}
