public import Ledger
public import Primitives

/// What can happen to an order; who may say so is checked before (rule T22).
public enum OrderEvent: Equatable, Sendable {
    case payDeposit, produce, ship, postDocuments, swap, surrender
    case deliver, confirm, counter, melt, lost, refuse
    /// The goods wait at the end of the way, and nobody comes for them.
    case abandon
    /// Anyone says that a deadline is over.
    case timeout
    case cancel(byBuyer: Bool)
    case dispute(Dispute)
    /// Both agreed: so much to the buyer, the rest to the seller.
    case mutual(toBuyer: Amount)
    case verdict(toBuyer: Share, inspector: AccountID)
    case returns(ReturnEvent)

    /// What a return does to its order.
    public enum ReturnEvent: Equatable, Sendable {
        case open
        /// Units come back, and an amount of the price with them if the order still holds it.
        case refund([ReturnLine], Amount)
        /// The seller refuses; a locked order is in dispute then.
        case refused(Dispute)
        /// It came to nothing.
        case end
    }
}

extension Order {
    /// The table of states and events, one for each way of paying.
    ///
    /// - Returns: What happens to money.
    /// - Throws: ``Rejection/wrongState`` for a row that the table does not have,
    ///   ``Rejection/tooEarly`` or ``Rejection/tooLate`` when its time has not come or is over.
    public mutating func handle(
        _ event: OrderEvent, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        let before = self
        let effects =
            switch terms.settlement {
            case .direct(let direct): try handle(event, direct, at: moment)
            case .locked(let locked): try handle(event, locked, at: moment)
            case .balance(let balance): try handle(event, balance, at: moment)
            }
        changed = moment.height
        if phase.number != before.phase.number {
            since = moment.time
            if phase == .shipped { shipTime = moment.time.since(before.since) }
        }
        return effects
    }

    /// Allows a step until a term after the phase began.
    func within(_ term: Term, _ moment: Moment) throws(Rejection) {
        guard !isPast(term, moment) else { throw .tooLate }
    }

    /// Allows a step from a term after the phase began.
    func after(_ term: Term, _ moment: Moment) throws(Rejection) {
        guard isPast(term, moment) else { throw .tooEarly }
    }

    private func isPast(_ term: Term, _ moment: Moment) -> Bool {
        moment.isPast(since.after(term), changed: changed)
    }

    /// Whether the carriers' time for this order is over. // T_del
    public func isDeliveryPast(at moment: Moment) -> Bool {
        isPast(terms.times.delivery, moment)
    }

    mutating func enter(_ next: OrderPhase, _ effects: [Effect] = []) -> [Effect] {
        phase = next
        return effects
    }

    mutating func deliver(as next: OrderPhase, at moment: Moment) -> [Effect] {
        delivered = moment.time
        return enter(next)
    }

    /// Ends the time in which returns can be asked for. // T_ret
    mutating func close(at moment: Moment) throws(Rejection) -> [Effect] {
        guard !tally.isOpen else { throw .wrongState }
        let term = max(terms.returns.withoutReason, terms.returns.forDefect)
        guard moment.isPast(delivered.after(term), changed: changed) else { throw .tooEarly }
        return enter(.closed, [.payRest(from: .sellerBond, to: seller)])
    }

    /// Opens a return; there is one at a time.
    mutating func openReturn() throws(Rejection) -> [Effect] {
        guard !tally.isOpen else { throw .wrongState }
        tally.isOpen = true
        tally.count += 1
        return []
    }

    /// Counts units that came back.
    mutating func count(_ lines: [ReturnLine], _ amount: Amount) {
        var units = terms.goods.lines.indices.map { tally.units(of: $0) }
        for line in lines { units[Int(line.line)] += line.quantity }
        tally.units = units
        tally.refunded = tally.refunded.plus(amount)
        tally.isOpen = false
    }

    var isAllReturned: Bool {
        terms.goods.lines.indices.allSatisfy {
            tally.units(of: $0) == terms.goods.lines[$0].quantity
        }
    }

    /// Whether the price, or what is left of it, still lies with the order.
    public var holdsPrice: Bool {
        guard case .locked = terms.settlement else { return false }
        return phase == .delivered || phase == .returning
    }

    /// Everything that a buyer put in, before anything moved.
    var giveBack: [Effect] {
        [
            .payRest(from: .stake, to: buyer), .payRest(from: .freight, to: buyer),
            .payRest(from: .sellerBond, to: seller), .voidDuty,
        ]
    }
}
