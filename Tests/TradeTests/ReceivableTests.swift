import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Receivables (reference trade 7.5)")
struct ReceivableTests {
    static func mint(_ deal: Deal, _ amount: UInt64, due: Timestamp) -> Action.Kind {
        .mintReceivable(MintReceivable(order: deal.id, amount: units(amount), due: due))
    }

    static func offer(_ deal: Deal, _ price: UInt64, recourse: Bool = true) -> Action.Kind {
        .offerReceivable(
            OfferReceivable(order: deal.id, price: units(price), hasRecourse: recourse))
    }

    static func finance(_ deal: Deal, _ price: UInt64, recourse: Bool = true) -> Action.Kind {
        .financeReceivable(
            FinanceReceivable(order: deal.id, price: units(price), hasRecourse: recourse))
    }

    static func timeOut(_ deal: Deal) -> Action.Kind {
        .timeOutReceivable(TimeOutReceivable(order: deal.id))
    }

    /// A shipped order whose receivable of 10,000 was sold to the stranger for 9,500.
    static func financed() throws -> (TradeNetwork, Deal) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.ship(in: &net)
        try net.must(.seller, mint(deal, 10_000, due: net.now.after(.days(40))))
        try net.must(.seller, offer(deal, 9_500))
        try net.must(.stranger, finance(deal, 9_500))
        return (net, deal)
    }

    static func token(_ deal: Deal, in net: TradeNetwork) throws -> Receivable {
        var draft = try net.draft
        return try draft.receivable(of: deal.id)
    }

    @Test("It is sold atomically, and the payout goes to its holder")
    func redirected() throws {
        var (net, deal) = try Self.financed()
        #expect(try net.gain(.stranger) == -9_500)
        #expect(try net.gain(.seller) == 9_500 - 5_000)
        try deal.handOver(in: &net)
        try net.must(.second, deal.delivering())
        try net.must(.buyer, deal.confirm)
        #expect(try net.gain(.stranger) == 500)
        #expect(try net.gain(.seller) == 9_500)
        #expect(try Self.token(deal, in: net).state == .settled)
    }

    @Test("Double pledge: an order has one token, and a sold one is not offered again")
    func doublePledge() throws {
        let (net, deal) = try Self.financed()
        let again = Self.mint(deal, 1, due: net.now.after(.days(40)))
        #expect(try net.verdict(.seller, again) == .recordExists)
        #expect(try net.verdict(.seller, Self.offer(deal, 9_000)) == .wrongState)
        #expect(try net.verdict(.other, Self.finance(deal, 9_500)) == .wrongState)
    }

    @Test("Only the seller mints, after shipping, at most what the order pays")
    func minting() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        let due = net.now.after(.days(40))
        #expect(try net.verdict(.seller, Self.mint(deal, 10_000, due: due)) == .wrongState)
        try deal.ship(in: &net)
        #expect(try net.verdict(.buyer, Self.mint(deal, 10_000, due: due)) == .notEntitled)
        #expect(try net.verdict(.seller, Self.mint(deal, 10_001, due: due)) == .termsInvalid)
        let direct = try Deal.placed(Deal.direct, in: &net)
        try direct.ship(in: &net)
        #expect(try net.verdict(.seller, Self.mint(direct, 1, due: due)) == .wrongState)
    }

    @Test("An offer that changed meanwhile is not bought by mistake")
    func changedOffer() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.ship(in: &net)
        try net.must(.seller, Self.mint(deal, 10_000, due: net.now.after(.days(40))))
        try net.must(.seller, Self.offer(deal, 9_900, recourse: false))
        #expect(try net.verdict(.stranger, Self.finance(deal, 9_500)) == .contradiction)
        #expect(
            try net.verdict(.stranger, Self.finance(deal, 9_900, recourse: true))
                == .contradiction)
        #expect(
            try net.verdict(.seller, Self.finance(deal, 9_900, recourse: false))
                == .notEntitled)
    }

    @Test("Dilution by a return: the holder gets what is left, and the seller answers")
    func dilution() throws {
        var (net, deal) = try Self.financed()
        try deal.handOver(in: &net)
        try net.must(.second, deal.delivering())
        _ = try deal.bringBack(in: &net, [(0, 3)], .withoutReason)
        try net.must(.inspector, deal.inspect())
        try net.wait(until: net.now.after(.days(8)))
        try net.must(.stranger, deal.timeOut)
        // 3,000 went back; of 7,000 and the deposit of 5,000 the holder has his 10,000 first.
        let token = try Self.token(deal, in: net)
        #expect(token.state == .settled)
        #expect(try net.gain(.stranger) == 500)
        #expect(try net.held(deal.id, .stake) == 0)
    }

    @Test("Settled away: what the order no longer pays dilutes the token, and the seller answers")
    func diluted() throws {
        var (net, deal) = try Self.financed()
        try deal.handOver(in: &net)
        try net.must(.second, deal.delivering())
        try net.must(.buyer, deal.dispute())
        // Of 20,000 that lie locked, buyer and seller give 16,000 to the buyer.
        try net.must(.buyer, deal.settle(toBuyer: 16_000), with: [.seller])
        let token = try Self.token(deal, in: net)
        #expect(token.state == .diluted)
        #expect(token.paid == units(4_000), "all that the seller would have had")
        #expect(token.rest == units(6_000))
        #expect(try net.gain(.stranger) == -9_500 + 4_000)
        #expect(try net.verdict(.seller, Self.offer(deal, 9_000)) == .wrongState)
        let end = token.due.after(Receivable.grace)
        try net.grace()
        #expect(try net.verdict(.stranger, Self.timeOut(deal), at: end) == .tooEarly)
        try net.must(.stranger, Self.timeOut(deal), at: end.next)
        #expect(try Self.token(deal, in: net).state == .defaulted)
        var draft = try net.draft
        #expect(draft.party(Person.seller.account)?.defaults == 1, "he sold it with recourse")
    }

    @Test("Default: due and ten days at T−1, T and T+1; recourse is on the seller's record")
    func defaulted() throws {
        var (net, deal) = try Self.financed()
        let end = try Self.token(deal, in: net).due.after(Receivable.grace)
        try net.grace()
        for (offset, isOver) in [(-1, false), (0, false), (1, true)] {
            let time = Timestamp(UInt64(Int(end.milliseconds) + offset))
            #expect(
                try net.verdict(.stranger, Self.timeOut(deal), at: time)
                    == (isOver ? nil : .tooEarly))
        }
        try net.must(.stranger, Self.timeOut(deal), at: end.next)
        var draft = try net.draft
        #expect(draft.party(Person.seller.account)?.defaults == 1)
        #expect(draft.party(Person.buyer.account)?.defaults == 0)
        // A late payout still goes to whoever bought it.
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .lost)
        #expect(try Self.token(deal, in: net).paid == units(5_000), "the deposit of the seller")
    }

    @Test("Financing conserves money in every end", arguments: 0..<12 as Range<UInt64>)
    func conserved(seed: UInt64) throws {
        var random = Chance(seed: seed)
        var (net, deal) = try Self.financed()
        let moves: [TradeNetwork.Move] = [
            .init(.first, [deal.tender()]), .init(.second, [deal.delivering()]),
            .init(.buyer, [deal.confirm]), .init(.buyer, [deal.dispute()]),
            .init(.buyer, [deal.settle(toBuyer: 4_321)], with: [.seller]),
            .init(.inspector, [deal.verdict(700)]), .init(.stranger, [deal.timeOut]),
            .init(.stranger, [deal.melt]), .init(.stranger, [Self.timeOut(deal)]),
        ]
        for _ in 0..<40 {
            if case .tendered? = try? net.parcel(deal.id).state {
                _ = try net.send(.second, deal.accepting(in: net))
            }
            let move = try #require(moves.randomElement(using: &random))
            let pause = UInt64.random(in: 0...80, using: &random)
            try net.block([net.transaction(move)], at: net.now.after(.hours(pause)).next)
        }
        try WalkTests.finish(&net, [deal])
        #expect(try net.order(deal.id).phase.isTerminal, "seed \(seed)")
        #expect(try net.held(deal.id) == 0, "seed \(seed)")
        let money = try Person.all.reduce(0) { try $0 + net.balance($1) }
        var draft = try net.draft
        let dollar = draft.asset(TradeNetwork.dollar)
        let supply = try #require(dollar).supply.minorUnits
        #expect(UInt64(money) == supply, "seed \(seed)")
    }
}
