import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Orders that are paid at pick-up")
struct DirectOrderTests {
    @Test("The seller has the price when the carrier signs, the carriers their legs, nobody more")
    func wholeWay() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        #expect(try net.order(deal.id).phase == .paid)
        #expect(try net.held(deal.id, .stake) == 10_000)
        #expect(try net.gains() == ["buyer": -11_251, "seller": -2_500])
        try deal.ship(in: &net)
        #expect(try net.order(deal.id).phase == .shipped)
        #expect(try net.gain(.seller) == 7_500)
        #expect(try net.gain(.first) == -12_000)
        try deal.handOver(in: &net)
        #expect(try net.gain(.first) == 300)
        try net.must(.second, deal.delivering())
        #expect(try net.order(deal.id).phase == .delivered)
        try net.must(.buyer, deal.confirm)
        #expect(try net.order(deal.id).phase == .completed)
        try net.must(.customs, deal.release)
        try net.wait(until: net.now.after(.days(31)))
        try net.must(.stranger, deal.timeOut)
        try net.must(.stranger, deal.timeOutDuty)
        #expect(try net.order(deal.id).phase == .closed)
        #expect(try net.held(deal.id) == 0)
        #expect(
            try net.gains() == [
                "buyer": -11_251, "seller": 10_000, "first carrier": 300, "second carrier": 200,
                "treasury": 751,
            ])
    }

    @Test("An order needs the seller's quote, to the letter, and no more often than it says")
    func quote() throws {
        var net = try TradeNetwork()
        let deal = Deal(Deal.direct)
        #expect(try net.verdict(.buyer, deal.order()) == .unknownRecord)
        try net.must(.seller, .postQuote(PostQuote(terms: deal.terms, count: 1)))
        let cheaper = Deal(Deal.direct) {
            let line = Line(quantity: 3, unitPrice: units(1), duty: units(100))
            $0.goods = Goods(lines: [line] + $0.goods.lines.dropFirst(), items: Deal.packing)
        }
        #expect(try net.verdict(.buyer, cheaper.order()) == .unknownRecord)
        try net.must(.buyer, deal.order())
        #expect(try net.verdict(.buyer, deal.order()) == .recordExists)
        #expect(try net.verdict(.other, deal.order(number: 2)) == .quoteExhausted)
    }

    @Test("Only the seller posts and withdraws his quote, and what he put down comes back")
    func withdrawal() throws {
        var net = try TradeNetwork()
        let deal = Deal(Deal.direct)
        let post = Action.Kind.postQuote(PostQuote(terms: deal.terms, count: 3))
        #expect(try net.verdict(.stranger, post) == .notEntitled)
        try net.must(.seller, post)
        #expect(try net.gain(.seller) == -7_500)
        try net.must(.buyer, deal.order())
        let withdraw = Action.Kind.withdrawQuote(WithdrawQuote(terms: deal.terms.digest))
        #expect(try net.verdict(.stranger, withdraw) == .unknownRecord)
        try net.must(.seller, withdraw)
        #expect(try net.gain(.seller) == -2_500)
        #expect(try net.verdict(.other, deal.order(number: 2)) == .unknownRecord)
        #expect(try net.held(deal.id, .sellerBond) == 2_500)
    }

    @Test("A quote ends at its expiry: at T it can be ordered on, after T not")
    func quoteExpiry() throws {
        var net = try TradeNetwork()
        let deal = Deal(Deal.direct)
        try net.must(.seller, .postQuote(PostQuote(terms: deal.terms, count: 1)))
        let end = deal.terms.times.expiry
        #expect(try net.verdict(.buyer, deal.order(), at: end.previous) == nil)
        #expect(try net.verdict(.buyer, deal.order(), at: end) == nil)
        #expect(try net.verdict(.buyer, deal.order(), at: end.next) == .tooLate)
    }

    @Test("A quote stands for a day at most")
    func longQuote() throws {
        let net = try TradeNetwork()
        let deal = Deal(Deal.direct) {
            $0.times = Times(
                expiry: TradeNetwork.start.after(.hours(25)), shipping: .days(3),
                delivery: .days(30), inspection: .days(7))
        }
        let post = Action.Kind.postQuote(PostQuote(terms: deal.terms, count: 1))
        #expect(try net.verdict(.seller, post) == .termsInvalid)
    }

    @Test("Terms for one buyer are for nobody else")
    func namedBuyer() throws {
        var net = try TradeNetwork()
        let deal = Deal(Deal.direct) { $0.buyer = Person.buyer.account }
        try net.must(.seller, .postQuote(PostQuote(terms: deal.terms, count: 2)))
        #expect(try net.verdict(.other, deal.order()) == .notEntitled)
        #expect(try net.verdict(.buyer, deal.order()) == nil)
    }

    @Test("T_ship: at T−1 and T the parcel may leave, at T+1 anybody may cancel")
    func shippingDeadline() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        let end = net.now.after(.days(3))
        try net.grace()
        for time in [end.previous, end] {
            let ship = try net.verdict(.seller, deal.shipping(), with: [.first], at: time)
            #expect(ship == nil)
            #expect(try net.verdict(.stranger, deal.timeOut, at: time) == .tooEarly)
        }
        let late = try net.verdict(.seller, deal.shipping(), with: [.first], at: end.next)
        #expect(late == .tooLate)
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .cancelled)
        #expect(try net.duty(deal.id).state == .refunded)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == [:])
    }

    @Test("Paid, never shipped: the seller cancels and has nothing of it")
    func sellerCancels() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        #expect(try net.verdict(.stranger, deal.cancel) == .notEntitled)
        try net.must(.seller, deal.cancel)
        #expect(try net.order(deal.id).phase == .cancelled)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == [:])
    }

    @Test("The buyer cancels before the parcel leaves, for the fee of the quote")
    func buyerCancels() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        try net.must(.buyer, deal.cancel)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == ["buyer": -40, "seller": 40])
        var other = try TradeNetwork()
        let sent = try Deal.placed(Deal.direct, in: &other)
        try sent.ship(in: &other)
        #expect(try other.verdict(.buyer, sent.cancel) == .wrongState)
    }

    @Test("T_del: at T the parcel can be delivered, at T+1 it is lost and the bond is the buyer's")
    func deliveryDeadline() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net) {
            $0.legs = [Deal.leg("CNSHA", "DEBER", .first, price: 500, bond: 12_000)]
            $0.times = Times(
                expiry: TradeNetwork.start.after(.hours(20)), shipping: .days(3),
                delivery: .days(8), inspection: .days(7))
        }
        try deal.ship(in: &net)
        let end = net.now.after(.days(8))
        try net.grace()
        for time in [end.previous, end] {
            #expect(try net.verdict(.first, deal.delivering(), at: time) == nil)
            #expect(try net.verdict(.stranger, deal.timeOut, at: time) == .tooEarly)
        }
        #expect(try net.verdict(.first, deal.delivering(), at: end.next) == .tooLate)
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .lost)
        #expect(try net.parcel(deal.id).state == .lost)
        #expect(try net.held(deal.id) == 0)
        // The carrier pays the declared value and keeps the rest of its bond.
        #expect(
            try net.gains()
                == ["buyer": 0, "seller": 10_000, "first carrier": -10_000]
                .filter { $0.value != 0 })
    }

    @Test("T_insp: at T the order waits for the buyer, at T+1 it is complete without him")
    func inspectionDeadline() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        try deal.bring(in: &net)
        let end = net.now.after(.days(7))
        try net.grace()
        for time in [end.previous, end] {
            #expect(try net.verdict(.stranger, deal.timeOut, at: time) == .tooEarly)
        }
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .completed)
    }

    @Test("A deadline is over only after ten blocks: a halt of the chain takes nobody's chance")
    func grace() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        let placed = try net.order(deal.id).changed
        // No block for longer than the term, and then blocks again.
        try net.block([], at: net.now.after(.days(4)))
        while net.state.final.header.height.next < placed.adding(Moment.graceBlockCount) {
            #expect(try net.verdict(.stranger, deal.timeOut) == .tooEarly)
            #expect(try net.verdict(.seller, deal.shipping(), with: [.first]) == nil)
            try net.block([])
        }
        #expect(try net.verdict(.stranger, deal.timeOut) == nil)
        #expect(try net.verdict(.seller, deal.shipping(), with: [.first]) == .tooLate)
    }

    @Test("Who may do what: every step of a stranger is refused")
    func strangers() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.direct, in: &net)
        #expect(
            try net.verdict(.stranger, deal.shipping(), with: [.first]) == .notEntitled)
        #expect(
            try net.verdict(.seller, deal.shipping(carrier: .stranger), with: [.stranger])
                == .notAttested)
        try deal.ship(in: &net)
        #expect(try net.verdict(.stranger, deal.tender()) == .notEntitled)
        try net.must(.first, deal.tender())
        #expect(try net.verdict(.stranger, deal.accepting(in: net)) == .notAttested)
        try net.must(.second, deal.accepting(in: net))
        #expect(try net.verdict(.stranger, deal.delivering()) == .notEntitled)
        try net.must(.second, deal.delivering())
        #expect(try net.verdict(.stranger, deal.confirm) == .notEntitled)
        #expect(try net.verdict(.stranger, deal.request()) == .notEntitled)
        #expect(try net.verdict(.stranger, deal.release) == .notAttested)
    }
}
