import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

/// One order of the tests, and the moves that take it through its life.
///
/// Price 10,000 (three units at 1,000 and one at 7,000), duty 751, freight 500 in two legs.
struct Deal {
    static let price = 10_000
    static let tax = 751
    static let freight = 500
    static let secret = mark("the buyer's secret")
    static let packing = mark("the items of the order")

    let terms: Terms
    let id: Digest
    let code: Digest?

    init(_ settlement: Settlement, change: (inout Draftable) -> Void = { _ in }) {
        var draftable = Draftable(settlement)
        change(&draftable)
        terms = draftable.terms
        id = Order.id(terms: terms.digest, buyer: Person.buyer.account, number: 1)
        code = Order.code(of: Self.secret, for: id)
    }

    /// The parts of the terms that tests vary.
    struct Draftable {
        var settlement: Settlement
        var buyer: AccountID?
        var times = Times(
            expiry: TradeNetwork.start.after(.hours(20)), shipping: .days(3),
            delivery: .days(30), inspection: .days(7))
        var goods = Goods(
            lines: [
                Line(quantity: 3, unitPrice: units(1_000), duty: units(100)),
                Line(quantity: 1, unitPrice: units(7_000), duty: units(651)),
            ], items: Deal.packing)
        var legs = [
            Deal.leg("CNSHA", "NLRTM", .first, price: 300, bond: 12_000),
            Deal.leg("NLRTM", "DEBER", .second, price: 200, bond: 9_000),
        ]
        var accepted: [Acceptance] = [
            (Role.carrier, Person.first), (.carrier, .second), (.carrier, .spare),
            (.customs, .customs), (.inspector, .inspector), (.warehouse, .warehouse),
            (.agent, .agent),
        ].map { Acceptance(role: $0.0, attester: $0.1.account) }
        var duty: DutyRule? = DutyRule(
            rule: mark("2020-45"), payee: Person.treasury.account, filing: .days(30),
            arrival: .days(45), clearance: .days(90))
        var returns = ReturnTerms(
            withoutReason: .days(7), forDefect: .days(30), freight: units(150),
            bond: units(4_000))
        var papers = PaperTimes.usual

        init(_ settlement: Settlement) { self.settlement = settlement }

        var terms: Terms {
            Terms(
                seller: Person.seller.account, buyer: buyer, asset: TradeNetwork.dollar,
                settlement: settlement, times: times, goods: goods, legs: legs,
                accepted: accepted.sorted {
                    ($0.role.rawValue, $0.attester.hex) < ($1.role.rawValue, $1.attester.hex)
                }, duty: duty, returns: returns, papers: papers)
        }
    }

    static func leg(
        _ origin: String, _ destination: String, _ custodian: Person, price: UInt64,
        bond: UInt64
    ) -> Leg {
        Leg(
            origin: place(origin), destination: place(destination),
            custodian: custodian.account, price: units(price), term: .days(5),
            bond: units(bond))
    }

    static func place(_ code: String) -> Location {
        guard let location = Location(code) else { preconditionFailure("a test's place") }
        return location
    }

    // MARK: The three ways of paying

    static let direct = Settlement.direct(
        DirectTerms(cancelFee: units(40), sellerBond: units(2_500)))
    static let locked = Settlement.locked(
        LockedTerms(
            buyerDeposit: units(5_000), sellerDeposit: units(5_000),
            lateShare: Share(clamping: 50), burntShare: .whole,
            buyerShare: Share(clamping: 500), negotiation: .days(14), limit: .days(44),
            inspectorFee: units(120)))
    static let balance = Settlement.balance(
        BalanceTerms(
            deposit: units(3_000), sellerBond: units(3_500), production: .days(20),
            payment: .days(15)))

    /// A deal in one of the three ways, placed.
    static func placed(
        _ settlement: Settlement, in net: inout TradeNetwork,
        change: (inout Draftable) -> Void = { _ in }
    ) throws -> Deal {
        let deal = Deal(settlement, change: change)
        try deal.place(in: &net)
        return deal
    }

    var isDirect: Bool {
        if case .direct = terms.settlement { return true }
        return false
    }

    func place(in net: inout TradeNetwork) throws {
        if isDirect {
            try net.must(.seller, .postQuote(PostQuote(terms: terms, count: 1)))
            try net.must(.buyer, order())
        } else {
            try net.must(.buyer, order(), with: [.seller])
        }
    }

    func order(number: UInt64 = 1, signed: Bool = false) -> Action.Kind {
        .placeOrder(PlaceOrder(terms: terms, number: number, code: signed ? nil : code))
    }

    // MARK: Moves

    static func handover(
        _ place: String, weight: UInt64 = 2_000, contents: Digest = Deal.packing,
        damage: UInt64 = 0
    ) -> Handover {
        Handover(
            place: Deal.place(place), weight: weight, contents: contents,
            damage: Share(clamping: damage))
    }

    func shipping(
        contents: Digest = Deal.packing, carrier: Person = .first, bill: Digest? = nil
    ) -> Action.Kind {
        .ship(
            Ship(
                order: id, carrier: carrier.account,
                handover: Self.handover("CNSHA", contents: contents), bill: bill))
    }

    func ship(in net: inout TradeNetwork, at time: Timestamp? = nil) throws {
        try net.must(.seller, shipping(), with: [.first], at: time)
    }

    func tender(_ place: String = "NLRTM", weight: UInt64 = 2_000) -> Action.Kind {
        .tenderParcel(
            TenderParcel(
                order: id, place: Self.place(place), parcel: 340_123_456_789_012_345,
                weight: weight, seal: mark("seal")))
    }

    /// Accepts the tender that stands.
    func accepting(
        in net: TradeNetwork, _ handover: Handover = handover("NLRTM"),
        witness: Person? = nil
    ) throws -> Action.Kind {
        guard case .tendered(let tender) = try net.parcel(id).state else {
            return .acceptParcel(
                AcceptParcel(
                    order: id, tender: .zero, handover: handover, witness: witness?.account))
        }
        return .acceptParcel(
            AcceptParcel(
                order: id, tender: tender.digest, handover: handover,
                witness: witness?.account))
    }

    /// Tender by the first custodian and acceptance by the second.
    func handOver(in net: inout TradeNetwork, at time: Timestamp? = nil) throws {
        try net.must(.first, tender(), at: time)
        try net.must(.second, accepting(in: net))
    }

    func delivering(
        secret: Digest? = Deal.secret, buyer: Person? = nil,
        _ handover: Handover = handover("DEBER")
    ) -> Action.Kind {
        .deliver(
            Deliver(
                order: id, handover: handover, secret: secret, buyer: buyer?.account))
    }

    /// From the seller to the buyer on time.
    func bring(in net: inout TradeNetwork) throws {
        try ship(in: &net)
        try handOver(in: &net)
        try net.must(.second, delivering())
    }

    var timeOut: Action.Kind { .timeOutOrder(TimeOutOrder(order: id)) }
    var timeOutDuty: Action.Kind { .timeOutDuty(TimeOutDuty(order: id)) }
    var cancel: Action.Kind { .cancelOrder(CancelOrder(order: id)) }
    var confirm: Action.Kind { .confirmOrder(ConfirmOrder(order: id)) }
    var melt: Action.Kind { .meltDeposits(MeltDeposits(order: id)) }
    var counter: Action.Kind { .counterDispute(CounterDispute(order: id)) }
    var payDeposit: Action.Kind { .payDeposit(PayDeposit(order: id)) }
    var produce: Action.Kind { .produce(Produce(order: id)) }
    var swap: Action.Kind { .swapDocument(SwapDocument(order: id)) }
    var release: Action.Kind { .releaseGoods(ReleaseGoods(order: id, code: 800)) }

    func dispute(_ claimed: UInt64 = 600) -> Action.Kind {
        .disputeOrder(
            DisputeOrder(
                order: id, evidence: mark("evidence"), claimed: Share(clamping: claimed)))
    }

    func settle(toBuyer: UInt64, other: Person = .seller) -> Action.Kind {
        .settleOrder(
            SettleOrder(order: id, other: other.account, toBuyer: units(toBuyer)))
    }

    func verdict(_ share: UInt64) -> Action.Kind {
        .giveVerdict(
            GiveVerdict(order: id, toBuyer: Share(clamping: share), report: mark("report")))
    }

    // MARK: Returns

    var firstReturn: Digest { Return.id(order: id, index: 1) }

    func request(
        _ lines: [(line: UInt32, quantity: UInt64)] = [(0, 3), (1, 1)],
        _ reason: ReturnReason = .defect
    ) -> Action.Kind {
        .requestReturn(
            RequestReturn(
                order: id,
                lines: lines.map { ReturnLine(line: $0.line, quantity: $0.quantity) },
                reason: reason))
    }

    func authorise(_ returned: Digest? = nil, sellerPays: Bool = true) -> Action.Kind {
        .authoriseReturn(
            AuthoriseReturn(returned: returned ?? firstReturn, sellerPays: sellerPays))
    }

    func shipBack(
        _ returned: Digest? = nil, weight: UInt64 = 2_000, contents: Digest = Deal.packing
    ) -> Action.Kind {
        .shipBack(
            ShipBack(
                returned: returned ?? firstReturn,
                way: ReturnWay(
                    carrier: Person.second.account, weight: weight, contents: contents)))
    }

    func receive(
        _ returned: Digest? = nil, weight: UInt64 = 2_000, contents: Digest = Deal.packing
    ) -> Action.Kind {
        .receiveReturn(
            ReceiveReturn(
                returned: returned ?? firstReturn, carrier: Person.second.account,
                weight: weight, contents: contents))
    }

    func inspect(_ returned: Digest? = nil, _ share: UInt64 = 1_000) -> Action.Kind {
        .inspectReturn(
            InspectReturn(
                returned: returned ?? firstReturn, worth: Share(clamping: share),
                report: mark("inspection")))
    }

    func refund(_ returned: Digest? = nil) -> Action.Kind {
        .refundReturn(RefundReturn(returned: returned ?? firstReturn))
    }

    func timeOutReturn(_ returned: Digest? = nil) -> Action.Kind {
        .timeOutReturn(TimeOutReturn(returned: returned ?? firstReturn))
    }

    /// From the request to the site.
    func bringBack(
        in net: inout TradeNetwork,
        _ lines: [(line: UInt32, quantity: UInt64)] = [(0, 3), (1, 1)],
        index: UInt32 = 1, _ reason: ReturnReason = .defect, contents: Digest = Deal.packing
    ) throws -> Digest {
        let returned = Return.id(order: id, index: index)
        try net.must(.buyer, request(lines, reason))
        try net.must(.seller, authorise(returned))
        try net.must(.buyer, shipBack(returned, contents: contents), with: [.second])
        try net.must(.warehouse, receive(returned, contents: contents), with: [.second])
        return returned
    }
}
