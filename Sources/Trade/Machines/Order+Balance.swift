import Ledger
import Primitives

/// Reference trade 7.1.3: a deposit, then the balance against the transport document.
extension Order {
    mutating func handle(
        _ event: OrderEvent, _ balance: BalanceTerms, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        switch (phase, event) {
        case (.contracted, _), (.depositPaid, _), (.produced, _):
            return try prepare(event, balance, at: moment)
        case (.shipped, .postDocuments):
            return enter(.balanceDue)
        case (.shipped, .lost):
            return enter(.lost, returningDeposit(balance) + lostRest)
        case (.shipped, .abandon):
            return enter(.cancelled, returningDeposit(balance) + lostRest)
        case (.balanceDue, .swap):
            try within(balance.payment, moment)
            return enter(
                .swapped,
                [
                    .lock(terms.balanceDue, from: buyer, into: .stake),
                    .payRest(from: .stake, to: seller),
                ])
        case (.balanceDue, .timeout):
            try after(balance.payment, moment)
            return enter(
                .forfeited,
                [
                    .payRest(from: .stake, to: seller), .payRest(from: .sellerBond, to: seller),
                    .voidDuty,
                ])
        case (.swapped, .surrender):
            return deliver(as: .released, at: moment)
        case (.swapped, .lost):
            return enter(.lost, lostRest)
        case (.released, .confirm):
            return enter(.completed)
        case (.released, .timeout):
            guard !tally.isOpen else { throw .wrongState }
            try after(terms.times.inspection, moment)
            return enter(.completed)
        case (.completed, .timeout):
            return try close(at: moment)
        case (.released, .returns(let event)), (.completed, .returns(let event)):
            return try handle(event)
        default: throw .wrongState
        }
    }

    /// From the contract to the first carrier.
    private mutating func prepare(
        _ event: OrderEvent, _ balance: BalanceTerms, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        switch (phase, event) {
        case (.contracted, .payDeposit):
            try within(terms.times.shipping, moment)
            return enter(.depositPaid, depositing(balance))
        case (.contracted, .timeout):
            try after(terms.times.shipping, moment)
            return enter(.cancelled, [.payRest(from: .sellerBond, to: seller)])
        case (.depositPaid, .produce):
            try within(balance.production, moment)
            return enter(.produced)
        case (.depositPaid, .cancel(byBuyer: true)):
            try after(balance.production, moment)
            return enter(.cancelled, returningDeposit(balance) + giveBack)
        case (.depositPaid, .timeout):
            // The buyer may wait; at twice the term nobody has to.
            try after(balance.production + balance.production, moment)
            return enter(.cancelled, returningDeposit(balance) + giveBack)
        case (.produced, .ship):
            try within(terms.times.shipping, moment)
            return enter(.shipped)
        case (.produced, .cancel(byBuyer: true)):
            try after(terms.times.shipping, moment)
            return enter(.cancelled, returningDeposit(balance) + giveBack)
        case (.produced, .timeout):
            try after(terms.times.shipping + terms.times.shipping, moment)
            return enter(.cancelled, returningDeposit(balance) + giveBack)
        default: throw .wrongState
        }
    }

    private var lostRest: [Effect] { [.payRest(from: .sellerBond, to: seller), .voidDuty] }

    /// The seller has the deposit at once when his bond covers it.
    private func depositing(_ balance: BalanceTerms) -> [Effect] {
        var effects: [Effect] = [
            .lock(balance.deposit, from: buyer, into: .stake),
            .lock(terms.freight, from: buyer, into: .freight),
            .lock(terms.tax, from: buyer, into: .duty),
        ]
        if balance.sellerBond >= balance.deposit {
            effects.append(.payRest(from: .stake, to: seller))
        }
        return effects
    }

    /// The deposit goes back from where it is: the lock, or the bond that stands for it.
    private func returningDeposit(_ balance: BalanceTerms) -> [Effect] {
        let purse: Purse = balance.sellerBond >= balance.deposit ? .sellerBond : .stake
        return [.pay(balance.deposit, from: purse, to: buyer)]
    }
}
