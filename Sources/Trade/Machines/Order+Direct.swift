import Ledger
import Primitives

/// Reference trade 7.1.1: the seller is paid when a carrier takes the parcel.
extension Order {
    mutating func handle(
        _ event: OrderEvent, _ direct: DirectTerms, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        switch (phase, event) {
        case (.paid, .ship):
            try within(terms.times.shipping, moment)
            return enter(.shipped, [.payRest(from: .stake, to: seller)])
        case (.paid, .cancel(let byBuyer)):
            let fee = byBuyer ? direct.cancelFee : .zero
            return enter(.cancelled, [.pay(fee, from: .stake, to: seller)] + giveBack)
        case (.paid, .timeout):
            try after(terms.times.shipping, moment)
            return enter(.cancelled, giveBack)
        case (.shipped, .deliver):
            return deliver(as: .delivered, at: moment)
        case (.shipped, .lost):
            return enter(.lost, [.payRest(from: .sellerBond, to: seller), .voidDuty])
        case (.shipped, .refuse):
            delivered = moment.time
            return enter(.returning) + (try openReturn())
        case (.delivered, .confirm):
            return enter(.completed)
        case (.delivered, .timeout):
            guard !tally.isOpen else { throw .wrongState }
            try after(terms.times.inspection, moment)
            return enter(.completed)
        case (.completed, .timeout):
            return try close(at: moment)
        case (.delivered, .returns(let event)), (.completed, .returns(let event)),
            (.returning, .returns(let event)):
            return try handle(event)
        default: throw .wrongState
        }
    }

    /// A return of an order whose price the seller has: the refund is his, or his bond's.
    mutating func handle(_ event: OrderEvent.ReturnEvent) throws(Rejection) -> [Effect] {
        switch event {
        case .open where phase == .returning: throw .wrongState
        case .open: return try openReturn()
        case .refund(let lines, let amount):
            count(lines, amount)
            guard phase == .returning || isAllReturned else { return [] }
            return enter(.settled, [.payRest(from: .sellerBond, to: seller)])
        case .refused, .end:
            tally.isOpen = false
            return phase == .returning ? enter(.completed) : []
        }
    }
}
