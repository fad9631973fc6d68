public import Ledger
public import Primitives
import Wire

/// Bounds of the protocol; a node's own may be narrower (reference trade 7.7).
extension Terms {
    public static let legLimit = 8
    public static let acceptedLimit = 16
    /// Every term is at least this.
    public static let shortestTerm = Term.hours(1)
    /// Every term is at most this.
    public static let longestTerm = Term.days(400)
    /// How long a quote may stand.
    public static let quoteTerm = Term.days(1)
    /// From authorisation to shipping back.
    public static let shipBackTerm = Term.days(10)
    /// From arrival to the verdict; then the goods count as conformant.
    public static let returnInspectionTerm = Term.days(3)
    /// From the verdict to the seller's refund; then the bond pays, or the default is public.
    public static let refundTerm = Term.days(3)
    /// From a dispute to the seller's offer to take the goods back.
    public static let counterTerm = Term.days(5)
    /// A tender that waits longer earns storage.
    public static let tenderTerm = Term.days(1)

    /// Price of the goods. // P
    public var price: Amount { sum(goods.lines.map { $0.price ?? Amount(minorUnits: .max) }) }

    public var tax: Amount { sum(goods.lines.map(\.duty)) }

    public var freight: Amount { sum(legs.map(\.price)) }

    /// What the buyer pays in when the order is made, or with the deposit.
    public var buyerStake: Amount {
        switch settlement {
        case .direct: sum([price, tax, freight])
        case .locked(let locked): sum([price, tax, freight, locked.buyerDeposit])
        case .balance(let balance): sum([balance.deposit, tax, freight])
        }
    }

    /// The balance of an order in deposit and balance.
    public var balanceDue: Amount {
        guard case .balance(let balance) = settlement else { return .zero }
        return price.less(balance.deposit)
    }

    /// A sum; the largest amount stands for one that does not fit, and ``check()`` refuses it.
    private func sum(_ amounts: [Amount]) -> Amount { amounts.reduce(.zero) { $0.plus($1) } }

    /// Checks what the terms alone tell.
    ///
    /// - Throws: ``Rejection/termsInvalid``.
    public func check() throws(Rejection) {
        guard buyer != seller, !goods.lines.isEmpty, !legs.isEmpty else { throw .termsInvalid }
        for line in goods.lines {
            guard (1...Line.quantityLimit).contains(line.quantity), line.price != nil else {
                throw .termsInvalid
            }
        }
        var largest = UInt128(price.minorUnits) + UInt128(tax.minorUnits)
        largest += UInt128(freight.minorUnits) + UInt128(returns.freight.minorUnits)
        if case .locked(let locked) = settlement {
            largest += UInt128(locked.buyerDeposit.minorUnits)
            largest += UInt128(locked.sellerDeposit.minorUnits)
        }
        guard largest < UInt128(UInt64.max), price > .zero else { throw .termsInvalid }
        guard (duty == nil) == (tax == .zero) else { throw .termsInvalid }
        let pairs = accepted.map { [UInt8($0.role.rawValue)] + $0.attester.bytes.array }
        for (left, right) in zip(pairs, pairs.dropFirst()) {
            guard left.lexicographicallyPrecedes(right) else { throw .termsInvalid }
        }
        try checkSettlement()
        try checkRoute()
        guard terms.allSatisfy({ $0 >= Self.shortestTerm && $0 <= Self.longestTerm }) else {
            throw .termsInvalid
        }
    }

    private func checkSettlement() throws(Rejection) {
        switch settlement {
        case .direct(let direct):
            guard direct.cancelFee <= price else { throw .termsInvalid }
        case .locked(let locked):
            let deposits = min(locked.buyerDeposit, locked.sellerDeposit)
            guard price.part(locked.lateShare) <= locked.sellerDeposit,
                locked.inspectorFee <= deposits, locked.negotiation < locked.limit
            else { throw .termsInvalid }
        case .balance(let balance):
            guard balance.deposit > .zero, balance.deposit < price else { throw .termsInvalid }
            guard !balance.needsCertificate || !attesters(of: .inspector).isEmpty else {
                throw .termsInvalid
            }
        }
    }

    private func checkRoute() throws(Rejection) {
        for leg in legs {
            guard leg.origin.isValid, leg.destination.isValid else { throw .termsInvalid }
        }
        for (leg, next) in zip(legs, legs.dropFirst()) {
            guard leg.destination == next.origin else { throw .termsInvalid }
        }
        if let duty {
            guard duty.filing < duty.arrival else { throw .termsInvalid }
        }
    }

    private var terms: [Term] {
        var all = [
            times.shipping, times.delivery, times.inspection, returns.withoutReason,
            returns.forDefect, returns.answer, papers.sealing, papers.opening, papers.amending,
        ]
        all += legs.map(\.term)
        if let duty { all += [duty.filing, duty.arrival, duty.clearance] }
        switch settlement {
        case .direct: break
        case .locked(let locked): all += [locked.negotiation, locked.limit]
        case .balance(let balance): all += [balance.production, balance.payment]
        }
        return all
    }
}
