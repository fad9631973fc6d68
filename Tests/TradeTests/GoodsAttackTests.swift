import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Attacks on custody and returns (reference trade 7.2, 7.4)")
struct GoodsAttackTests {
    static func onLastLeg(
        _ settlement: Settlement = Deal.direct
    ) throws -> (TradeNetwork, Deal) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(settlement, in: &net)
        try deal.ship(in: &net)
        try deal.handOver(in: &net)
        return (net, deal)
    }

    @Test("Fake delivery needs the buyer's secret, and one order's opens no other")
    func fakeDelivery() throws {
        let (net, deal) = try Self.onLastLeg()
        for guess in [Digest.zero, mark("a guess"), try #require(deal.code)] {
            #expect(try net.verdict(.second, deal.delivering(secret: guess)) == .secretWrong)
        }
        #expect(
            try net.verdict(
                .second, deal.delivering(secret: nil, buyer: .stranger), with: [.stranger])
                == .notEntitled)
        #expect(throws: BlockFault.self) {
            try net.verdict(.second, deal.delivering(secret: nil, buyer: .buyer))
        }
        // The secret that was shown for one order, tried on another.
        let other = Order.code(of: Deal.secret, for: mark("another order"))
        #expect(other != deal.code)
    }

    @Test("A secret that a stranger copies is of no use to him")
    func copiedSecret() throws {
        let (net, deal) = try Self.onLastLeg()
        #expect(try net.verdict(.first, deal.delivering()) == .notEntitled)
        #expect(try net.verdict(.stranger, deal.delivering()) == .notEntitled)
    }

    @Test("Consignee denies: the revealed secret is delivery, and time does the rest")
    func consigneeDenies() throws {
        var (net, deal) = try Self.onLastLeg(Deal.locked)
        try net.must(.second, deal.delivering())
        #expect(try net.gain(.second) == 200)
        try net.wait(until: net.now.after(.days(8)))
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .completed)
    }

    @Test("A secret does not sign a reservation away or other contents in")
    func secretIsClean() throws {
        let (net, deal) = try Self.onLastLeg()
        for handover in [
            Deal.handover("DEBER", damage: 1), Deal.handover("DEBER", contents: mark("bricks")),
        ] {
            #expect(try net.verdict(.second, deal.delivering(handover)) == .contradiction)
        }
    }

    @Test("Colluding carrier and seller: the next scale and scan find it, and who signed pays")
    func colludingCarrier() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        // Both sign that the goods are in; the next custodian scans bricks.
        try deal.ship(in: &net)
        try net.must(.first, deal.tender())
        let bricks = Deal.handover("NLRTM", contents: mark("bricks"))
        #expect(
            try net.verdict(.second, deal.accepting(in: net, bricks)) == .reservationAlone)
        try net.must(
            .second, deal.accepting(in: net, bricks, witness: .inspector), with: [.inspector])
        #expect(
            try net.parcel(deal.id).mismatch
                == Mismatch(liable: Person.first.account, contents: mark("bricks")))
        #expect(try net.gain(.first) == 300 - 10_000)
        #expect(try net.gain(.buyer) == -11_251 + 10_000)
    }

    @Test("Carrier and buyer claim a loss: it is the carrier who pays for it")
    func claimedLoss() throws {
        var (net, deal) = try Self.onLastLeg()
        try net.wait(until: net.now.after(.days(11)))
        try net.must(.buyer, deal.timeOut)
        let together = try net.gain(.buyer) + net.gain(.second)
        #expect(together == -10_300)
        #expect(try net.gain(.seller) == 10_000)
    }

    @Test("A spoofed position moves no money: only two signatures do")
    func spoofedPosition() throws {
        var (net, deal) = try Self.onLastLeg()
        let before = try net.gains()
        for step in TransitStep.allCases {
            try net.must(
                .second,
                .recordTransit(
                    RecordTransit(order: deal.id, event: mark("at the door"), step: step)))
        }
        #expect(try net.gains() == before)
        #expect(try net.order(deal.id).phase == .shipped)
    }

    @Test("Return of a fake or empty box: scan and scale must agree at both ends")
    func emptyBox() throws {
        var (net, deal) = try ReturnTests.delivered(Deal.locked)
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        #expect(
            try net.verdict(.buyer, deal.shipBack(weight: 200), with: [.second])
                == .contradiction)
        #expect(
            try net.verdict(
                .buyer, deal.shipBack(contents: mark("bricks")), with: [.second])
                == .contradiction)
        // An emptied box is the loss of the carrier who signed for a full one.
        try net.must(.buyer, deal.shipBack(), with: [.second])
        try net.must(.warehouse, deal.receive(weight: 200), with: [.second])
        #expect(try net.goodsReturn(deal.firstReturn).state == .lost)
        #expect(try net.gain(.second) == 200 - 4_000)
        #expect(try net.held(deal.firstReturn) == 0)
    }

    @Test("Wardrobing: used goods are worth what the inspector says")
    func wardrobing() throws {
        var (net, deal) = try ReturnTests.delivered(Deal.locked)
        let returned = try deal.bringBack(in: &net, [(1, 1)], .withoutReason)
        try net.must(.inspector, deal.inspect(returned, 300))
        try net.must(.buyer, deal.confirm)
        #expect(try net.gain(.buyer) == -11_251 + 2_100)
    }

    @Test("Seller refuses quietly: after 48 hours the return is authorised")
    func quietRefusal() throws {
        var (net, deal) = try ReturnTests.delivered()
        try net.must(.buyer, deal.request())
        try net.wait(until: net.now.after(.hours(48)).next)
        try net.must(.stranger, deal.timeOutReturn())
        #expect(try net.goodsReturn(deal.firstReturn).state == .authorised)
        #expect(
            try net.verdict(
                .seller,
                .refuseReturn(
                    RefuseReturn(returned: deal.firstReturn, grounds: mark("no")))) == .wrongState)
    }

    @Test("Buyer times the filing to miss day 30: filing is the agent's, and needs no buyer")
    func missedFiling() throws {
        var (net, deal, start) = try DutyTests.released()
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        let file = DutyTests.file(deal.firstReturn)
        #expect(
            try net.verdict(.buyer, file, documents: [DutyTests.declaration])
                == .notAttested)
        try net.grace()
        try net.must(
            .agent, file, documents: [DutyTests.declaration], at: net.now.after(.days(9)))
        #expect(net.now < start.after(.days(30)))
        #expect(try net.duty(deal.id).state == .extended)
    }

    @Test("Quota fraud by fake returns: only customs, and only for goods that are there")
    func quotaFraud() throws {
        var (net, deal, _) = try DutyTests.released()
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        let accept = DutyTests.accept(deal.firstReturn)
        #expect(try net.verdict(.customs, accept) == .wrongState)
        try net.must(
            .agent, DutyTests.file(deal.firstReturn), documents: [DutyTests.declaration])
        #expect(try net.verdict(.customs, accept) == .wrongState)
        for person in [Person.buyer, .seller, .warehouse, .agent] {
            #expect(try net.verdict(person, accept) == .notAttested)
        }
    }

    @Test("Refund replay: what came back once does not come back again")
    func refundReplay() throws {
        var (net, deal) = try ReturnTests.delivered(Deal.locked)
        let returned = try deal.bringBack(in: &net, [(0, 2)])
        #expect(try net.verdict(.buyer, deal.request([(1, 1)])) == .wrongState)
        try net.must(.inspector, deal.inspect(returned))
        let paid = try net.gain(.buyer)
        #expect(try net.verdict(.inspector, deal.inspect(returned)) == .wrongState)
        #expect(try net.verdict(.seller, deal.refund(returned)) == .wrongState)
        try net.grace()
        #expect(
            try net.verdict(
                .stranger, deal.timeOutReturn(returned), at: net.now.after(.days(20)))
                == .wrongState)
        #expect(try net.verdict(.buyer, deal.request([(0, 2)])) == .unitsExceeded)
        #expect(try net.verdict(.buyer, deal.request([(0, 1), (0, 1)])) == .malformed)
        #expect(try net.verdict(.buyer, deal.request([(2, 1)])) == .unitsExceeded)
        #expect(
            try net.verdict(.buyer, deal.request([(0, .max)])) == .unitsExceeded)
        #expect(try net.verdict(.buyer, deal.request([(0, 1)])) == nil)
        #expect(try net.gain(.buyer) == paid)
    }

    @Test("Mis-shipment by a custodian who swapped parcels is his to pay, not the seller's")
    func swappedParcel() throws {
        var (net, deal) = try Self.onLastLeg(Deal.locked)
        let other = Deal.handover("DEBER", contents: mark("somebody else's parcel"))
        try net.must(
            .second, deal.delivering(secret: nil, buyer: .buyer, other), with: [.buyer])
        #expect(
            try net.parcel(deal.id).mismatch?.liable == Person.second.account)
        // The bond of 9,000 goes to the seller, whose risk the way of a locked order is.
        #expect(try net.gain(.seller) == -5_000 + 9_000)
        try net.must(.buyer, deal.request([(0, 3), (1, 1)], .wrongItem))
        #expect(try net.goodsReturn(deal.firstReturn).state == .authorised)
    }
}
