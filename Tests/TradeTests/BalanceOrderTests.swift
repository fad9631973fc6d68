import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Orders with a deposit and a transport document")
struct BalanceOrderTests {
    static let bill = mark("bill of lading 4711")
    static let document = TransportDocument.id(carrier: Person.first.account, bill: bill)
    static let papers = Array("sealed copies".utf8)

    static func posting(_ deal: Deal) -> Action.Kind {
        .postDocuments(
            PostDocuments(
                order: deal.id, documents: [Digest(hashing: papers, in: .attachment)]))
    }

    static func surrender(_ carrier: Person = .second) -> Action.Kind {
        .surrenderDocument(
            SurrenderDocument(
                document: document, carrier: carrier.account,
                handover: Deal.handover("DEBER")))
    }

    static func transfer(to receiver: Person) -> Action.Kind {
        .transferDocument(
            TransferDocument(document: document, receiver: receiver.account))
    }

    /// Produced and at the end of the way, the documents not yet shown.
    static func arrived(
        _ settlement: Settlement = Deal.balance
    ) throws -> (TradeNetwork, Deal) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(settlement, in: &net)
        try net.must(.buyer, deal.payDeposit)
        try net.must(.seller, deal.produce)
        try net.must(.seller, deal.shipping(bill: bill), with: [.first])
        try deal.handOver(in: &net)
        return (net, deal)
    }

    static func due() throws -> (TradeNetwork, Deal) {
        var (net, deal) = try arrived()
        try net.must(.seller, posting(deal), documents: [papers])
        return (net, deal)
    }

    static func holder(_ net: TradeNetwork) throws -> AccountID? {
        var draft = try net.draft
        return draft.record(document, as: TransportDocument.self)?.holder
    }

    @Test("Deposit, production, shipping, documents, swap, goods: each has what is his")
    func wholeWay() throws {
        var (net, deal) = try Self.due()
        // The bond covers the deposit, so the seller has it already.
        #expect(try net.gain(.seller) == 3_000 - 3_500)
        try net.must(.buyer, deal.swap)
        #expect(try net.order(deal.id).phase == .swapped)
        #expect(try net.gain(.seller) == 10_000 - 3_500)
        #expect(try Self.holder(net) == Person.buyer.account)
        try net.must(.buyer, Self.surrender(), with: [.second])
        #expect(try net.order(deal.id).phase == .released)
        #expect(try net.parcel(deal.id).state == .delivered)
        try net.must(.customs, deal.release)
        try net.must(.buyer, deal.confirm)
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

    @Test("The swap moves money and document together, or neither")
    func swap() throws {
        var (net, deal) = try Self.due()
        let root = try net.held(deal.id)
        // A buyer who cannot pay gets nothing and changes nothing.
        let rest = UInt64(try net.balance(.buyer))
        let spend = Payment(
            asset: TradeNetwork.dollar,
            outputs: [.init(recipient: Person.other.account, amount: units(rest - 6_999))])
        try net.must(.buyer, .payment(spend))
        #expect(try net.verdict(.buyer, deal.swap) == .balanceShort)
        #expect(try net.held(deal.id) == root)
        #expect(try Self.holder(net) == Person.seller.account)
        #expect(try net.verdict(.stranger, deal.swap) == .notEntitled)
    }

    @Test("A deposit that the bond does not cover stays locked until the swap")
    func smallBond() throws {
        let terms = BalanceTerms(
            deposit: units(3_000), sellerBond: units(2_999), production: .days(20),
            payment: .days(15))
        var (net, deal) = try Self.arrived(.balance(terms))
        #expect(try net.held(deal.id, .stake) == 3_000)
        #expect(try net.gain(.seller) == -2_999)
        try net.must(.seller, Self.posting(deal), documents: [Self.papers])
        try net.must(.buyer, deal.swap)
        #expect(try net.gain(.seller) == 10_000 - 2_999)
    }

    @Test("T_prod missed: the buyer may cancel and has his deposit from the seller's bond")
    func productionMissed() throws {
        for bond in [0, 2_999, 3_500] as [UInt64] {
            var net = try TradeNetwork()
            let deal = try Deal.placed(
                .balance(
                    BalanceTerms(
                        deposit: units(3_000), sellerBond: units(bond), production: .days(20),
                        payment: .days(15))), in: &net)
            try net.must(.buyer, deal.payDeposit)
            let end = net.now.after(.days(20))
            try net.grace()
            for time in [end.previous, end] {
                #expect(try net.verdict(.seller, deal.produce, at: time) == nil)
                #expect(try net.verdict(.buyer, deal.cancel, at: time) == .tooEarly)
            }
            #expect(try net.verdict(.seller, deal.produce, at: end.next) == .tooLate)
            #expect(try net.verdict(.seller, deal.cancel, at: end.next) == .wrongState)
            #expect(try net.verdict(.stranger, deal.timeOut, at: end.next) == .tooEarly)
            try net.must(.buyer, deal.cancel, at: end.next)
            #expect(try net.order(deal.id).phase == .cancelled)
            #expect(try net.held(deal.id) == 0)
            #expect(try net.gains() == [:], "bond of \(bond)")
        }
    }

    @Test("Nobody waits for ever: a contract without a deposit, and one without goods, end by time")
    func contractsEnd() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.balance, in: &net)
        var silent = net
        let end = net.now.after(.days(3))
        try silent.grace()
        #expect(try silent.verdict(.buyer, deal.payDeposit, at: end) == nil)
        #expect(try silent.verdict(.buyer, deal.payDeposit, at: end.next) == .tooLate)
        try silent.must(.stranger, deal.timeOut, at: end.next)
        #expect(try silent.gains() == [:])
        try net.must(.buyer, deal.payDeposit)
        let never = net.now.after(.days(40))
        try net.grace()
        #expect(try net.verdict(.stranger, deal.timeOut, at: never) == .tooEarly)
        try net.must(.stranger, deal.timeOut, at: never.next)
        #expect(try net.order(deal.id).phase == .cancelled)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == [:])
    }

    @Test("T_bal: at T the balance can be paid, at T+1 the deposit is forfeited")
    func balanceMissed() throws {
        var (net, deal) = try Self.due()
        let end = net.now.after(.days(15))
        try net.grace()
        for time in [end.previous, end] {
            #expect(try net.verdict(.buyer, deal.swap, at: time) == nil)
            #expect(try net.verdict(.stranger, deal.timeOut, at: time) == .tooEarly)
        }
        #expect(try net.verdict(.buyer, deal.swap, at: end.next) == .tooLate)
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.order(deal.id).phase == .forfeited)
        #expect(try net.parcel(deal.id).state == .abandoned)
        #expect(try net.held(deal.id) == 0)
        // The seller keeps the document and may sell the goods to another.
        try net.must(.seller, Self.transfer(to: .other), with: [.other])
        try net.must(.other, Self.surrender(), with: [.second])
        #expect(
            try net.gains() == [
                "buyer": -3_500, "seller": 3_000, "first carrier": 300, "second carrier": 200,
            ])
    }

    @Test("The balance is due only when the goods are on the last leg and the papers are there")
    func documents() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.balance, in: &net)
        try net.must(.buyer, deal.payDeposit)
        try net.must(.seller, deal.produce)
        try net.must(.seller, deal.shipping(bill: Self.bill), with: [.first])
        let post = Self.posting(deal)
        #expect(try net.verdict(.seller, post, documents: [Self.papers]) == .tooEarly)
        try deal.handOver(in: &net)
        #expect(try net.verdict(.seller, post) == .notAttached)
        #expect(
            try net.verdict(.stranger, post, documents: [Self.papers]) == .notEntitled)
        #expect(try net.verdict(.seller, post, documents: [Self.papers]) == nil)
    }

    @Test("Inspect before balance: without the certificate that the terms ask for, no production")
    func certificate() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(
            .balance(
                BalanceTerms(
                    deposit: units(3_000), sellerBond: units(3_500), production: .days(20),
                    payment: .days(15), needsCertificate: true)), in: &net)
        try net.must(.buyer, deal.payDeposit)
        #expect(try net.verdict(.seller, deal.produce) == .notAttested)
        func produce(_ inspector: Person) -> Action.Kind {
            .produce(
                Produce(
                    order: deal.id, inspector: inspector.account, certificate: mark("passed")))
        }
        #expect(
            try net.verdict(.seller, produce(.stranger), with: [.stranger]) == .notAttested)
        #expect(try net.verdict(.seller, produce(.inspector), with: [.inspector]) == nil)
    }

    @Test("Goods that are lost before the swap give the deposit back and the seller the bond")
    func lostBefore() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.balance, in: &net)
        try net.must(.buyer, deal.payDeposit)
        try net.must(.seller, deal.produce)
        try net.must(.seller, deal.shipping(bill: Self.bill), with: [.first])
        try net.wait(until: net.now.after(.days(11)))
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .lost)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gains() == ["seller": 10_000, "first carrier": -10_000])
    }

    @Test("Carrier releases without the document: its bond is the holder's")
    func lostAfter() throws {
        var (net, deal) = try Self.due()
        try net.must(.buyer, deal.swap)
        try net.must(.buyer, Self.transfer(to: .other), with: [.other])
        // The buyer's secret opens nothing here, and the buyer holds nothing any more.
        #expect(try net.verdict(.second, deal.delivering()) == .wrongState)
        #expect(try net.verdict(.buyer, Self.surrender(), with: [.second]) == .notEntitled)
        try net.wait(until: net.now.after(.days(30)).next)
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .lost)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gain(.other) == 9_000)
        #expect(try net.gain(.second) == -9_000)
        #expect(try net.gain(.seller) == 10_000)
    }

    @Test("A seller who never shows the documents does not cost the carrier its bond")
    func documentsNeverShown() throws {
        var (net, deal) = try Self.arrived()
        try net.must(.second, deal.tender("DEBER"))
        try net.wait(until: net.now.after(.days(20)))
        #expect(try net.verdict(.stranger, deal.timeOut) == .tooEarly)
        try net.wait(until: net.now.after(.days(11)))
        try net.must(.stranger, deal.timeOut)
        #expect(try net.order(deal.id).phase == .cancelled)
        #expect(try net.held(deal.id) == 0)
        #expect(
            try net.gains() == ["buyer": -500, "first carrier": 300, "second carrier": 200])
    }
}
