import Ledger
import Primitives

/// Reference trade 7.1.2: a lock of two parties that melts while they cannot agree.
extension Order {
    mutating func handle(
        _ event: OrderEvent, _ locked: LockedTerms, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        switch (phase, event) {
        case (.funded, .ship):
            try within(terms.times.shipping, moment)
            return enter(.shipped)
        case (.funded, .timeout):
            try after(terms.times.shipping, moment)
            let late = terms.price.part(locked.lateShare)
            let share = terms.price.plus(locked.buyerDeposit).plus(late)
            return enter(.cancelled, split(toBuyer: share) + giveBack)
        case (.funded, .mutual(let share)):
            return enter(.settled, split(toBuyer: share) + giveBack)
        case (.shipped, .deliver):
            return deliver(as: .delivered, at: moment)
        case (.shipped, .lost):
            let share = terms.price.plus(locked.buyerDeposit)
            return enter(.lost, split(toBuyer: share) + [.voidDuty])
        case (.shipped, .refuse):
            delivered = moment.time
            return enter(.returning) + (try openReturn())
        case (.delivered, .confirm):
            guard !tally.isOpen else { throw .wrongState }
            return enter(.completed, split(toBuyer: locked.buyerDeposit))
        case (.delivered, .timeout):
            guard !tally.isOpen else { throw .wrongState }
            try after(terms.times.inspection, moment)
            return enter(.completed, split(toBuyer: locked.buyerDeposit))
        case (.delivered, .dispute(let dispute)):
            guard !tally.isOpen else { throw .wrongState }
            try within(terms.times.inspection, moment)
            return enter(.disputed(dispute))
        case (.disputed(let dispute), _):
            return try handle(event, dispute, locked, at: moment)
        case (.completed, .timeout):
            return try close(at: moment)
        case (.completed, .returns(let event)):
            return try handle(event)
        case (.delivered, .returns(let event)), (.returning, .returns(let event)):
            return try handle(event, locked)
        default: throw .wrongState
        }
    }

    /// So much of the lock to the buyer, all the rest to the seller.
    private func split(toBuyer share: Amount) -> [Effect] {
        [.pay(share, from: .stake, to: buyer), .payRest(from: .stake, to: seller)]
    }

    /// A return while the price is locked: the lock refunds.
    private mutating func handle(
        _ event: OrderEvent.ReturnEvent, _ locked: LockedTerms
    ) throws(Rejection) -> [Effect] {
        switch event {
        case .open where phase == .returning: throw .wrongState
        case .open: return try openReturn()
        case .refund(let lines, let amount):
            count(lines, amount)
            let refund = Effect.pay(amount, from: .stake, to: buyer)
            guard phase == .returning || isAllReturned else { return [refund] }
            return enter(.settled, [refund] + split(toBuyer: locked.buyerDeposit))
        case .refused(let dispute):
            tally.isOpen = false
            return enter(.disputed(dispute))
        case .end:
            tally.isOpen = false
            guard phase == .returning else { return [] }
            return enter(.completed, split(toBuyer: locked.buyerDeposit))
        }
    }
}

// MARK: The dispute

/// What is left of a lock in dispute.
///
/// Every amount follows from the terms, from refunds and from the days melted, so that it does not
/// matter how often or by whom the melting was submitted (rule T26).
struct LockRemains {
    let price: Amount
    let buyerDeposit: Amount
    let sellerDeposit: Amount

    /// After so many of all days; each part melts linearly and is rounded down.
    init(_ order: Order, _ locked: LockedTerms, days: UInt64) {
        let all = locked.meltingDays
        func left(_ amount: Amount, of whole: Amount) -> Amount {
            whole.less(amount.part(min(days, all), of: all))
        }
        let held = order.terms.price.less(order.tally.refunded)
        price = left(held.part(locked.burntShare), of: held)
        buyerDeposit = left(locked.buyerDeposit, of: locked.buyerDeposit)
        sellerDeposit = left(locked.sellerDeposit, of: locked.sellerDeposit)
    }

    var sum: Amount { price.plus(buyerDeposit).plus(sellerDeposit) }
}

extension LockedTerms {
    /// Days from the first melting to the last, at least one.
    var meltingDays: UInt64 {
        let span = limit.milliseconds - min(negotiation.milliseconds, limit.milliseconds)
        let day = Term.days(1).milliseconds
        return max(1, span / day + (span % day == 0 ? 0 : 1))
    }
}

extension Order {
    private mutating func handle(
        _ event: OrderEvent, _ dispute: Dispute, _ locked: LockedTerms, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        let due = min(
            moment.time.wholeDays(after: since.after(locked.negotiation)), locked.meltingDays)
        let before = LockRemains(self, locked, days: dispute.meltedDays)
        let left = LockRemains(self, locked, days: max(due, dispute.meltedDays))
        // Nobody escapes the melting by settling before somebody submits it.
        let melting = Effect.melt(before.sum.less(left.sum), in: .stake)
        switch event {
        case .mutual(let share):
            guard share <= left.sum else { throw .termsInvalid }
            return enter(.settled, [melting] + split(toBuyer: share))
        case .verdict(let share, let inspector):
            return enter(
                .settled,
                [melting] + verdict(share, dispute.claimed, left, inspector, locked.inspectorFee))
        case .counter:
            try within(Terms.counterTerm, moment)
            guard due == 0 else { throw .tooLate }
            return enter(.returning) + (try openReturn())
        case .melt:
            guard due > dispute.meltedDays else { throw .tooEarly }
            var melted = dispute
            melted.meltedDays = due
            return enter(.disputed(melted), [melting])
        case .timeout:
            try after(locked.limit, moment)
            let price = terms.price.less(tally.refunded)
            let rest = price.less(price.part(locked.burntShare))
            let share = rest.part(locked.buyerShare)
            return enter(
                .expired,
                [
                    .pay(share, from: .stake, to: buyer),
                    .pay(rest.less(share), from: .stake, to: seller), .meltRest(in: .stake),
                ])
        case .payDeposit, .produce, .ship, .postDocuments, .swap, .surrender, .deliver, .confirm,
            .lost, .refuse, .abandon, .cancel, .dispute, .returns:
            throw .wrongState
        }
    }

    /// The inspector's fee comes from the deposit of whoever loses: the seller, when the buyer is
    /// given at least half of what he claimed (rule T27).
    private func verdict(
        _ share: Share, _ claimed: Share, _ left: LockRemains, _ inspector: AccountID,
        _ fee: Amount
    ) -> [Effect] {
        let sellerLoses = UInt64(share.thousandths) * 2 >= UInt64(claimed.thousandths)
        let paid = min(fee, sellerLoses ? left.sellerDeposit : left.buyerDeposit)
        let deposit = sellerLoses ? left.buyerDeposit : left.buyerDeposit.less(paid)
        return [.pay(paid, from: .stake, to: inspector)]
            + split(toBuyer: left.price.part(share).plus(deposit))
    }
}
