import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Terms")
struct TermsTests {
    static func rejection(_ deal: Deal) -> Rejection? {
        do throws(Rejection) {
            try deal.terms.check()
            return nil
        } catch { return error }
    }

    static let changes: [(String, @Sendable (inout Deal.Draftable) -> Void)] = [
        ("no lines", { $0.goods = Goods(lines: [], items: .zero) }),
        (
            "a line of nothing",
            {
                $0.goods = Goods(
                    lines: [Line(quantity: 0, unitPrice: units(9), duty: units(751))],
                    items: .zero)
            }
        ),
        (
            "a price that does not fit",
            {
                $0.goods = Goods(
                    lines: [Line(quantity: 3, unitPrice: units(.max), duty: units(751))],
                    items: .zero)
            }
        ),
        (
            "a sum that does not fit",
            {
                $0.goods = Goods(
                    lines: [Line(quantity: 1, unitPrice: units(.max - 10), duty: units(751))],
                    items: .zero)
            }
        ),
        (
            "an answer within the hour",
            {
                $0.returns = ReturnTerms(
                    withoutReason: .days(7), forDefect: .days(30), freight: units(150),
                    bond: units(4_000), answer: Term(milliseconds: 3_599_999))
            }
        ),
        (
            "no time to seal",
            {
                $0.papers = PaperTimes(
                    sealing: Term(milliseconds: 3_599_999), opening: .hours(24),
                    amending: .hours(72))
            }
        ),
        (
            "more than 400 days to open",
            {
                $0.papers = PaperTimes(
                    sealing: .hours(24), opening: .days(401), amending: .hours(72))
            }
        ),
        (
            "no time to amend",
            {
                $0.papers = PaperTimes(
                    sealing: .hours(24), opening: .hours(24), amending: Term(milliseconds: 1))
            }
        ),
        ("the seller as buyer", { $0.buyer = Person.seller.account }),
        ("no route", { $0.legs = [] }),
        ("a route with a gap", { $0.legs.swapAt(0, 1) }),
        ("duty without a rule", { $0.duty = nil }),
        (
            "a rule without duty",
            {
                $0.goods = Goods(
                    lines: [Line(quantity: 1, unitPrice: units(9), duty: .zero)], items: .zero)
            }
        ),
        (
            "an arrival before the filing",
            {
                $0.duty = DutyRule(
                    rule: .zero, payee: Person.treasury.account, filing: .days(45),
                    arrival: .days(45), clearance: .days(90))
            }
        ),
        (
            "a term that is too short",
            {
                $0.times = Times(
                    expiry: TradeNetwork.start, shipping: .days(3), delivery: .days(30),
                    inspection: Term(milliseconds: 3_599_999))
            }
        ),
        (
            "a term that is too long",
            {
                $0.times = Times(
                    expiry: TradeNetwork.start, shipping: .days(3), delivery: .days(401),
                    inspection: .days(7))
            }
        ),
        (
            "a fee above the price",
            { $0.settlement = .direct(DirectTerms(cancelFee: units(10_001))) }
        ),
        (
            "λ above the seller's deposit",
            { $0.settlement = TermsTests.locked(sellerDeposit: 499) }
        ),
        (
            "an inspector whom no deposit pays",
            { $0.settlement = TermsTests.locked(fee: 5_001) }
        ),
        (
            "melting that never begins",
            { $0.settlement = TermsTests.locked(negotiation: .days(44)) }
        ),
        (
            "a deposit of all",
            { $0.settlement = TermsTests.balance(deposit: 10_000) }
        ),
        ("a deposit of nothing", { $0.settlement = TermsTests.balance(deposit: 0) }),
        (
            "an attester twice",
            { $0.accepted.append(Acceptance(role: .carrier, attester: Person.first.account)) }
        ),
    ]

    static func locked(
        sellerDeposit: UInt64 = 5_000, negotiation: Term = .days(14), fee: UInt64 = 0
    ) -> Settlement {
        .locked(
            LockedTerms(
                buyerDeposit: units(5_000), sellerDeposit: units(sellerDeposit),
                lateShare: Share(clamping: 50), burntShare: .whole, buyerShare: .none,
                negotiation: negotiation, limit: .days(44), inspectorFee: units(fee)))
    }

    static func balance(deposit: UInt64) -> Settlement {
        .balance(
            BalanceTerms(
                deposit: units(deposit), sellerBond: .zero, production: .days(20),
                payment: .days(15)))
    }

    @Test("Terms of all three ways are allowed as the tests have them")
    func allowed() {
        for settlement in [Deal.direct, Deal.locked, Deal.balance] {
            #expect(Self.rejection(Deal(settlement)) == nil)
        }
    }

    @Test("Usual times are not written down, and terms that write them down are refused")
    func usualTimes() throws {
        let usual = Deal(Deal.locked).terms
        let other = Deal(Deal.locked) {
            $0.papers = PaperTimes(sealing: .hours(1), opening: .hours(2), amending: .hours(3))
        }.terms
        #expect(try Terms(wire: usual.wire) == usual)
        #expect(try Terms(wire: other.wire) == other)
        #expect(other.digest != usual.digest)
        // Field 11: 24, 24 and 72 hours in so many words.
        let papers = PaperTimes.usual.wire
        let written = usual.wire + [11 << 3 | 2, UInt8(papers.count)] + papers
        #expect(throws: WireError.self) { try Terms(wire: written) }
        let answer: [UInt8] = [5 << 3] + [0x80, 0xf0, 0xb2, 0x52]
        #expect(throws: WireError.self) { try ReturnTerms(wire: usual.returns.wire + answer) }
        let late: [UInt8] = [5 << 3] + [0x81, 0xf0, 0xb2, 0x52]
        #expect(
            try ReturnTerms(wire: usual.returns.wire + late).answer
                == Term(milliseconds: 172_800_001))
    }

    @Test("Terms out of bounds are refused", arguments: 0..<TermsTests.changes.count)
    func refused(index: Int) {
        let (name, change) = Self.changes[index]
        #expect(Self.rejection(Deal(Deal.direct, change: change)) == .termsInvalid, "\(name)")
    }

    @Test("Shares are rounded down, in 128 bits, and a share and its rest leave nothing out")
    func shares() {
        #expect(units(.max).part(.whole) == units(.max))
        #expect(units(.max).part(.none) == .zero)
        #expect(units(999).part(Share(clamping: 1)) == .zero)
        #expect(units(1_999).part(Share(clamping: 1)) == units(1))
        #expect(units(.max).part(.max, of: .max) == units(.max))
        var random = Chance(seed: 5)
        for _ in 0..<200 {
            let amount = units(random.next() >> (random.next() % 64))
            let share = Share(clamping: random.next() % 1_001)
            let both = amount.part(share).minorUnits + amount.part(share.rest).minorUnits
            #expect(both == amount.minorUnits || both + 1 == amount.minorUnits)
        }
        #expect(Share(thousandths: 1_001) == nil)
    }

    @Test("Duty of units is rounded half up, and all units have all of it", arguments: 1...40)
    func lineDuty(quantity: UInt64) {
        var random = Chance(seed: quantity)
        for _ in 0..<20 {
            let duty = random.next() >> (random.next() % 64)
            let line = Line(quantity: quantity, unitPrice: units(1), duty: units(duty))
            var (returned, total): (UInt64, UInt64) = (0, 0)
            while returned < quantity {
                let count = UInt64.random(in: 1...(quantity - returned), using: &random)
                total += line.duty(of: count, after: returned).minorUnits
                returned += count
                let exact = UInt128(duty) * UInt128(returned) * 2 / UInt128(quantity)
                #expect(UInt128(total) == (exact + 1) / 2)
            }
            #expect(total == duty)
        }
    }

    @Test("The largest order fits a record")
    func largest() throws {
        let line = Line(quantity: 1 << 32, unitPrice: units(1 << 26), duty: units(1 << 55))
        let deal = Deal(Deal.locked) {
            $0.buyer = Person.buyer.account
            $0.goods = Goods(
                lines: Array(repeating: line, count: Goods.lineLimit), items: Deal.packing)
            let leg = Leg(
                origin: Deal.place("CNSHA"), destination: Deal.place("CNSHA"),
                custodian: Person.first.account, price: units(.max), term: .days(400),
                bond: units(.max))
            $0.legs = Array(repeating: leg, count: Terms.legLimit)
            $0.papers = PaperTimes(
                sealing: .days(400), opening: .days(400), amending: .days(400))
            $0.returns = ReturnTerms(
                withoutReason: .days(400), forDefect: .days(400), freight: units(.max),
                bond: units(.max), answer: .days(400))
            $0.accepted = (0..<Terms.acceptedLimit).map {
                Acceptance(role: .carrier, attester: AccountID(mark("\($0)").bytes))
            }
        }
        var order = Order(
            terms: deal.terms, buyer: Person.buyer.account, number: .max, code: .zero,
            phase: .disputed(Dispute(evidence: .zero, claimed: .whole, meltedDays: .max)),
            at: Moment(time: Timestamp(.max), height: Height(.max)))
        #expect(try Order(wire: order.wire) == order)
        // The tally of what came back is the only part that grows later.
        order = Order(
            terms: deal.terms, buyer: Person.buyer.account, number: .max, code: .zero,
            phase: .completed, at: Moment(time: Timestamp(.max), height: Height(.max)))
        let tally = ReturnTally(
            units: Array(repeating: 1 << 32, count: Goods.lineLimit), refunded: units(.max),
            count: .max, isOpen: true)
        #expect(order.wire.count + tally.wire.count + 200 <= RecordLeaf.contentByteLimit)
    }

    @Test("Places have the form of a code")
    func places() {
        #expect(Location("CNSHA") != nil)
        #expect(Location("DE2B9") != nil)
        for text in ["", "CNSH", "CNSHAX", "cnsha", "C1SHA", "CNSH1", "CNSH0", "CN HA"] {
            #expect(Location(text) == nil, "\(text)")
        }
    }
}
