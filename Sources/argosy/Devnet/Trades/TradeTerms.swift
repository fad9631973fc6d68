import Ledger
import Primitives
import Trade

/// What the orders of a local network are agreed on.
///
/// A term that must run out in a trade is as short as the protocol allows; every other one is so long
/// that no slow machine can miss it.
struct TradeTerms: Sendable {
    /// Of the price, for each leg of the way and for the way back.
    static let freightShare = Share(clamping: 30)
    static let depositShare = Share(clamping: 500)
    /// Of the price, of an order in deposit and balance.
    static let firstShare = Share(clamping: 300)
    static let short = Terms.shortestTerm
    static let long = Term.days(90)
    /// In which three signers seal or open, while the fourth does not.
    static let paperTerm = Term.hours(4)
    /// Enough for every trade to be ordered on, and less than the day that a quote may stand.
    static let quoteTerm = Term.hours(23)

    let asset: AssetID
    let parties: TradeParties

    /// Where goods come from, change hands, and go.
    static let places: [Location] = ["GBFXT", "NLRTM", "CNSHA"].map { code in
        guard let location = Location(code) else { preconditionFailure("`\(code)` is a place") }
        return location
    }

    private func price(_ trade: PlannedTrade) -> Amount { Amount(minorUnits: trade.pence) }

    private func leg(_ trade: PlannedTrade) -> Amount { price(trade).part(Self.freightShare) }

    /// Of both legs of the way.
    ///
    /// - Unit: pence.
    static func freight(of pence: UInt64) -> UInt64 {
        2 * Amount(minorUnits: pence).part(freightShare).minorUnits
    }

    /// What a buyer needs for a trade: price, deposit, duty and freight of both ways are less than
    /// three times the price.
    static func buyerMoney(for trade: PlannedTrade) -> UInt64 { 3 * trade.pence }

    func terms(
        of trade: PlannedTrade, _ cast: TradeParties.Cast, items: Digest, at now: Timestamp
    ) -> Terms {
        let lines = zip(trade.lines, trade.assessment.duties).map { line, duty in
            Line(
                quantity: line.quantity, unitPrice: Amount(minorUnits: line.unitPence),
                duty: Amount(minorUnits: duty))
        }
        let hasDuty = lines.contains { $0.duty > .zero }
        let course = trade.course
        return Terms(
            seller: cast.seller.account, buyer: cast.buyer.account, asset: asset,
            settlement: settlement(of: trade),
            times: Times(
                expiry: now.after(Self.quoteTerm), shipping: term(course == .idleSeller),
                delivery: Self.long, inspection: term(course == .silentBuyer)),
            goods: Goods(lines: lines, items: items), legs: legs(of: trade, cast),
            accepted: parties.accepted, duty: hasDuty ? duty(of: trade) : nil,
            returns: ReturnTerms(
                withoutReason: term(!comesBack(trade)), forDefect: term(!comesBack(trade)),
                freight: leg(trade), bond: price(trade), answer: Self.long),
            papers: papers(of: trade))
    }

    /// Where a signer lets his time run out, the others have enough of it.
    private func papers(of trade: PlannedTrade) -> PaperTimes {
        let isUnopened = trade.course == .neverOpened
        return PaperTimes(
            sealing: trade.course == .lateSeal ? Self.paperTerm : Self.long,
            opening: isUnopened ? Self.paperTerm : Self.long, amending: term(isUnopened))
    }

    private func term(_ isShort: Bool) -> Term { isShort ? Self.short : Self.long }

    /// Whether goods of the trade go back to the seller.
    private func comesBack(_ trade: PlannedTrade) -> Bool {
        switch trade.course {
        case .smooth: !trade.returns.isEmpty
        case .refusedAtDoor, .wrongGoods, .turnedBack, .wrongPapers, .neverOpened: true
        case .silentBuyer, .idleSeller, .calledOff, .lostParcel, .mendedPapers, .falsePapers,
            .inspected, .lateSeal, .disputed, .unresolved, .unpaid:
            false
        }
    }

    private func settlement(of trade: PlannedTrade) -> Settlement {
        let price = price(trade)
        switch trade.mode {
        case .direct: return .direct(DirectTerms(sellerBond: price))
        case .locked:
            let isMelting = trade.course == .unresolved
            let deposit = price.part(Self.depositShare)
            return .locked(
                LockedTerms(
                    buyerDeposit: deposit, sellerDeposit: deposit,
                    lateShare: Share(clamping: 50), burntShare: .whole,
                    buyerShare: Self.depositShare,
                    negotiation: isMelting ? .hours(1) : .days(14),
                    limit: isMelting ? .hours(2) : .days(44),
                    inspectorFee: deposit.part(Share(clamping: 50))))
        case .balance:
            let deposit = price.part(Self.firstShare)
            // Every other seller's bond covers the deposit, so that he has it at once.
            let bond = trade.number.isMultiple(of: 2) ? deposit : .zero
            return .balance(
                BalanceTerms(
                    deposit: deposit, sellerBond: bond,
                    production: term(trade.course == .idleSeller),
                    payment: term(trade.course == .unpaid)))
        }
    }

    private func legs(of trade: PlannedTrade, _ cast: TradeParties.Cast) -> [Leg] {
        let isLost = trade.course == .lostParcel
        return [(cast.first, false), (cast.second, isLost)].enumerated().map { index, part in
            Leg(
                origin: Self.places[index], destination: Self.places[index + 1],
                custodian: part.0.account, price: leg(trade), term: term(part.1),
                bond: price(trade))
        }
    }

    private func duty(of trade: PlannedTrade) -> DutyRule {
        let isWatched = comesBack(trade)
        return DutyRule(
            rule: Digest(hashing: Array(trade.assessment.rule.utf8), in: .rule),
            payee: parties.treasury.account, filing: isWatched ? .days(30) : .hours(1),
            arrival: isWatched ? .days(45) : .hours(2), clearance: Self.long)
    }
}

extension HashDomain {
    /// Names of dated rules.
    static let rule = HashDomain("argosy/rule")
    /// What was packed: the keys of all things, ascending.
    static let packing = HashDomain("argosy/packing")
}
