import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Duty and its clock")
struct DutyTests {
    static let declaration = Array("sealed commitments".utf8)

    static func file(_ returned: Digest) -> Action.Kind {
        .fileReturn(
            FileReturn(
                returned: returned,
                declaration: Digest(hashing: declaration, in: .attachment)))
    }

    static func accept(_ returned: Digest, receipt: Digest? = nil) -> Action.Kind {
        .acceptReturn(AcceptReturn(returned: returned, receipt: receipt))
    }

    /// Delivered and released, and when it was released.
    static func released() throws -> (TradeNetwork, Deal, Timestamp) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        try deal.bring(in: &net)
        try net.must(.customs, deal.release)
        return (net, deal, net.now)
    }

    @Test("Day 30: at T a return can still be filed, at T+1 the duty is the treasury's")
    func filing() throws {
        var (net, deal, start) = try Self.released()
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        let end = start.after(.days(30))
        try net.grace()
        // The carrier takes it on the last day that the return allows.
        try net.must(.buyer, deal.shipBack(), with: [.second])
        try net.grace()
        let file = Self.file(deal.firstReturn)
        for time in [end.previous, end] {
            let verdict = try net.verdict(
                .agent, file, documents: [Self.declaration], at: time)
            #expect(verdict == nil)
            #expect(try net.verdict(.stranger, deal.timeOutDuty, at: time) == .tooEarly)
        }
        let late = try net.verdict(
            .agent, file, documents: [Self.declaration], at: end.next)
        #expect(late == .tooLate)
        try net.must(.stranger, deal.timeOutDuty, at: end.next)
        #expect(try net.duty(deal.id).state == .paid)
        #expect(try net.gain(.treasury) == 751)
        #expect(try net.held(deal.id, .duty) == 0)
    }

    @Test("Day 45: at T customs may say that the goods are back, at T+1 the duty is due")
    func arrival() throws {
        var (net, deal, start) = try Self.released()
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        try net.must(.agent, Self.file(deal.firstReturn), documents: [Self.declaration])
        #expect(try net.duty(deal.id).state == .extended)
        try net.must(.buyer, deal.shipBack(), with: [.second])
        let end = start.after(.days(45))
        try net.grace()
        // Accepting needs goods that are there.
        #expect(
            try net.verdict(.customs, Self.accept(deal.firstReturn)) == .wrongState)
        try net.must(.warehouse, deal.receive(), with: [.second])
        try net.grace()
        for time in [end.previous, end] {
            #expect(
                try net.verdict(.customs, Self.accept(deal.firstReturn), at: time) == nil)
            #expect(try net.verdict(.stranger, deal.timeOutDuty, at: time) == .tooEarly)
        }
        #expect(
            try net.verdict(.customs, Self.accept(deal.firstReturn), at: end.next)
                == .tooLate)
        try net.must(.stranger, deal.timeOutDuty, at: end.next)
        #expect(try net.duty(deal.id).state == .paid)
    }

    @Test("All of an order back in time: all of its duty goes back, with the quota receipt")
    func wholeRefund() throws {
        var (net, deal, _) = try Self.released()
        try net.must(.buyer, deal.request())
        try net.must(.seller, deal.authorise())
        try net.must(.agent, Self.file(deal.firstReturn), documents: [Self.declaration])
        try net.must(.buyer, deal.shipBack(), with: [.second])
        try net.must(.warehouse, deal.receive(), with: [.second])
        let sealed = Array("quota restored, sealed to the buyer".utf8)
        let receipt = Digest(hashing: sealed, in: .attachment)
        let accept = Self.accept(deal.firstReturn, receipt: receipt)
        #expect(try net.verdict(.customs, accept) == .notAttached)
        #expect(
            try net.verdict(.stranger, accept, documents: [sealed]) == .notAttested)
        try net.must(.customs, accept, documents: [sealed])
        let lock = try net.duty(deal.id)
        #expect(lock.state == .refunded)
        #expect(lock.receipt == receipt)
        #expect(try net.held(deal.id, .duty) == 0)
        try net.must(.inspector, deal.inspect())
        try net.must(.seller, deal.refund())
        #expect(try net.goodsReturn(deal.firstReturn).state == .closed)
        // The buyer has paid the way there; the seller the way back.
        #expect(try net.gain(.buyer) == -500)
        #expect(try net.gain(.seller) == -150)
    }

    @Test("Units that come back one by one give back the duty to the last unit")
    func proRata() throws {
        var (net, deal, _) = try Self.released()
        var refunds: [Int] = []
        for index in 1...3 as ClosedRange<UInt32> {
            let returned = Return.id(order: deal.id, index: index)
            let before = try net.held(deal.id, .duty)
            try net.must(.buyer, deal.request([(0, 1)]))
            try net.must(.seller, deal.authorise(returned))
            try net.must(.agent, Self.file(returned), documents: [Self.declaration])
            try net.must(.buyer, deal.shipBack(returned), with: [.second])
            try net.must(.warehouse, deal.receive(returned), with: [.second])
            try net.must(.inspector, deal.inspect(returned))
            try net.must(.seller, deal.refund(returned))
            try net.must(.customs, Self.accept(returned))
            #expect(try net.goodsReturn(returned).state == .closed)
            refunds.append(Int(before) - Int(try net.held(deal.id, .duty)))
        }
        // 100 for three: 33.3, then up to 66.7, and the last one has the remainder.
        #expect(refunds == [33, 34, 33])
        #expect(try net.duty(deal.id).state == .clock)
        try net.wait(until: net.now.after(.days(31)))
        try net.must(.stranger, deal.timeOutDuty)
        #expect(try net.gain(.treasury) == 651)
        #expect(try net.held(deal.id, .duty) == 0)
    }

    @Test("Goods that customs sends back, or never releases, owe no duty")
    func notReleased() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        try deal.bring(in: &net)
        var rejected = net
        try rejected.must(
            .customs, .releaseGoods(ReleaseGoods(order: deal.id, code: 700)))
        #expect(try rejected.duty(deal.id).state == .refunded)
        #expect(try rejected.gain(.buyer) == -10_500)
        let end = try net.duty(deal.id).opened.after(.days(90))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.timeOutDuty, at: end) == .tooEarly)
        #expect(try net.verdict(.customs, deal.release, at: end) == nil)
        try net.must(.stranger, deal.timeOutDuty, at: end.next)
        #expect(try net.duty(deal.id).state == .refunded)
        #expect(try net.gain(.buyer) == -10_500)
    }

    @Test("The receipt of the quota travels with the release, sealed, and only its hash is kept")
    func quotaReceipt() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        let sealed = Array("quota, sealed to the buyer".utf8)
        let receipt = Digest(hashing: sealed, in: .attachment)
        let release = Action.Kind.releaseGoods(
            ReleaseGoods(order: deal.id, code: 800, receipt: receipt))
        #expect(try net.verdict(.customs, release) == .notAttached)
        try net.must(.customs, release, documents: [sealed])
        #expect(try net.duty(deal.id).receipt == receipt)
        #expect(try net.verdict(.customs, deal.release) == .wrongState)
    }

    @Test("Goods that were released owe their duty even when they are lost later")
    func lostAfterRelease() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        try deal.ship(in: &net)
        try net.must(.customs, deal.release)
        try net.wait(until: net.now.after(.days(11)))
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .lost)
        #expect(try net.duty(deal.id).state == .clock)
        try net.wait(until: net.now.after(.days(31)))
        try net.must(.stranger, deal.timeOutDuty)
        #expect(try net.gain(.treasury) == 751)
        #expect(try net.held(deal.id) == 0)
    }

    @Test("Export returns run on the same clock, with the six months of their rule")
    func exportReturns() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net) {
            $0.duty = DutyRule(
                rule: mark("2026-16"), payee: Person.treasury.account, filing: .days(183),
                arrival: .days(184), clearance: .days(300), isExport: true)
            $0.returns = ReturnTerms(
                withoutReason: .days(183), forDefect: .days(183), freight: units(150),
                bond: units(4_000))
        }
        try deal.bring(in: &net)
        try net.must(.customs, deal.release)
        let end = net.now.after(.days(183))
        let bought = try net.order(deal.id).delivered.after(.days(183))
        try net.grace()
        #expect(try net.verdict(.buyer, deal.request(), at: bought.next) == .tooLate)
        try net.must(
            .buyer, deal.request(), at: bought.previous.previous.previous.previous.previous)
        try net.must(.seller, deal.authorise())
        try net.must(.agent, Self.file(deal.firstReturn), documents: [Self.declaration])
        #expect(net.now <= end)
        try net.must(.buyer, deal.shipBack(), with: [.second])
        try net.must(.warehouse, deal.receive(), with: [.second])
        try net.must(.customs, Self.accept(deal.firstReturn))
        #expect(try net.duty(deal.id).state == .refunded)
    }
}
