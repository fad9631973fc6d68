import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Attacks on orders (reference trade 7.1)")
struct OrderAttackTests {
    @Test("Ghost after deposit: there is no state in which only one side has paid in")
    func ghostAfterDeposit() throws {
        let net = try TradeNetwork()
        let deal = Deal(Deal.locked)
        // Without the seller's signature the transaction does not enter a block at all.
        #expect(throws: BlockFault.self) { try net.verdict(.buyer, deal.order()) }
        // A seller who cannot fund leaves the buyer's money where it is.
        var poor = net
        let rest = UInt64(try poor.balance(.seller))
        let spend = Payment(
            asset: TradeNetwork.dollar,
            outputs: [.init(recipient: Person.other.account, amount: units(rest - 4_999))])
        try poor.must(.seller, .payment(spend))
        #expect(
            try poor.verdict(.buyer, deal.order(), with: [.seller]) == .balanceShort)
        #expect(try poor.gain(.buyer) == 0)
    }

    @Test("Buyer silent: time releases the lock")
    func buyerSilent() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        try net.wait(until: net.now.after(.days(7)).next)
        try net.must(.stranger, deal.timeOut)
        #expect(try net.gain(.seller) == 10_000)
    }

    @Test("Buyer keeps goods and disputes: he loses his deposit, whatever he does")
    func buyerKeepsGoods() throws {
        let (net, deal, since) = try LockedOrderTests.disputed()
        var expired = net
        try expired.wait(until: since.after(.days(44)).next)
        try expired.must(.stranger, deal.timeOut)
        // He has the goods, and has paid one and a half times their price.
        #expect(try expired.gain(.buyer) == -15_000 - 1_251)
        var judged = net
        try judged.must(.inspector, deal.verdict(0))
        #expect(try judged.gain(.buyer) == -10_000 - 120 - 1_251)
    }

    @Test("Seller ships junk: what was packed is signed at pick-up, and he answers for it")
    func sellerShipsJunk() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        let junk = mark("bricks")
        try net.must(.seller, deal.shipping(contents: junk), with: [.first])
        let mismatch = try net.parcel(deal.id).mismatch
        #expect(mismatch == Mismatch(liable: Person.seller.account, contents: junk))
        try net.must(.first, deal.tender())
        try net.must(
            .second, deal.accepting(in: net, Deal.handover("NLRTM", contents: junk)))
        try net.must(.second, deal.delivering(Deal.handover("DEBER", contents: junk)))
        // Carriers who took bricks and gave bricks owe nothing.
        #expect(try net.gain(.first) == 300)
        #expect(try net.gain(.second) == 200)
        // The return needs nobody's leave, and the buyer's deposit is untouched.
        try net.must(.buyer, deal.request([(0, 3), (1, 1)], .wrongItem))
        #expect(try net.goodsReturn(deal.firstReturn).state == .authorised)
        try net.must(.buyer, deal.shipBack(contents: junk), with: [.second])
        try net.must(.warehouse, deal.receive(contents: junk), with: [.second])
        try net.must(.inspector, deal.inspect())
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.gain(.buyer) == -1_251)
        #expect(try net.gain(.seller) == -150)
    }

    @Test("Extortion, split or burn: the melting takes from both alike, and slowly")
    func splitOrBurn() throws {
        var (net, deal, since) = try LockedOrderTests.disputed()
        try net.grace()
        var last = try net.held(deal.id, .stake)
        for day in 1...30 as ClosedRange<UInt64> {
            try net.must(.stranger, deal.melt, at: since.after(.days(14 + day)))
            let now = try net.held(deal.id, .stake)
            #expect(last - now <= 334 + 2 * 167, "day \(day)")
            last = now
        }
        #expect(last == 0)
        #expect(try net.verdict(.stranger, deal.melt) == .tooEarly)
        #expect(try net.gain(.buyer) == -16_251)
        #expect(try net.gain(.seller) == -5_000)
    }

    @Test("Last-minute dispute: the seller's own window begins with the dispute")
    func lastMinuteDispute() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        let end = net.now.after(.days(7))
        try net.grace()
        try net.must(.buyer, deal.dispute(), at: end)
        try net.grace()
        #expect(try net.verdict(.seller, deal.counter, at: end.after(.days(5))) == nil)
    }

    @Test("Censoring near a deadline: until ten blocks were made, the late step is still taken")
    func censoring() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        let end = net.now.after(.days(7))
        // The next block that anybody makes is long after the deadline.
        #expect(try net.verdict(.stranger, deal.timeOut, at: end.after(.days(3))) == .tooEarly)
        #expect(try net.verdict(.buyer, deal.dispute(), at: end.after(.days(3))) == nil)
    }

    @Test("Self-dispute to launder: buyer and seller in one hand only lose by it")
    func selfDispute() throws {
        let (net, deal, since) = try LockedOrderTests.disputed()
        let together = { (net: TradeNetwork) in try net.gain(.buyer) + net.gain(.seller) }
        var judged = net
        try judged.must(.inspector, deal.verdict(1_000))
        #expect(try together(judged) == -120 - 1_251)
        var agreed = net
        try agreed.wait(until: since.after(.days(20)))
        try agreed.must(.buyer, deal.settle(toBuyer: 0), with: [.seller])
        #expect(try together(agreed) < -1_251)
        // Nobody trades with himself.
        var own = net
        let quote = Deal(Deal.direct)
        try own.must(.seller, .postQuote(PostQuote(terms: quote.terms, count: 1)))
        #expect(try own.verdict(.seller, quote.order()) == .notEntitled)
    }

    @Test("Double-issued bill: there is one document for each bill of a carrier")
    func doubleIssue() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.balance, in: &net)
        let again = Order.id(
            terms: deal.terms.digest, buyer: Person.other.account, number: 1)
        try net.must(.other, deal.order(), with: [.seller])
        for order in [deal.id, again] {
            let buyer = order == deal.id ? Person.buyer : Person.other
            try net.must(buyer, .payDeposit(PayDeposit(order: order)))
            try net.must(.seller, .produce(Produce(order: order)))
        }
        let bill = BalanceOrderTests.bill
        try net.must(.seller, deal.shipping(bill: bill), with: [.first])
        let second = Action.Kind.ship(
            Ship(
                order: again, carrier: Person.first.account,
                handover: Deal.handover("CNSHA"), bill: bill))
        #expect(try net.verdict(.seller, second, with: [.first]) == .recordExists)
    }

    @Test("Forged document: only a carrier that the order accepts issues one")
    func forgedDocument() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.balance, in: &net)
        try net.must(.buyer, deal.payDeposit)
        try net.must(.seller, deal.produce)
        let forged = deal.shipping(carrier: .stranger, bill: BalanceOrderTests.bill)
        #expect(try net.verdict(.seller, forged, with: [.stranger]) == .notAttested)
        #expect(try net.verdict(.seller, deal.shipping(), with: [.first]) == .malformed)
    }

    @Test("Rubbish under a clean document: the certificate guards it, and the next scale finds it")
    func rubbishUnderCleanDocument() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(
            .balance(
                BalanceTerms(
                    deposit: units(3_000), sellerBond: units(3_500), production: .days(20),
                    payment: .days(15), needsCertificate: true)), in: &net)
        try net.must(.buyer, deal.payDeposit)
        // Where the buyer asked for an inspection there is no document without it.
        #expect(try net.verdict(.seller, deal.produce) == .notAttested)
        let bill = BalanceOrderTests.bill
        #expect(
            try net.verdict(.seller, deal.shipping(bill: bill), with: [.first]) == .wrongState)
        let inspected = Produce(
            order: deal.id, inspector: Person.inspector.account, certificate: mark("passed"))
        try net.must(.seller, .produce(inspected), with: [.inspector])
        // What he packs after the inspection is on the document with his own signature.
        let rubbish = mark("sand")
        try net.must(.seller, deal.shipping(contents: rubbish, bill: bill), with: [.first])
        #expect(
            try net.parcel(deal.id).mismatch
                == Mismatch(liable: Person.seller.account, contents: rubbish))
        // The first carrier signed 2,000 g; the next one's scale needs a reservation to differ.
        try net.must(.first, deal.tender())
        let light = try deal.accepting(
            in: net, Deal.handover("NLRTM", weight: 700, contents: rubbish))
        #expect(try net.verdict(.second, light) == .contradiction)
        // The buyer knows it before he pays the balance, and loses no more than he put down.
        try net.must(.second, deal.accepting(in: net, Deal.handover("NLRTM", contents: rubbish)))
        try net.must(
            .seller, BalanceOrderTests.posting(deal), documents: [BalanceOrderTests.papers])
        #expect(try net.gain(.buyer) >= -3_000 - Deal.tax - Deal.freight)
    }

    @Test("An attestation that was taken back before the pick-up is none")
    func revokedCarrier() throws {
        let union = Person("union of carriers")
        var net = try TradeNetwork()
        let fund = Payment(
            asset: TradeNetwork.pound,
            outputs: [.init(recipient: union.account, amount: units(10_000))])
        try net.must(.issuer, .payment(fund))
        let deal = try Deal.placed(Deal.direct, in: &net) {
            $0.accepted = [Acceptance(role: .carrier, attester: union.account)]
        }
        #expect(
            try net.verdict(.seller, deal.shipping(), with: [.first]) == .notAttested)
        try net.must(union, .attest(Attest(subject: Person.first.account, role: .carrier)))
        #expect(try net.verdict(.seller, deal.shipping(), with: [.first]) == nil)
        try net.must(
            union,
            .revokeAttestation(
                RevokeAttestation(subject: Person.first.account, role: .carrier)))
        #expect(
            try net.verdict(.seller, deal.shipping(), with: [.first]) == .notAttested)
    }

    @Test("A frozen receiver becomes a claim, and blocks nobody")
    func frozenReceiver() throws {
        for frozen in [Person.buyer, .seller, .first] {
            var net = try TradeNetwork()
            let deal = try Deal.placed(Deal.locked, in: &net)
            try deal.ship(in: &net)
            func freeze(_ isFrozen: Bool) -> Action.Kind {
                .freeze(
                    Freeze(
                        asset: TradeNetwork.dollar, holder: frozen.account,
                        isFrozen: isFrozen))
            }
            try net.must(.issuer, freeze(true))
            let before = try net.gain(frozen)
            try deal.handOver(in: &net)
            try net.must(.second, deal.delivering())
            try net.wait(until: net.now.after(.days(8)))
            try net.must(.stranger, deal.timeOut)
            #expect(try net.order(deal.id).phase == .completed)
            #expect(try net.held(deal.id, .stake) == 0)
            #expect(try net.gain(frozen) == before)
            var draft = try net.draft
            let claim = draft.claim(BalanceID(frozen.account, TradeNetwork.dollar))
            let owed =
                [Person.buyer: 5_000, .seller: 15_000, .first: 12_300][frozen] ?? 0
            #expect(claim?.amount == units(UInt64(owed)), "\(frozen.name)")
            try net.must(.issuer, freeze(false))
            try net.must(frozen, .collect(Collect(asset: TradeNetwork.dollar)))
            #expect(try net.gain(frozen) == before + owed)
        }
    }
}
