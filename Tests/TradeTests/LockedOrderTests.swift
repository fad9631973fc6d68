import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Orders that two parties lock")
struct LockedOrderTests {
    /// A deal in dispute, and when the dispute began.
    static func disputed(
        _ settlement: Settlement = Deal.locked
    ) throws -> (TradeNetwork, Deal, Timestamp) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(settlement, in: &net)
        try deal.bring(in: &net)
        try net.must(.buyer, deal.dispute())
        return (net, deal, net.now)
    }

    @Test("Both fund one transaction; completed, each has what is his")
    func wholeWay() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        #expect(try net.order(deal.id).phase == .funded)
        #expect(try net.held(deal.id, .stake) == 20_000)
        try deal.bring(in: &net)
        try net.must(.buyer, deal.confirm)
        #expect(try net.order(deal.id).phase == .completed)
        #expect(try net.held(deal.id, .stake) == 0)
        try net.must(.customs, deal.release)
        try net.wait(until: net.now.after(.days(31)))
        try net.must(.stranger, deal.timeOut)
        try net.must(.stranger, deal.timeOutDuty)
        #expect(try net.held(deal.id) == 0)
        #expect(
            try net.gains() == [
                "buyer": -11_251, "seller": 10_000, "first carrier": 300, "second carrier": 200,
                "treasury": 751,
            ])
    }

    @Test("T_ship missed: the seller pays λ to the buyer, who has all else back")
    func neverShipped() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        let end = net.now.after(.days(3))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.timeOut, at: end) == .tooEarly)
        #expect(try net.verdict(.seller, deal.shipping(), with: [.first], at: end) == nil)
        #expect(
            try net.verdict(.seller, deal.shipping(), with: [.first], at: end.next) == .tooLate)
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .cancelled)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == ["buyer": 500, "seller": -500])
    }

    @Test("Before the parcel leaves both may divide the lock as they sign; one alone may not")
    func mutual() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        #expect(
            try net.verdict(.buyer, deal.settle(toBuyer: 1, other: .buyer)) == .notEntitled)
        #expect(
            try net.verdict(.buyer, deal.settle(toBuyer: 1, other: .stranger), with: [.stranger])
                == .notEntitled)
        #expect(
            try net.verdict(.buyer, deal.settle(toBuyer: 20_001), with: [.seller])
                == .vaultShort)
        try net.must(.buyer, deal.settle(toBuyer: 14_321), with: [.seller])
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == ["buyer": -679, "seller": 679])
    }

    @Test("T_del missed: the buyer has his money, the seller the carrier's bond")
    func lost() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.ship(in: &net)
        try net.wait(until: net.now.after(.days(11)))
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .lost)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == ["seller": 10_000, "first carrier": -10_000])
    }

    @Test("T_insp: at T the buyer may dispute, at T+1 the seller has been paid by anybody")
    func inspectionDeadline() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        let end = net.now.after(.days(7))
        try net.grace()
        for time in [end.previous, end] {
            #expect(try net.verdict(.buyer, deal.dispute(), at: time) == nil)
            #expect(try net.verdict(.stranger, deal.timeOut, at: time) == .tooEarly)
        }
        #expect(try net.verdict(.buyer, deal.dispute(), at: end.next) == .tooLate)
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .completed)
        #expect(try net.gain(.seller) == 10_000)
    }

    @Test("The inspector's verdict divides the price, and the loser pays him")
    func verdict() throws {
        let (net, deal, _) = try Self.disputed()
        #expect(try net.verdict(.stranger, deal.verdict(300)) == .notAttested)
        #expect(try net.verdict(.buyer, deal.verdict(300)) == .notEntitled)
        // Claimed were 600: with 300 the seller loses, with 299 the buyer.
        var sellerLoses = net
        try sellerLoses.must(.inspector, deal.verdict(300))
        #expect(try sellerLoses.order(deal.id).phase == .settled)
        #expect(try sellerLoses.held(deal.id, .stake) == 0)
        #expect(try sellerLoses.gain(.inspector) == 120)
        #expect(try sellerLoses.gain(.buyer) == -8_251)
        #expect(try sellerLoses.gain(.seller) == 7_000 - 120)
        var buyerLoses = net
        try buyerLoses.must(.inspector, deal.verdict(299))
        #expect(try buyerLoses.gain(.inspector) == 120)
        #expect(try buyerLoses.gain(.buyer) == 2_990 - 120 - 11_251)
        #expect(try buyerLoses.gain(.seller) == 7_010)
    }

    @Test("Melting begins after T_neg, goes on by the day, and burns the same whoever submits it")
    func melting() throws {
        let (first, deal, since) = try Self.disputed()
        var net = first
        let start = since.after(.days(14))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.melt, at: start.after(.hours(23))) == .tooEarly)
        let firstDay = start.after(.days(1))
        #expect(try net.verdict(.stranger, deal.melt, at: firstDay.previous) == .tooEarly)
        try net.must(.stranger, deal.melt, at: firstDay)
        // A thirtieth of 10,000 and of twice 5,000, each rounded down.
        #expect(try net.held(deal.id, .stake) == 20_000 - 333 - 166 - 166)
        #expect(try net.verdict(.stranger, deal.melt) == .tooEarly)
        var daily = net
        for day in 2...10 as ClosedRange<UInt64> {
            try daily.must(.stranger, deal.melt, at: start.after(.days(day)))
        }
        try net.must(.agent, deal.melt, at: start.after(.days(10)))
        let stepwise = try daily.held(deal.id, .stake)
        #expect(try net.held(deal.id, .stake) == stepwise)
        #expect(try net.held(deal.id, .stake) == 20_000 - 3_333 - 1_666 - 1_666)
    }

    @Test("Nobody escapes the melting by agreeing before somebody submits it")
    func meltingIsDue() throws {
        var (net, deal, since) = try Self.disputed()
        try net.wait(until: since.after(.days(24)))
        let left = UInt64(20_000 - 3_333 - 1_666 - 1_666)
        #expect(
            try net.verdict(.seller, deal.settle(toBuyer: left + 1, other: .buyer), with: [.buyer])
                == .termsInvalid)
        try net.must(.seller, deal.settle(toBuyer: left - 5, other: .buyer), with: [.buyer])
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.gain(.seller) == -4_995)
    }

    @Test("T_max: at T they may still agree, at T+1 everything that melts is gone")
    func expiry() throws {
        let (first, deal, since) = try Self.disputed()
        var net = first
        try net.grace()
        let end = since.after(.days(44))
        #expect(try net.verdict(.stranger, deal.timeOut, at: end) == .tooEarly)
        let before = try net.gain(.buyer)
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .expired)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.gain(.buyer) == before)
        #expect(try net.gain(.seller) == -5_000)
    }

    @Test("With κ of a half, θ divides what does not melt")
    func expiryHalf() throws {
        let half = Settlement.locked(
            LockedTerms(
                buyerDeposit: units(5_000), sellerDeposit: units(5_000),
                lateShare: Share(clamping: 50), burntShare: Share(clamping: 500),
                buyerShare: Share(clamping: 300), negotiation: .days(14), limit: .days(44)))
        for meltedDays in [0, 1, 17, 30] as [UInt64] {
            var (net, deal, since) = try Self.disputed(half)
            try net.grace()
            if meltedDays > 0 {
                try net.must(
                    .stranger, deal.melt, at: since.after(.days(14 + meltedDays)))
            }
            try net.grace()
            try net.must(.stranger, deal.timeOut, at: since.after(.days(44)).next.next.next)
            #expect(try net.held(deal.id, .stake) == 0)
            #expect(try net.gain(.buyer) == -16_251 + 1_500, "\(meltedDays) days melted")
            #expect(try net.gain(.seller) == -5_000 + 3_500)
        }
    }

    @Test("Counter: the seller takes the goods back, and the lock refunds when they are there")
    func counter() throws {
        var (net, deal, since) = try Self.disputed()
        try net.grace()
        let end = since.after(.days(5))
        #expect(try net.verdict(.stranger, deal.counter) == .notEntitled)
        #expect(try net.verdict(.seller, deal.counter, at: end.next) == .tooLate)
        try net.must(.seller, deal.counter, at: end)
        #expect(try net.order(deal.id).phase == .returning)
        #expect(try net.goodsReturn(deal.firstReturn).state == .authorised)
        #expect(try net.held(deal.firstReturn, .freight) == 150)
        try net.must(.buyer, deal.shipBack(), with: [.second])
        try net.must(.warehouse, deal.receive(), with: [.second])
        try net.must(.inspector, deal.inspect())
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.held(deal.firstReturn) == 0)
        #expect(try net.gain(.buyer) == -1_251)
        #expect(try net.gain(.seller) == -150)
    }

    @Test("A buyer who does not send the goods back after a counter has conceded")
    func counterIgnored() throws {
        var (net, deal, _) = try Self.disputed()
        try net.must(.seller, deal.counter)
        try net.wait(until: net.now.after(.days(10)).next)
        try net.must(.stranger, deal.timeOutReturn())
        #expect(try net.order(deal.id).phase == .completed)
        #expect(try net.goodsReturn(deal.firstReturn).state == .lapsed)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.held(deal.firstReturn) == 0)
        #expect(try net.gain(.seller) == 10_000)
    }
}
