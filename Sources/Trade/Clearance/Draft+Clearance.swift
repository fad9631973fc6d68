public import Ledger
public import Primitives

extension Draft {
    public mutating func clearance(_ order: Digest) throws(Rejection) -> Clearance {
        guard let clearance = record(order, as: Clearance.self) else { throw .unknownRecord }
        return clearance
    }

    /// Takes a step of the clearance of an order; duty and parcel follow.
    mutating func advance(
        _ clearance: inout Clearance, of order: Order, _ id: Digest, _ event: ClearanceEvent,
        _ step: RecordStep
    ) throws(Rejection) {
        let outcome = try clearance.handle(event, within: order.terms.papers, at: moment)
        try carryOut(outcome.effects, of: id, in: order.terms.asset)
        try update(clearance, at: id, step)
        if let duty = outcome.duty { try move(duty, of: order, id, step) }
        if let event = outcome.parcel { try follow(event, of: order, id, step) }
    }

    /// Moves the duty, unless the order ended and took it along.
    private mutating func move(
        _ duty: ClearanceDuty, of order: Order, _ id: Digest, _ step: RecordStep
    ) throws(Rejection) {
        guard let lock = record(id, as: DutyLock.self), lock.state == .held else { return }
        let event: DutyEvent = duty == .release ? .release(receipt: step.subject) : .reject
        try advanceDuty(of: id, event, in: order.terms.asset, step)
    }

    /// Stops or starts the time of the parcel's custodian, if it is on its way.
    private mutating func follow(
        _ event: ParcelEvent, of order: Order, _ id: Digest, _ step: RecordStep
    ) throws(Rejection) {
        var parcel = try parcel(id)
        switch (event, parcel.state) {
        case (.hold, .accepted), (.hold, .inTransit), (.hold, .tendered), (.resume, .held):
            try advance(&parcel, of: order, id, event, step)
        default: return
        }
    }

    /// Refuses whoever may not seal a document of an order (rule T150).
    mutating func requireSigner(
        _ account: AccountID, of kind: MatchDocumentKind, in order: Order, _ id: Digest
    ) throws(Rejection) {
        switch kind {
        case .order: try order.requireSeller(account)
        case .payment:
            // The payment itself is on the ledger, and its payer is the one who knows the names.
            guard !order.terms.attesters(of: .paymentAttester).isEmpty else {
                return try order.requireBuyer(account)
            }
            try require(.paymentAttester, of: account, in: order)
        case .waybill:
            let parcel = try parcel(id)
            guard parcel.legs.contains(where: { $0.custodian == account }) else {
                throw .notEntitled
            }
            try require(.carrier, of: account, in: order)
        case .list: try require(.agent, of: account, in: order)
        }
    }
}
