public import Ledger
public import Primitives

/// What can happen to a return; who may say so is checked before.
public enum ReturnStep: Equatable, Sendable {
    case authorise(sellerPays: Bool)
    case refuse(Dispute)
    /// The buyer keeps the goods; the seller gives him so much.
    case keep(discount: Amount)
    /// With the price of the way back put down, unless nobody is there to do so.
    case shipBack(ReturnWay, isLabelled: Bool)
    case file
    case receive(weight: UInt64, contents: Digest)
    case inspect(Share)
    /// The seller pays.
    case refund
    /// The goods are sold on where they are.
    case redirect
    /// Customs says that they are back.
    case accept
    /// Anyone says that a deadline is over.
    case timeout
}

/// What a step of a return does to the money of the return, and to its order.
public struct ReturnOutcome: Equatable, Sendable {
    public var effects: [Effect] = []
    public var orderEffects: [Effect] = []
    public var order: OrderEvent.ReturnEvent?
}

/// What a return needs to know of its order.
public struct ReturnContext: Sendable {
    public let order: Order
    /// What the seller's bond still holds.
    public let bond: Amount

    public init(order: Order, bond: Amount) {
        self.order = order
        self.bond = bond
    }
}

extension Return {
    /// The table of states and events of reference trade 7.4.
    ///
    /// - Throws: ``Rejection/wrongState``, ``Rejection/tooEarly`` or ``Rejection/tooLate``.
    public mutating func handle(
        _ step: ReturnStep, _ context: ReturnContext, at moment: Moment
    ) throws(Rejection) -> ReturnOutcome {
        let before = state.number
        let outcome = try row(step, context, at: moment)
        changed = moment.height
        if state.number != before { since = moment.time }
        return outcome
    }

    private mutating func row(
        _ step: ReturnStep, _ context: ReturnContext, at moment: Moment
    ) throws(Rejection) -> ReturnOutcome {
        let terms = context.order.terms
        switch (state, step) {
        case (.requested, .authorise(let sellerPays)):
            state = .authorised
            return sellerPays ? putDownLabel(terms.seller, terms) : ReturnOutcome()
        case (.requested, .timeout):
            try after(terms.returns.answer, moment)
            state = .authorised
            return ReturnOutcome()
        case (.requested, .refuse(let dispute)):
            try within(terms.returns.answer, moment)
            state = .refused
            return ReturnOutcome(order: .refused(dispute))
        case (.requested, .keep(let discount)), (.authorised, .keep(let discount)):
            guard discount <= worth.price else { throw .termsInvalid }
            var outcome = pay(discount, context)
            outcome.effects += labelBack
            state = .kept
            return outcome
        case (.authorised, .shipBack(let way, let isLabelled)):
            try within(Terms.shipBackTerm, moment)
            return shipBack(way, isLabelled, context)
        case (.authorised, .timeout):
            try after(Terms.shipBackTerm, moment)
            state = .lapsed
            return ReturnOutcome(effects: labelBack, order: .end)
        case (.returning, .receive(let weight, let contents)):
            return receive(weight, contents, context)
        case (.returning, .timeout):
            try after(terms.times.delivery, moment)
            return lost(context)
        case (.received, .inspect(let share)):
            try within(Terms.returnInspectionTerm, moment)
            return inspected(share, context)
        case (.received, .timeout):
            try after(Terms.returnInspectionTerm, moment)
            return inspected(.whole, context)
        case (.received, .redirect):
            let outcome = pay(amount(.whole, context), context)
            state = .closed
            return outcome
        case (.inspected(let share), .refund):
            let outcome = pay(amount(share, context), context)
            state = customs == .accepted ? .closed : .refunded
            return outcome
        case (.inspected(let share), .timeout):
            try after(Terms.refundTerm, moment)
            return payFromBond(amount(share, context), context)
        case (_, .file):
            return try file()
        case (_, .accept):
            return try accept()
        default: throw .wrongState
        }
    }

    // MARK: Rows

    private mutating func putDownLabel(_ payer: AccountID, _ terms: Terms) -> ReturnOutcome {
        label = ReturnLabel(payer: payer, amount: terms.returns.freight)
        return ReturnOutcome(
            effects: [.lock(terms.returns.freight, from: payer, into: .freight)])
    }

    private mutating func shipBack(
        _ way: ReturnWay, _ isLabelled: Bool, _ context: ReturnContext
    ) -> ReturnOutcome {
        let terms = context.order.terms
        var outcome =
            isLabelled && label == nil
            ? putDownLabel(context.order.buyer, terms) : ReturnOutcome()
        outcome.effects.append(
            .lock(terms.returns.bond, from: way.carrier, into: .carrierBond))
        self.way = way
        state = .returning
        return outcome
    }

    /// The site's scale and scan must say what the carrier's said; else the carrier answers.
    private mutating func receive(
        _ weight: UInt64, _ contents: Digest, _ context: ReturnContext
    ) -> ReturnOutcome {
        guard let way else { return ReturnOutcome() }
        guard Handover.agree(weight, way.weight), contents == way.contents else {
            return lost(context)
        }
        state = .received
        return ReturnOutcome(effects: [
            .payRest(from: .freight, to: way.carrier),
            .payRest(from: .carrierBond, to: way.carrier),
        ])
    }

    /// A locked order refunds at once; else the seller has some days.
    private mutating func inspected(
        _ share: Share, _ context: ReturnContext
    ) -> ReturnOutcome {
        guard share > .none else {
            state = .lapsed
            return ReturnOutcome(order: .end)
        }
        guard context.order.holdsPrice else {
            state = .inspected(share)
            return ReturnOutcome()
        }
        let outcome = pay(amount(share, context), context)
        state = customs == .accepted ? .closed : .refunded
        return outcome
    }

    private mutating func payFromBond(
        _ amount: Amount, _ context: ReturnContext
    ) -> ReturnOutcome {
        let paid = min(amount, context.bond)
        let refunded: ReturnState = customs == .accepted ? .closed : .refunded
        state = paid == amount ? refunded : .defaulted(amount.less(paid))
        return ReturnOutcome(
            orderEffects: [.pay(paid, from: .sellerBond, to: context.order.buyer)],
            order: .refund(lines, paid))
    }

    private mutating func file() throws(Rejection) -> ReturnOutcome {
        guard state == .authorised || state == .returning, customs == .none else {
            throw .wrongState
        }
        customs = .filed
        return ReturnOutcome()
    }

    private mutating func accept() throws(Rejection) -> ReturnOutcome {
        guard customs == .filed else { throw .wrongState }
        switch state {
        case .received, .inspected, .closed, .defaulted: break
        case .refunded: state = .closed
        case .requested, .authorised, .returning, .refused, .lapsed, .lost, .kept:
            throw .wrongState
        }
        customs = .accepted
        return ReturnOutcome()
    }

    // MARK: Money

    /// So much to the buyer: from the lock of the order, or from the seller.
    private func pay(_ amount: Amount, _ context: ReturnContext) -> ReturnOutcome {
        let order = context.order
        guard !order.holdsPrice else { return ReturnOutcome(order: .refund(lines, amount)) }
        return ReturnOutcome(
            effects: [
                .lock(amount, from: order.seller, into: .stake),
                .payRest(from: .stake, to: order.buyer),
            ], order: .refund(lines, amount))
    }

    /// The share of the price, with the way back when that is the seller's; never more than is
    /// left of the price, and of the seller's deposit.
    private func amount(_ share: Share, _ context: ReturnContext) -> Amount {
        let order = context.order
        var amount = worth.price.part(share)
        if reason.isSellers, let label, label.payer == order.buyer {
            amount = amount.plus(label.amount)
        }
        return min(amount, left(order))
    }

    private var labelBack: [Effect] {
        label.map { [.payRest(from: .freight, to: $0.payer)] } ?? []
    }

    /// The carrier of the way back answers to whoever has the risk of it: the seller while the
    /// price is locked and the return is not the buyer's wish, else the buyer.
    private mutating func lost(_ context: ReturnContext) -> ReturnOutcome {
        let order = context.order
        let isSellers = order.holdsPrice && reason != .withoutReason
        let loss = min(order.terms.returns.bond, worth.price)
        let bearer = isSellers ? order.seller : order.buyer
        var effects = labelBack + [.pay(loss, from: .carrierBond, to: bearer)]
        if let way { effects.append(.payRest(from: .carrierBond, to: way.carrier)) }
        state = .lost
        return ReturnOutcome(
            effects: effects,
            order: isSellers ? .refund(lines, min(worth.price, left(order))) : .end)
    }

    /// What is left of the price, and of the seller's deposit, for refunds.
    private func left(_ order: Order) -> Amount {
        var most = order.terms.price
        if case .locked(let locked) = order.terms.settlement {
            most = most.plus(locked.sellerDeposit)
        }
        return most.less(order.tally.refunded)
    }

    // MARK: Time

    private func within(_ term: Term, _ moment: Moment) throws(Rejection) {
        guard !moment.isPast(since.after(term), changed: changed) else { throw .tooLate }
    }

    private func after(_ term: Term, _ moment: Moment) throws(Rejection) {
        guard moment.isPast(since.after(term), changed: changed) else { throw .tooEarly }
    }
}
