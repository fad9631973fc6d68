import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Reputation (reference trade 7.6)")
struct CreditTests {
    static func fact(
        _ number: Int, with partner: Person = .buyer, amount: UInt64 = 10_000,
        cost: UInt64 = 200, outcome: TradeFact.Outcome = .good, day: UInt64 = 100,
        marks: TradeFact.Marks = [.delivered, .released], wait: Term = .hours(0)
    ) -> TradeFact {
        TradeFact(
            order: mark("order \(number)"), counterparty: partner.account, isSeller: true,
            amount: units(amount), outcome: outcome, ended: Timestamp(0).after(.days(day)),
            cost: units(cost), marks: marks, wait: wait)
    }

    static let now = Timestamp(0).after(.days(100))

    static func report(_ facts: [TradeFact], outstanding: UInt64 = 0) -> CreditReport {
        CreditReport(facts, outstanding: units(outstanding), at: now)
    }

    /// Trades with partners who differ.
    static func spread(_ count: Int, cost: UInt64 = 200) -> [TradeFact] {
        (0..<count).map { fact($0, with: Person("partner \($0)"), cost: cost) }
    }

    @Test("Halving is exact at whole half-lives and falls between them")
    func halving() {
        let life = Term.days(90)
        #expect(Millionths.halving(.days(0), halfLife: life) == .one)
        #expect(Millionths.halving(.days(90), halfLife: life) == Millionths(500_000))
        #expect(Millionths.halving(.days(180), halfLife: life) == Millionths(250_000))
        let middle = Millionths.halving(.days(45), halfLife: life).count
        #expect((706_900...707_200).contains(middle), "1/√2, \(middle)")
        #expect(Millionths.halving(.days(90 * 30), halfLife: life) == .zero)
        #expect(Millionths(4_000_000).root == Millionths(2_000_000))
        #expect(Millionths.zero.root == .zero)
    }

    @Test("Whitewashing and identity reset: a new party has no score and no line")
    func newIdentity() {
        let report = Self.report([])
        #expect(report.score == .zero)
        #expect(report.line == .zero)
        #expect(report.costToForge == .zero)
    }

    @Test("A report says how fast a seller ships, and since when it is on record")
    func habits() throws {
        let none = Self.report([])
        #expect(none.medianShipTime == nil)
        #expect(none.firstEnded == .never)
        let facts = [(1, 30), (2, 4), (3, 9), (4, 70)].map { number, hours in
            TradeFact(
                order: mark("order \(number)"), counterparty: Person.buyer.account,
                isSeller: number != 4, amount: units(10), outcome: .good,
                ended: Timestamp(0).after(.days(UInt64(20 - number))), cost: units(1),
                shipTime: .hours(UInt64(hours)))
        }
        let report = Self.report(facts)
        #expect(report.medianShipTime == .hours(9), "what it bought says nothing of its shipping")
        #expect(report.firstEnded == Timestamp(0).after(.days(16)))
        // The ledger measures it, from the order to the first custodian.
        for settlement in [Deal.direct, Deal.locked] {
            var net = try TradeNetwork()
            let deal = try Deal.placed(settlement, in: &net)
            #expect(try net.order(deal.id).shipTime == .hours(0))
            let start = try net.order(deal.id).since
            try deal.ship(in: &net)
            let order = try net.order(deal.id)
            #expect(order.shipTime == order.since.since(start))
            #expect(order.shipTime > .hours(0))
            #expect(try Order(wire: order.wire) == order)
        }
    }

    @Test("Good trades raise the score, a bad one lowers it, neutral ones do neither")
    func score() {
        let good = Self.report(Self.spread(20)).score
        let more = Self.report(Self.spread(60)).score
        #expect(good > .zero)
        #expect(more > good)
        let bad = Self.fact(99, with: .other, outcome: .bad)
        #expect(Self.report(Self.spread(60) + [bad]).score < more)
        let neutral = Self.fact(99, with: .other, outcome: .neutral)
        #expect(Self.report(Self.spread(60) + [neutral]).score == more)
    }

    @Test("Sybil buyers and circular sham trades: what costs nothing counts for nothing")
    func sham() {
        let sham = Self.report(Self.spread(500, cost: 0))
        #expect(sham.score == .zero)
        #expect(sham.line == .zero)
        #expect(sham.costToForge == .zero)
        // Half of 2 % of the price counts half.
        let half = Self.report(Self.spread(10, cost: 100))
        #expect(half.inputs.allSatisfy { $0.costWeight == Millionths(500_000) })
    }

    @Test("Brushing with empty parcels: the same two count less each time")
    func brushing() {
        let same = (0..<100).map { Self.fact($0) }
        let report = Self.report(same)
        #expect(report.counterparties == 1)
        #expect(report.score < Self.report(Self.spread(100)).score)
        #expect(report.inputs.map(\.scoreWeight.count).max() == 1_000_000)
        #expect(report.inputs.map(\.scoreWeight.count).min() == 100_000, "1/√100")
        // One counterparty brings a fifth of the whole, and the line is three tenths of that.
        let whole = report.inputs.reduce(0) { $0 + $1.creditAmount.minorUnits }
        #expect(report.line == units(whole / 5).part(Share(clamping: 300)))
    }

    @Test("Buyer and seller collude and vanish: no counterparty carries the line")
    func collusion() {
        let large = Self.fact(1, amount: 10_000_000, cost: 200_000)
        let alone = Self.report([large])
        let total = alone.inputs[0].creditAmount
        #expect(alone.line <= total.part(Share(clamping: 60)))
    }

    @Test("What is sold with recourse comes off the line, never below nothing")
    func outstanding() {
        let free = Self.report(Self.spread(30)).line
        #expect(free > .zero)
        #expect(Self.report(Self.spread(30), outstanding: 1).line == units(free.minorUnits - 1))
        #expect(Self.report(Self.spread(30), outstanding: .max).line == .zero)
    }

    @Test("The report does not depend on the order in which trades were found")
    func permuted() {
        var random = Chance(seed: 4)
        let facts = Self.spread(20) + (20..<40).map { Self.fact($0, day: UInt64($0)) }
        let report = Self.report(facts)
        for _ in 0..<5 {
            #expect(Self.report(facts.shuffled(using: &random)) == report)
        }
    }

    @Test("The machines write every end into the journals of both sides, whoever submits it")
    func ends() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        try net.wait(until: net.now.after(.days(8)))
        try net.must(.stranger, deal.timeOut)
        var draft = try net.draft
        for person in [Person.buyer, .seller] {
            let record = draft.party(person.account)
            #expect(record?.orders == 1)
            let last = try #require(
                net.entries[PartyRecord.id(of: person.account)]?.last?.event)
            #expect(last.subject == deal.id)
            #expect(
                last.code == PartyArea.order.code(OrderPhase.completed.number), "\(person.name)")
        }
        let carrier = try #require(net.entries[PartyRecord.id(of: Person.second.account)]?.last)
        #expect(carrier.event.code == PartyArea.parcel.code(10))
        // The time of returns ends later, and is no second end.
        try net.wait(until: net.now.after(.days(31)))
        try net.must(.stranger, deal.timeOut)
        draft = try net.draft
        #expect(draft.party(Person.seller.account)?.orders == 1)
    }

    @Test("A dispute is on record for both sides")
    func disputes() throws {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        try net.must(.buyer, deal.dispute())
        try net.must(.stranger, deal.melt, at: net.now.after(.days(20)))
        var draft = try net.draft
        #expect(draft.party(Person.seller.account)?.disputes == 1)
        #expect(draft.party(Person.buyer.account)?.disputes == 1)
    }

    // MARK: Reviews

    static func commit(_ deal: Deal, by person: Person, stars: UInt32) -> Action.Kind {
        .commitReview(
            CommitReview(
                order: deal.id,
                commitment: Review.commitment(
                    stars: stars, text: mark("words"), salt: mark("salt"), order: deal.id,
                    reviewer: person.account)))
    }

    static func reveal(_ deal: Deal, stars: UInt32) -> Action.Kind {
        .revealReview(
            RevealReview(
                order: deal.id, stars: stars, text: mark("words"), salt: mark("salt")))
    }

    static func completed() throws -> (TradeNetwork, Deal) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(Deal.locked, in: &net)
        try deal.bring(in: &net)
        try net.must(.buyer, deal.confirm)
        return (net, deal)
    }

    @Test("Extortion by a bad review: nobody sees the other's before his own is fixed")
    func extortion() throws {
        var (net, deal) = try Self.completed()
        try net.must(.buyer, Self.commit(deal, by: .buyer, stars: 1))
        #expect(try net.verdict(.buyer, Self.reveal(deal, stars: 1)) == .tooEarly)
        try net.must(.seller, Self.commit(deal, by: .seller, stars: 5))
        #expect(try net.verdict(.buyer, Self.reveal(deal, stars: 5)) == .secretWrong)
        try net.must(.buyer, Self.reveal(deal, stars: 1))
        #expect(try net.verdict(.buyer, Self.reveal(deal, stars: 1)) == .wrongState)
        let noted = try #require(
            net.entries[PartyRecord.id(of: Person.seller.account)]?.last?.event)
        #expect(noted.code == PartyArea.review.code(1))
    }

    @Test("A review alone is revealed after day 14, and not before: T−1, T, T+1")
    func lonelyReview() throws {
        var (net, deal) = try Self.completed()
        let end = try net.order(deal.id).since.after(Review.term)
        try net.must(.buyer, Self.commit(deal, by: .buyer, stars: 3))
        try net.grace()
        for (offset, isOver) in [(-1, false), (0, false), (1, true)] {
            let time = Timestamp(UInt64(Int(end.milliseconds) + offset))
            #expect(
                try net.verdict(.buyer, Self.reveal(deal, stars: 3), at: time)
                    == (isOver ? nil : .tooEarly))
            #expect(
                try net.verdict(.seller, Self.commit(deal, by: .seller, stars: 3), at: time)
                    == (isOver ? .tooLate : nil))
        }
    }

    @Test("Competitor bombing: only the two sides of an ended order review, once each")
    func bombing() throws {
        var (net, deal) = try Self.completed()
        #expect(
            try net.verdict(.stranger, Self.commit(deal, by: .stranger, stars: 1))
                == .notEntitled)
        try net.must(.buyer, Self.commit(deal, by: .buyer, stars: 1))
        #expect(
            try net.verdict(.buyer, Self.commit(deal, by: .buyer, stars: 2)) == .recordExists)
        let running = try Deal.placed(Deal.locked, in: &net) { $0.returns = Self.otherReturns }
        #expect(
            try net.verdict(.buyer, Self.commit(running, by: .buyer, stars: 1)) == .tooEarly)
    }

    static let otherReturns = ReturnTerms(
        withoutReason: .days(7), forDefect: .days(30), freight: units(151), bond: units(4_000))
}
