import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Custody")
struct CustodyTests {
    static func shipped(
        _ settlement: Settlement = Deal.direct
    ) throws -> (TradeNetwork, Deal) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(settlement, in: &net)
        try deal.ship(in: &net)
        return (net, deal)
    }

    @Test("A parcel changes hands by two signatures over one statement")
    func twoSignatures() throws {
        var (net, deal) = try Self.shipped()
        #expect(try net.verdict(.second, deal.accepting(in: net)) == .wrongState)
        try net.must(.first, deal.tender())
        let stale = try deal.accepting(in: net)
        // The tender is said anew, with another weight: the old acceptance is for nothing.
        try net.must(.first, deal.tender(weight: 1_990))
        #expect(try net.verdict(.second, stale) == .contradiction)
        try net.must(.second, deal.accepting(in: net))
        let parcel = try net.parcel(deal.id)
        #expect(parcel.custodian == Person.second.account)
        #expect(parcel.state == .accepted)
        #expect(try net.held(deal.id, .carrierBond) == 9_000)
        #expect(try net.held(deal.id, .freight) == 200)
        #expect(try net.gain(.first) == 300)
        #expect(try net.verdict(.first, deal.tender()) == .notEntitled)
    }

    @Test("Loading, departing and arriving are in the journal of the parcel")
    func transit() throws {
        var (net, deal) = try Self.shipped()
        let before = try net.steps(of: RecordID(deal.id, of: Trade.Parcel.self))
        for step in TransitStep.allCases {
            let kind = Action.Kind.recordTransit(
                RecordTransit(order: deal.id, event: mark("event \(step)"), step: step))
            #expect(try net.verdict(.second, kind) == .notEntitled)
            try net.must(.first, kind)
        }
        #expect(try net.parcel(deal.id).state == .inTransit)
        #expect(try net.steps(of: RecordID(deal.id, of: Trade.Parcel.self)) == before + 3)
    }

    @Test(
        "Delay costs a tenth of the price for each day begun, down to nothing",
        arguments: [(0, 300), (1, 270), (2, 240), (9, 30), (10, 0)])
    func delay(days: UInt64, earned: Int) throws {
        var (net, deal) = try Self.shipped(Deal.locked)
        let due = net.now.after(.days(5))
        // Loss begins at twice the term, unless someone sees the parcel before.
        let tendered = days == 0 ? due : due.after(.days(days - 1)).next
        try net.must(.first, deal.tender(), at: tendered)
        try net.must(.second, deal.accepting(in: net))
        #expect(try net.gain(.first) == earned)
        #expect(try net.held(deal.id, .freight) == 200)
        #expect(try net.gain(.buyer) == -16_251 + 300 - earned)
    }

    @Test("Lost: at twice the term the custodian may still tender, after it anybody calls the bond")
    func lost() throws {
        var (net, deal) = try Self.shipped()
        let end = net.now.after(.days(10))
        try net.grace()
        for time in [end.previous, end] {
            #expect(try net.verdict(.stranger, deal.timeOut, at: time) == .tooEarly)
        }
        try net.must(.stranger, deal.timeOut, at: end.next)
        #expect(try net.parcel(deal.id).state == .lost)
        #expect(try net.held(deal.id) == 0)
        #expect(try net.gain(.first) == -10_000)
        #expect(try net.verdict(.first, deal.tender()) == .wrongState)
    }

    @Test("Damaged: the first custodian who took it clean pays, up to its bond")
    func damaged() throws {
        var (net, deal) = try Self.shipped()
        try net.must(.first, deal.tender())
        let handover = Deal.handover("NLRTM", damage: 250)
        // One signature is not enough for a reservation.
        #expect(
            try net.verdict(.second, deal.accepting(in: net, handover)) == .reservationAlone)
        #expect(
            try net.verdict(
                .second, deal.accepting(in: net, handover, witness: .stranger),
                with: [.stranger]) == .notAttested)
        var witnessed = net
        try witnessed.must(
            .second, deal.accepting(in: witnessed, handover, witness: .inspector),
            with: [.inspector])
        #expect(try witnessed.gain(.first) == 300 - 2_500)
        try net.must(
            .second, deal.accepting(in: net, handover, witness: .first), with: [.first])
        #expect(try net.gain(.first) == 300 - 2_500)
        #expect(try net.gain(.buyer) == -11_251 + 2_500)
        // The second one took it so, and answers only for what gets worse.
        let worse = Deal.handover("DEBER", damage: 400)
        try net.must(
            .second, deal.delivering(secret: nil, buyer: .buyer, worse), with: [.buyer])
        #expect(try net.gain(.second) == 200 - 1_500)
        #expect(try net.gain(.buyer) == -11_251 + 4_000)
    }

    @Test("Damage on the way of a locked order is the seller's loss, and his compensation")
    func damagedLocked() throws {
        var (net, deal) = try Self.shipped(Deal.locked)
        try net.must(.first, deal.tender())
        try net.must(
            .second,
            deal.accepting(in: net, Deal.handover("NLRTM", damage: 250), witness: .first),
            with: [.first])
        #expect(try net.gain(.seller) == -5_000 + 2_500)
    }

    @Test("Liability ends at the bond")
    func bondLimit() throws {
        var (net, deal) = try Self.shipped()
        try deal.handOver(in: &net)
        let ruined = Deal.handover("DEBER", damage: 1_000)
        try net.must(
            .second, deal.delivering(secret: nil, buyer: .buyer, ruined), with: [.buyer])
        #expect(try net.gain(.second) == 200 - 9_000)
        #expect(try net.held(deal.id, .carrierBond) == 0)
    }

    @Test("Misrouted: an acceptance at a place that is not on the route earns nothing")
    func misrouted() throws {
        var (net, deal) = try Self.shipped()
        try net.must(.first, deal.tender("GBFXT"))
        try net.must(.second, deal.accepting(in: net, Deal.handover("GBFXT")))
        #expect(try net.gain(.first) == 0)
        #expect(try net.gain(.buyer) == -11_251 + 300)
    }

    @Test("Held by customs: the custodian's time stands still, and loss is not his")
    func held() throws {
        var (net, deal) = try Self.shipped()
        let hold = Action.Kind.holdParcel(HoldParcel(order: deal.id, code: 501))
        let resume = Action.Kind.resumeParcel(ResumeParcel(order: deal.id, code: 399))
        #expect(try net.verdict(.stranger, hold) == .notAttested)
        let due = net.now.after(.days(5))
        try net.must(.customs, hold)
        let since = net.now
        #expect(try net.verdict(.first, deal.tender()) == .wrongState)
        try net.wait(until: since.after(.days(20)))
        #expect(try net.verdict(.stranger, deal.timeOut) == .tooEarly)
        var seized = net
        try net.must(.customs, resume)
        // Held for some twenty days, and on time all the same.
        let heldFor = net.now.since(since)
        try net.must(.first, deal.tender(), at: due.after(heldFor))
        try net.must(.second, deal.accepting(in: net))
        #expect(try net.gain(.first) == 300)
        try seized.wait(until: since.after(.days(31)))
        try seized.must(.stranger, deal.timeOut)
        #expect(try seized.order(deal.id).phase == .lost)
        #expect(try seized.gain(.first) == 0)
        #expect(try seized.held(deal.id) == 0)
    }

    @Test("Hand-over refused: the one who waits earns storage, and another may step in")
    func handOverRefused() throws {
        var (net, deal) = try Self.shipped()
        try net.must(.first, deal.tender())
        let waiting = net.now.after(.days(1))
        try net.grace()
        #expect(try net.verdict(.spare, deal.accepting(in: net), at: waiting) == .notEntitled)
        // Three days begun, at a tenth of the second leg's price each.
        try net.must(.spare, deal.accepting(in: net), at: waiting.after(.days(2)).next)
        #expect(try net.gain(.first) == 300 + 60)
        #expect(try net.parcel(deal.id).leg.price == units(140))
        try net.must(.spare, deal.delivering())
        #expect(try net.gain(.spare) == 140)
        #expect(try net.held(deal.id, .freight) == 0)
    }

    @Test("Two scales that differ by more than the tolerance need a reservation")
    func scales() throws {
        var (net, deal) = try Self.shipped()
        try net.must(.first, deal.tender())
        for (weight, expected) in [
            (1_961, nil), (2_040, nil), (1_959, .contradiction), (2_041, .contradiction),
        ] as [(UInt64, Rejection?)] {
            let verdict = try net.verdict(
                .second, deal.accepting(in: net, Deal.handover("NLRTM", weight: weight)))
            #expect(verdict == expected, "\(weight) g")
        }
        let short = Deal.handover("NLRTM", weight: 1_200, damage: 400)
        try net.must(
            .second, deal.accepting(in: net, short, witness: .first), with: [.first])
        #expect(try net.gain(.first) == 300 - 4_000)
    }

    @Test("The buyer refuses at the door: the parcel goes back, and the lock refunds")
    func refused() throws {
        var (net, deal) = try Self.shipped(Deal.locked)
        try deal.handOver(in: &net)
        let refusal = Action.Kind.refuseParcel(
            RefuseParcel(
                order: deal.id, handover: Deal.handover("DEBER"), buyer: Person.buyer.account))
        try net.must(.second, refusal, with: [.buyer])
        #expect(try net.parcel(deal.id).state == .refused)
        #expect(try net.order(deal.id).phase == .returning)
        try net.must(.warehouse, deal.receive(), with: [.second])
        try net.must(.inspector, deal.inspect())
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.held(deal.id, .stake) == 0)
        #expect(try net.held(deal.firstReturn) == 0)
        #expect(
            try net.gains() == [
                "buyer": -1_251 - 150, "first carrier": 300, "second carrier": 350,
            ])
    }

    @Test("A carrier alone says refused only after it has waited at the door")
    func absent() throws {
        var (net, deal) = try Self.shipped(Deal.locked)
        try deal.handOver(in: &net)
        let refusal = Action.Kind.refuseParcel(
            RefuseParcel(order: deal.id, handover: Deal.handover("DEBER")))
        #expect(try net.verdict(.second, refusal) == .wrongState)
        try net.must(.second, deal.tender("DEBER"))
        let end = net.now.after(.days(1))
        try net.grace()
        #expect(try net.verdict(.second, refusal, at: end) == .tooEarly)
        try net.must(.second, refusal, at: end.next)
        #expect(try net.order(deal.id).phase == .returning)
        #expect(try net.held(deal.firstReturn, .freight) == 0)
        // Lost on the way back: the lock refunds, and the carrier answers to the seller.
        try net.wait(until: net.now.after(.days(31)))
        try net.must(.stranger, deal.timeOutReturn())
        #expect(try net.order(deal.id).phase == .settled)
        #expect(try net.gain(.buyer) == -1_251)
        #expect(try net.gain(.seller) == 4_000)
        #expect(try net.gain(.second) == 200 - 4_000)
    }
}
