public import Ledger
public import Primitives

extension Draft {
    public mutating func goodsReturn(_ id: Digest) throws(Rejection) -> Return {
        guard let found = record(id, as: Return.self) else { throw .unknownRecord }
        return found
    }

    /// Takes a step of a return, and the step of its order that follows from it.
    mutating func advance(
        _ returned: inout Return, _ id: Digest, _ event: ReturnStep, _ step: RecordStep
    ) throws(Rejection) {
        var order = try order(returned.order)
        let before = returned.state.number
        let bond = amount(in: VaultID(.sellerBond, of: returned.order))
        let outcome = try returned.handle(
            event, ReturnContext(order: order, bond: bond), at: moment)
        let asset = order.terms.asset
        try carryOut(outcome.effects, of: id, in: asset)
        try carryOut(outcome.orderEffects, of: returned.order, in: asset)
        try update(returned, at: id, step)
        try remember(returned, of: id, order, was: before, step)
        if let event = outcome.order {
            try advance(&order, returned.order, .returns(event), step)
        }
    }
}

extension Order {
    /// Units that have not come back.
    func unreturned(of line: Int) -> UInt64 {
        terms.goods.lines[line].quantity
            - min(tally.units(of: line), terms.goods.lines[line].quantity)
    }

    /// Everything that has not come back.
    var unreturned: [ReturnLine] {
        terms.goods.lines.indices.compactMap { line in
            let units = unreturned(of: line)
            return units > 0 ? ReturnLine(line: UInt32(line), quantity: units) : nil
        }
    }

    /// Refuses lines that are not the order's, that come twice, or of which more would come back
    /// than was bought.
    func check(_ lines: [ReturnLine]) throws(Rejection) {
        guard !lines.isEmpty else { throw .malformed }
        for (left, right) in zip(lines, lines.dropFirst()) {
            guard left.line < right.line else { throw .malformed }
        }
        for line in lines {
            guard Int(line.line) < terms.goods.lines.count, line.quantity > 0,
                line.quantity <= unreturned(of: Int(line.line))
            else { throw .unitsExceeded }
        }
    }
}

extension Return {
    /// Opens a return of lines that were checked.
    init(
        of order: Order, _ id: Digest, lines: [ReturnLine], reason: ReturnReason,
        state: ReturnState = .requested, at moment: Moment
    ) {
        var (price, duty) = (Amount.zero, Amount.zero)
        for line in lines {
            let sold = order.terms.goods.lines[Int(line.line)]
            let units = Amount(minorUnits: line.quantity)
            price = price.plus((try? sold.unitPrice.multiplied(by: units.minorUnits)) ?? .zero)
            let before = order.tally.units(of: Int(line.line))
            duty = duty.plus(sold.duty(of: line.quantity, after: before))
        }
        self.init(
            order: id, lines: lines, reason: reason, state: state,
            worth: ReturnWorth(price: price, duty: duty), at: moment)
    }
}
