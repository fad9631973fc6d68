import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Returns")
struct ReturnTests {
    static func delivered(
        _ settlement: Settlement = Deal.direct, change: (inout Deal.Draftable) -> Void = { _ in }
    ) throws -> (TradeNetwork, Deal) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(settlement, in: &net, change: change)
        try deal.bring(in: &net)
        return (net, deal)
    }

    @Test("A partial return of a locked order: its lines are refunded, the rest is the seller's")
    func partialLocked() throws {
        var (net, deal) = try Self.delivered(Deal.locked)
        let returned = try deal.bringBack(in: &net, [(0, 2)])
        #expect(try net.verdict(.buyer, deal.confirm) == .wrongState)
        #expect(try net.verdict(.stranger, deal.timeOut) == .wrongState)
        try net.must(.inspector, deal.inspect(returned))
        #expect(try net.goodsReturn(returned).state == .refunded)
        let order = try net.order(deal.id)
        #expect(order.phase == .delivered)
        #expect(order.tally.units == [2, 0])
        #expect(order.tally.refunded == units(2_000))
        try net.must(.buyer, deal.confirm)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.gain(.buyer) == -11_251 + 2_000)
        #expect(try net.gain(.seller) == 8_000 - 150)
        #expect(try net.held(returned) == 0)
    }

    @Test("All lines back: the order is settled and both have their deposits")
    func wholeLocked() throws {
        var (net, deal) = try Self.delivered(Deal.locked)
        let returned = try deal.bringBack(in: &net)
        try net.must(.warehouse, deal.inspect(returned))
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.gain(.buyer) == -1_251)
        #expect(try net.gain(.seller) == -150)
    }

    @Test("Paid at pick-up: the seller refunds within three days, else his bond does")
    func directRefund() throws {
        var (net, deal) = try Self.delivered()
        let returned = try deal.bringBack(in: &net, [(0, 1)])
        try net.must(.inspector, deal.inspect(returned))
        #expect(try net.goodsReturn(returned).state == .inspected(.whole))
        #expect(try net.verdict(.stranger, deal.refund(returned)) == .notEntitled)
        var paying = net
        try paying.must(.seller, deal.refund(returned))
        #expect(try paying.gain(.buyer) == -11_251 + 1_000)
        #expect(try paying.held(returned) == 0)
        let end = net.now.after(.days(3))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.timeOutReturn(returned), at: end) == .tooEarly)
        try net.must(.stranger, deal.timeOutReturn(returned), at: end.next)
        #expect(try net.goodsReturn(returned).state == .refunded)
        #expect(try net.gain(.buyer) == -11_251 + 1_000)
        #expect(try net.held(deal.id, .sellerBond) == 1_500)
    }

    @Test("What neither seller nor bond pays is a default that everybody sees")
    func publicDefault() throws {
        var (net, deal) = try Self.delivered()
        let returned = try deal.bringBack(in: &net)
        try net.must(.inspector, deal.inspect(returned))
        try net.wait(until: net.now.after(.days(3)).next)
        try net.must(.stranger, deal.timeOutReturn(returned))
        #expect(try net.goodsReturn(returned).state == .defaulted(units(7_500)))
        #expect(try net.gain(.buyer) == -11_251 + 2_500)
        #expect(try net.held(deal.id, .sellerBond) == 0)
    }

    @Test("T_ret: without a reason seven days, for a defect thirty, to the millisecond")
    func returnDeadline() throws {
        var (net, deal) = try Self.delivered()
        let delivered = try net.order(deal.id).delivered
        try net.grace()
        for (days, reason) in [(7, .withoutReason), (30, .defect), (30, .wrongItem)]
            as [(UInt64, ReturnReason)]
        {
            let end = delivered.after(.days(days))
            let request = deal.request([(0, 1)], reason)
            #expect(try net.verdict(.buyer, request, at: end.previous) == nil)
            #expect(try net.verdict(.buyer, request, at: end) == nil)
            #expect(try net.verdict(.buyer, request, at: end.next) == .tooLate)
        }
    }

    @Test("A buyer gives a buyer's reasons; a block with another one is refused")
    func buyersReasons() throws {
        let (net, deal) = try Self.delivered()
        for reason in [ReturnReason.refused, .dispute] {
            #expect(throws: BlockFault.self) {
                try net.verdict(.buyer, deal.request([(0, 1)], reason))
            }
        }
    }

    @Test("T_rma: silence for 48 hours authorises; the buyer advances the way and has it back")
    func autoAuthorise() throws {
        var (net, deal) = try Self.delivered(Deal.locked)
        try net.must(.buyer, deal.request([(1, 1)]))
        let end = net.now.after(.hours(48))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.timeOutReturn(), at: end) == .tooEarly)
        #expect(try net.verdict(.buyer, deal.shipBack(), with: [.second]) == .wrongState)
        try net.must(.stranger, deal.timeOutReturn(), at: end.next)
        try net.must(.buyer, deal.shipBack(), with: [.second])
        #expect(try net.gain(.buyer) == -16_251 - 150)
        try net.must(.warehouse, deal.receive(), with: [.second])
        try net.must(.inspector, deal.inspect())
        #expect(try net.gain(.buyer) == -16_251 + 7_000)
        try net.must(.buyer, deal.confirm)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.gain(.buyer) == -11_251 + 7_000)
        #expect(try net.gain(.seller) == 3_000 - 150)
    }

    @Test("T_rma is that of the terms: at T the seller may still refuse, at T+1 it is authorised")
    func agreedAnswer() throws {
        var (net, deal) = try Self.delivered(Deal.locked) {
            $0.returns = ReturnTerms(
                withoutReason: .days(7), forDefect: .days(30), freight: units(150),
                bond: units(4_000), answer: .hours(9))
        }
        try net.must(.buyer, deal.request([(1, 1)]))
        let end = net.now.after(.hours(9))
        try net.grace()
        let refusal = Action.Kind.refuseReturn(
            RefuseReturn(returned: deal.firstReturn, grounds: mark("used")))
        for (time, isOver) in [(end, false), (end.next, true)] {
            #expect(try net.verdict(.seller, refusal, at: time) == (isOver ? .tooLate : nil))
            #expect(
                try net.verdict(.stranger, deal.timeOutReturn(), at: time)
                    == (isOver ? nil : .tooEarly))
        }
    }

    @Test("Without a reason the way back is the buyer's")
    func withoutReason() throws {
        var (net, deal) = try Self.delivered(Deal.locked)
        try net.must(.buyer, deal.request([(0, 3), (1, 1)], .withoutReason))
        try net.must(.seller, deal.authorise(sellerPays: false))
        try net.must(.buyer, deal.shipBack(), with: [.second])
        try net.must(.warehouse, deal.receive(), with: [.second])
        try net.must(.inspector, deal.inspect())
        #expect(try net.gain(.buyer) == -1_251 - 150)
        #expect(try net.gain(.seller) == 0)
    }

    @Test("Refused: a locked order is in dispute, another is refused for all to see")
    func refused() throws {
        let refuse = { (deal: Deal) in
            Action.Kind.refuseReturn(
                RefuseReturn(returned: deal.firstReturn, grounds: mark("used")))
        }
        var (locked, deal) = try Self.delivered(Deal.locked)
        try locked.must(.buyer, deal.request())
        #expect(try locked.verdict(.stranger, refuse(deal)) == .notEntitled)
        try locked.must(.seller, refuse(deal))
        #expect(try locked.order(deal.id).phase.number == 11)
        try locked.must(.inspector, deal.verdict(1_000))
        #expect(try locked.held(deal.id, .stake) == 0)
        var (direct, other) = try Self.delivered()
        try direct.must(.buyer, other.request())
        try direct.must(.seller, refuse(other))
        #expect(try direct.order(other.id).phase == .delivered)
        #expect(try direct.goodsReturn(other.firstReturn).state == .refused)
    }

    @Test("The buyer keeps the goods for a discount that both sign")
    func discount() throws {
        for settlement in [Deal.direct, Deal.locked] {
            var (net, deal) = try Self.delivered(settlement)
            let before = try net.gain(.buyer)
            try net.must(.buyer, deal.request([(1, 1)]))
            let keep = { (discount: UInt64) in
                Action.Kind.keepWithDiscount(
                    KeepWithDiscount(
                        returned: deal.firstReturn, seller: Person.seller.account,
                        discount: units(discount)))
            }
            #expect(
                try net.verdict(.buyer, keep(7_001), with: [.seller]) == .termsInvalid)
            try net.must(.buyer, keep(900), with: [.seller])
            #expect(try net.gain(.buyer) == before + 900)
            #expect(try net.goodsReturn(deal.firstReturn).state == .kept)
            #expect(try net.verdict(.buyer, deal.request([(1, 1)])) == .unitsExceeded)
        }
    }

    @Test("An authorisation lapses when nothing was sent for ten days")
    func lapse() throws {
        var (net, deal) = try Self.delivered(Deal.locked)
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        let end = net.now.after(.days(10))
        try net.grace()
        #expect(try net.verdict(.buyer, deal.shipBack(), with: [.second], at: end) == nil)
        #expect(try net.verdict(.stranger, deal.timeOutReturn(), at: end) == .tooEarly)
        #expect(
            try net.verdict(.buyer, deal.shipBack(), with: [.second], at: end.next)
                == .tooLate)
        try net.must(.stranger, deal.timeOutReturn(), at: end.next)
        #expect(try net.held(deal.firstReturn) == 0)
        #expect(try net.gain(.seller) == -5_000)
        try net.must(.buyer, deal.confirm)
        #expect(try net.gain(.seller) == 10_000)
    }

    @Test("No inspection for three days counts as conformant")
    func silentSite() throws {
        var (net, deal) = try Self.delivered(Deal.locked)
        let returned = try deal.bringBack(in: &net)
        let end = net.now.after(.days(3))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.timeOutReturn(), at: end) == .tooEarly)
        #expect(try net.verdict(.warehouse, deal.inspect(returned), at: end.next) == .tooLate)
        try net.must(.stranger, deal.timeOutReturn(), at: end.next)
        #expect(try net.goodsReturn(returned).state == .refunded)
        #expect(try net.order(deal.id).phase == .settled)
    }

    @Test("Used goods are refunded in part, what is not the goods not at all")
    func verdicts() throws {
        let (net, deal) = try Self.delivered(Deal.locked)
        var used = net
        let returned = try deal.bringBack(in: &used)
        #expect(try used.verdict(.seller, deal.inspect(returned, 400)) == .notEntitled)
        #expect(try used.verdict(.buyer, deal.inspect(returned)) == .notEntitled)
        #expect(try used.verdict(.seller, deal.inspect(returned)) == nil)
        var nothing = used
        try used.must(.inspector, deal.inspect(returned, 400))
        #expect(try used.order(deal.id).phase == .settled)
        #expect(try used.held(deal.id, .stake) == 0)
        #expect(try used.gain(.buyer) == -11_251 + 4_000)
        try nothing.must(.inspector, deal.inspect(returned, 0))
        #expect(try nothing.goodsReturn(returned).state == .lapsed)
        #expect(try nothing.order(deal.id).phase == .delivered)
        try nothing.must(.buyer, deal.confirm)
        #expect(try nothing.gain(.seller) == 10_000 - 150)
    }

    @Test("Redirected: the goods go to a next buyer where they are, and the first is refunded")
    func redirected() throws {
        var (net, deal) = try Self.delivered()
        let returned = try deal.bringBack(in: &net)
        let next = Deal(Deal.direct) {
            $0.times = Times(
                expiry: TradeNetwork.start.after(.hours(21)), shipping: .days(3),
                delivery: .days(30), inspection: .days(7))
        }
        let id = Order.id(
            terms: next.terms.digest, buyer: Person.other.account, number: 7)
        let redirect = Action.Kind.redirectReturn(
            RedirectReturn(returned: returned, buyer: Person.other.account, order: id))
        #expect(try net.verdict(.seller, redirect, with: [.other]) == .unknownRecord)
        try net.must(.seller, .postQuote(PostQuote(terms: next.terms, count: 1)))
        try net.must(.other, next.order(number: 7, signed: true))
        #expect(try net.verdict(.stranger, redirect, with: [.other]) == .notEntitled)
        try net.must(.seller, redirect, with: [.other])
        #expect(try net.goodsReturn(returned).state == .closed)
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.gain(.buyer) == -1_251)
        #expect(try net.held(deal.id, .sellerBond) == 0)
    }
}
