import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Who vouches for whom, and signs of sham (reference trade 7.6)")
struct TrustTests {
    static let party = Person.seller
    static let viewer = Person("viewer")

    /// A trade of two others, for the graph.
    static func link(
        _ number: Int, _ one: Person, _ other: Person, cost: UInt64 = 200,
        amount: UInt64 = 10_000, day: UInt64 = 100
    ) -> (fact: TradeFact, of: AccountID) {
        let fact = TradeFact(
            order: mark("link \(number)"), counterparty: other.account, isSeller: false,
            amount: units(amount), outcome: .good, ended: Timestamp(0).after(.days(day)),
            cost: units(cost))
        return (fact, one.account)
    }

    static func report(
        _ facts: [TradeFact], _ links: [(fact: TradeFact, of: AccountID)] = [],
        _ viewpoint: Viewpoint = Viewpoint(), signersSet: Timestamp = .never
    ) -> CreditReport {
        var context = CreditContext()
        context.party = party.account
        context.viewpoint = viewpoint
        context.signersSet = signersSet
        for fact in facts { context.graph.insert(fact, of: party.account) }
        for link in links { context.graph.insert(link.fact, of: link.of) }
        return CreditReport(
            facts, outstanding: .zero, at: CreditTests.now, context: context)
    }

    @Test(
        "Sybil cluster: invented counterparties have together no more than the trade they hang on")
    func sybilCluster() {
        let friend = Person("friend")
        let sybils = (0..<30).map { Person("sybil \($0)") }
        let facts = sybils.enumerated().map {
            CreditTests.fact($0.offset, with: $0.element, cost: 200)
        }
        // They trade with each other as much as they like; one of them once with somebody real.
        var links = [Self.link(0, Self.viewer, friend), Self.link(1, friend, sybils[0], cost: 300)]
        for (index, sybil) in sybils.enumerated().dropFirst() {
            links.append(Self.link(100 + index, sybils[0], sybil, cost: 100_000))
        }
        let seen = Viewpoint(viewer: Self.viewer.account)
        let report = Self.report(facts, links, seen)
        let reached = report.inputs.reduce(0) {
            $0 + $1.fact.cost.part($1.trust).minorUnits
        }
        #expect(reached <= 200, "the viewer's own trade cost 200")
        #expect(report.line < Self.report(facts, links).line, "to nobody's eyes they count alike")
        // Cut off, they count for nothing at all.
        #expect(Self.report(facts, Array(links.dropFirst()), seen).score == .zero)
    }

    @Test("The party lets no trust through: it cannot vouch for its own counterparties")
    func ownVouching() {
        let facts = [CreditTests.fact(1, with: .buyer), CreditTests.fact(2, with: .other)]
        // The viewer traded with one of them; the other is known to the party alone.
        let links = [Self.link(1, Self.viewer, .buyer)]
        let report = Self.report(facts, links, Viewpoint(viewer: Self.viewer.account))
        let trust = Dictionary(
            uniqueKeysWithValues: report.inputs.map { ($0.fact.counterparty, $0.trust) })
        #expect(trust[Person.buyer.account] == .one)
        #expect(trust[Person.other.account] == .zero)
        let both = Self.report(
            facts, links,
            Viewpoint(viewer: Self.viewer.account, trusted: [Person.other.account]))
        #expect(both.inputs.allSatisfy { $0.trust == .one })
    }

    @Test("Trust is the same whatever the order of records, and limited by the narrowest trade")
    func deterministic() {
        let middle = Person("middle")
        let facts = [CreditTests.fact(1, with: .buyer, cost: 200)]
        var links = [
            Self.link(1, Self.viewer, middle, cost: 500), Self.link(2, middle, .buyer, cost: 50),
        ]
        let seen = Viewpoint(viewer: Self.viewer.account)
        let report = Self.report(facts, links, seen)
        #expect(report.inputs[0].trust == Millionths(250_000))
        links.reverse()
        #expect(Self.report(facts, links, seen) == report)
        links.append(Self.link(3, Self.viewer, .buyer, cost: 100))
        #expect(Self.report(facts, links, seen).inputs[0].trust == Millionths(750_000))
    }

    @Test("Circular sham trades: money that is back within a week by four trades is marked")
    func circle() {
        let (second, third) = (Person("second trader"), Person("third trader"))
        let fact = CreditTests.fact(1, with: .buyer, amount: 10_000)
        // Buyer pays the party, the party buys from `second`, that from `third`, that from buyer.
        func links(_ amount: UInt64, day: UInt64) -> [(fact: TradeFact, of: AccountID)] {
            [
                Self.link(1, Self.party, second, amount: amount, day: 98),
                Self.link(2, second, third, amount: amount, day: day),
                Self.link(3, third, .buyer, amount: amount, day: 102),
            ]
        }
        let marked = Self.report([fact], links(8_000, day: 99))
        #expect(marked.inputs[0].flags == .circle)
        #expect(marked.inputs[0].flags.names == ["circle"])
        let free = Self.report([fact], links(7_999, day: 99))
        #expect(free.inputs[0].flags == [])
        #expect(Self.report([fact], links(10_000, day: 92)).inputs[0].flags == [])
        #expect(marked.inputs[0].scoreWeight.count * 2 == free.inputs[0].scoreWeight.count)
        #expect(marked.line < free.line, "it counts less, and still counts")
        #expect(marked.line > .zero)
    }

    @Test("Empty parcels, parcels back to the sender and equal times are marked, each by half")
    func signs() {
        let light: TradeFact.Marks = [.delivered, .released, .light]
        let facts = [
            CreditTests.fact(1, with: .buyer, amount: 9_000, marks: light),
            CreditTests.fact(2, with: .other, amount: 1_000, marks: light),
            CreditTests.fact(
                3, with: .stranger, amount: 5_000, marks: [.delivered, .released, .toSender]),
        ]
        let flags = Dictionary(
            uniqueKeysWithValues: Self.report(facts).inputs.map { ($0.fact.order, $0.flags) })
        #expect(flags[facts[0].order] == .lightParcel)
        #expect(flags[facts[1].order] == [], "a light parcel of little price is no sign")
        #expect(flags[facts[2].order] == .backToSender)
        func timed(_ count: Int) -> [TradeFact] {
            (0..<count).map {
                CreditTests.fact(
                    $0, with: Person("partner \($0)"), wait: Term(milliseconds: 61_003))
            }
        }
        #expect(Self.report(timed(2)).inputs.allSatisfy { $0.flags == [] })
        #expect(Self.report(timed(3)).inputs.allSatisfy { $0.flags == .sameTiming })
        #expect(Self.report(timed(3)).score < Self.report(CreditTests.spread(3)).score)
    }

    @Test("A sign of sham never makes a bad trade count less")
    func badStaysBad() {
        let bad = CreditTests.fact(
            1, with: .buyer, outcome: .bad, marks: [.delivered, .released, .toSender])
        let input = Self.report([bad]).inputs[0]
        #expect(input.flags == .backToSender)
        #expect(input.scoreWeight == .one)
    }

    @Test(
        "Buying old identities: what was done before the signers changed counts half, and no credit"
    )
    func boughtIdentity() throws {
        let facts = CreditTests.spread(40).enumerated().map {
            CreditTests.fact($0.offset, with: Person("partner \($0.offset)"), day: 90)
        }
        let before = Self.report(facts)
        #expect(before.line > .zero)
        let sold = Self.report(facts, signersSet: Timestamp(0).after(.days(91)))
        #expect(sold.score < before.score)
        #expect(sold.line == .zero)
        #expect(sold.inputs.allSatisfy { $0.scoreWeight.count * 2 <= 1_000_000 })
        // The ledger itself says when: a change of signers is on record in the account.
        var net = try TradeNetwork()
        let authority = Authority(
            threshold: 1, signers: [Signer(key: Person.other.key.publicKey, weight: 1)])
        try net.must(.seller, .setSigners(SetSigners(authority: authority)))
        let changed = net.now
        var draft = try net.draft
        #expect(draft.account(Person.seller.account)?.signersSet == changed)
        #expect(draft.account(Person.buyer.account)?.signersSet ?? .never == .never)
        try net.must(.buyer, .setSigners(SetSigners(authority: nil)))
        try net.must(.buyer, .setReceivePolicy(SetReceivePolicy()))
    }

    @Test("Long con: a price beyond twice the usual sale, or beyond bond and cost, is not prudent")
    func longCon() {
        let facts = (0..<20).map {
            CreditTests.fact($0, with: Person("partner \($0)"), amount: 1_000, cost: 500)
        }
        let report = Self.report(facts)
        #expect(report.medianSale == units(1_000))
        #expect(report.costToForge == units(10_000))
        #expect(report.prudentPrice(bond: .zero) == units(2_000), "twice the usual sale")
        let cheap = Self.report(
            (0..<20).map {
                CreditTests.fact($0, with: Person("partner \($0)"), amount: 1_000, cost: 10)
            })
        #expect(cheap.prudentPrice(bond: .zero) == units(40), "a fifth of what it cost")
        #expect(cheap.prudentPrice(bond: units(500)) == units(540))
        #expect(Self.report([]).prudentPrice(bond: units(500)) == .zero)
    }

    @Test("A graph holds so many trades and no more, and a trade that both sides tell of once")
    func limits() {
        var graph = TradeGraph()
        for number in 0..<TradeGraph.edgeLimit + 10 {
            let link = Self.link(number, .buyer, .seller)
            graph.insert(link.fact, of: link.of)
            graph.insert(link.fact, of: link.of)
        }
        #expect(graph.count == TradeGraph.edgeLimit)
        #expect(graph.isFull)
    }
}
