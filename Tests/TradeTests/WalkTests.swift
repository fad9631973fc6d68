import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Random walks over trades")
struct WalkTests {
    /// Draws what somebody might do with one of three orders, sensible or not.
    struct Walk {
        var random: Chance
        var deals: [Deal]

        /// Orders anew in the way of every order that has ended.
        mutating func replenish(in net: inout TradeNetwork) throws {
            let count = UInt64(deals.count)
            for place in deals.count - 3..<deals.count {
                guard try net.order(deals[place].id).phase.isTerminal else {
                    deals.append(deals[place])
                    continue
                }
                let expiry = net.now.after(.hours(20))
                deals.append(
                    try Deal.placed(deals[place].terms.settlement, in: &net) {
                        $0.times = Times(
                            expiry: expiry, shipping: .days(3), delivery: .days(30),
                            inspection: .days(7))
                        $0.returns = ReturnTerms(
                            withoutReason: .days(7), forDefect: .days(30),
                            freight: units(150 + count), bond: units(4_000))
                    })
            }
        }

        mutating func chance(_ outOf: Int) -> Bool {
            Int.random(in: 0..<outOf, using: &random) == 0
        }

        mutating func move(in net: TradeNetwork) throws -> TradeNetwork.Move {
            let deal = deals.suffix(3).randomElement(using: &random) ?? deals[0]
            let returns = try net.order(deal.id).tally.count
            let index = UInt32.random(in: 1...max(1, returns), using: &random)
            var moves = try orderMoves(deal, in: net) + goodsMoves(deal, in: net)
            moves += returnMoves(deal, Return.id(order: deal.id, index: index))
            // A clearance has many steps that must come one after the other.
            if chance(3) { moves = try clearanceMoves(deal, in: net) }
            return moves.randomElement(using: &random) ?? moves[0]
        }

        mutating func orderMoves(
            _ deal: Deal, in net: TradeNetwork
        ) throws -> [TradeNetwork.Move] {
            let bill = deal.terms.balanceDue > .zero ? BalanceOrderTests.bill : nil
            let toBuyer = UInt64.random(in: 0...20_000, using: &random)
            let share = UInt64.random(in: 0...1_000, using: &random)
            // What ends an order early is drawn less often, so that walks get far.
            let ending: TradeNetwork.Move =
                chance(2)
                ? .init(chance(2) ? .buyer : .seller, [deal.cancel])
                : .init(.buyer, [deal.settle(toBuyer: toBuyer)], with: [.seller])
            let rare = chance(4) ? ending : .init(.buyer, [deal.confirm])
            return [
                .init(.seller, [deal.shipping(bill: bill)], with: [.first]),
                .init(.seller, [deal.shipping(bill: bill)], with: [.first]), rare,
                .init(.stranger, [deal.timeOut]), .init(.buyer, [deal.confirm]),
                .init(.buyer, [deal.dispute(max(1, share))]), .init(.stranger, [deal.melt]),
                .init(.seller, [deal.counter]), .init(.inspector, [deal.verdict(share)]),
                .init(.buyer, [deal.payDeposit]), .init(.seller, [deal.produce]),
                .init(.buyer, [deal.payDeposit]), .init(.seller, [deal.produce]),
                .init(
                    .seller, [BalanceOrderTests.posting(deal)],
                    documents: [BalanceOrderTests.papers]),
                .init(.buyer, [deal.swap]),
                .init(.buyer, [BalanceOrderTests.surrender()], with: [.second]),
            ]
        }

        mutating func goodsMoves(
            _ deal: Deal, in net: TradeNetwork
        ) throws -> [TradeNetwork.Move] {
            let damage = chance(3) ? UInt64.random(in: 0...1_000, using: &random) : 0
            let contents = chance(8) ? mark("bricks") : Deal.packing
            let there = Deal.handover("NLRTM", contents: contents, damage: damage)
            let door = Deal.handover("DEBER", contents: contents, damage: damage)
            let accept: Action.Kind =
                (try? net.parcel(deal.id)) == nil
                ? deal.melt : try deal.accepting(in: net, there, witness: .first)
            return [
                .init(.first, [deal.tender(chance(5) ? "GBFXT" : "NLRTM")]),
                .init(.second, [accept], with: accept == deal.melt ? [] : [.first]),
                .init(.second, [accept], with: accept == deal.melt ? [] : [.first]),
                .init(.second, [deal.delivering()]),
                .init(
                    .second, [deal.delivering(secret: nil, buyer: .buyer, door)],
                    with: [.buyer]),
                .init(
                    .second,
                    [
                        .refuseParcel(
                            RefuseParcel(
                                order: deal.id, handover: door, buyer: Person.buyer.account))
                    ], with: [.buyer]),
                .init(.customs, [.holdParcel(HoldParcel(order: deal.id))]),
                .init(.customs, [.resumeParcel(ResumeParcel(order: deal.id))]),
                .init(.customs, [.resumeParcel(ResumeParcel(order: deal.id))]),
                .init(.customs, [deal.release]), .init(.stranger, [deal.timeOutDuty]),
            ]
        }

        mutating func returnMoves(_ deal: Deal, _ id: Digest) -> [TradeNetwork.Move] {
            let contents = chance(6) ? mark("bricks") : Deal.packing
            let line = UInt32.random(in: 0...1, using: &random)
            let units = line == 0 ? UInt64.random(in: 1...3, using: &random) : 1
            let reasons: [ReturnReason] = [.withoutReason, .defect, .wrongItem]
            let reason = reasons.randomElement(using: &random) ?? .defect
            let share = UInt64.random(in: 0...1_000, using: &random)
            return [
                .init(.buyer, [deal.request([(line, units)], reason)]),
                .init(.buyer, [deal.request([(line, units)], reason)]),
                .init(.seller, [deal.authorise(id, sellerPays: chance(2))]),
                .init(.seller, [deal.authorise(id, sellerPays: chance(2))]),
                .init(
                    .seller,
                    [.refuseReturn(RefuseReturn(returned: id, grounds: mark("grounds")))]),
                .init(
                    .buyer,
                    [
                        .keepWithDiscount(
                            KeepWithDiscount(
                                returned: id, seller: Person.seller.account,
                                discount: Amount(minorUnits: share)))
                    ], with: [.seller]),
                .init(.buyer, [deal.shipBack(id)], with: [.second]),
                .init(.buyer, [deal.shipBack(id)], with: [.second]),
                .init(.agent, [DutyTests.file(id)], documents: [DutyTests.declaration]),
                .init(.warehouse, [deal.receive(id, contents: contents)], with: [.second]),
                .init(.warehouse, [deal.receive(id)], with: [.second]),
                .init(.inspector, [deal.inspect(id, chance(2) ? 1_000 : share)]),
                .init(.seller, [deal.refund(id)]), .init(.customs, [DutyTests.accept(id)]),
                .init(.stranger, [deal.timeOutReturn(id)]),
            ]
        }
    }

    /// Lets time pass and everything that is over be said, until nothing is left to say.
    static func finish(_ net: inout TradeNetwork, _ deals: [Deal]) throws {
        for _ in 0..<14 {
            try net.wait(until: net.now.after(.days(31)))
            for deal in deals {
                let returns = try net.order(deal.id).tally.count
                for index in 1...max(1, returns) {
                    let id = Return.id(order: deal.id, index: index)
                    _ = try net.send(.stranger, deal.timeOutReturn(id))
                }
                _ = try net.send(.stranger, ClearanceCase(deal).timeOut)
                _ = try net.send(.stranger, deal.timeOut)
                _ = try net.send(.stranger, deal.timeOutDuty)
            }
        }
    }

    static let stepCount = 120

    @Test("Every walk ends: all orders terminal, all vaults empty, no unit made or lost")
    func walks() async throws {
        let states = try await withThrowingTaskGroup(of: Set<ClearanceState>.self) { group in
            for seed in 0..<16 as Range<UInt64> {
                group.addTask { try Self.walk(seed: seed) }
            }
            return try await group.reduce(into: Set<ClearanceState>()) { $0.formUnion($1) }
        }
        // Together they have been everywhere that papers can come to.
        #expect(
            states.isSuperset(of: [
                .open, .sealed, .matched, .declared, .accepted, .rejected, .released, .cancelled,
            ]), "\(states)")
    }

    /// One walk and its end.
    ///
    /// - Returns: The states in which its clearances have been.
    static func walk(seed: UInt64) throws -> Set<ClearanceState> {
        var net = try TradeNetwork()
        let first = [
            try Deal.placed(Deal.direct, in: &net), try Deal.placed(Deal.locked, in: &net),
            try Deal.placed(Deal.balance, in: &net),
        ]
        var walk = Walk(random: Chance(seed: seed), deals: first)
        var applied = 0
        var states: Set<ClearanceState> = []
        for step in 0..<stepCount {
            if step % 20 == 19 { try walk.replenish(in: &net) }
            let pause = walk.chance(16) ? UInt64.random(in: 0...100, using: &walk.random) : 0
            let time = net.now.after(.hours(pause)).next
            // Of some draws the first that is allowed, else the last one, which is refused.
            for attempt in 1...5 {
                var next = net
                let move = try walk.move(in: net)
                let outcome = try next.block([net.transaction(move)], at: time)
                let isAllowed = outcome.receipts.allSatisfy(\.succeeded)
                if isAllowed { applied += 1 }
                if isAllowed || attempt == 5 {
                    net = next
                    for deal in walk.deals.suffix(3) {
                        if let clearance = try? net.clearance(deal.id) {
                            states.insert(clearance.state)
                        }
                    }
                    break
                }
            }
        }
        #expect(applied > 8, "seed \(seed): the walk gets somewhere")
        // A deal that went on is listed again at each renewal.
        let all = walk.deals.enumerated().filter { place, deal in
            !walk.deals[..<place].contains { $0.id == deal.id }
        }.map(\.element)
        try finish(&net, all)
        for deal in all {
            let order = try net.order(deal.id)
            #expect(order.phase.isTerminal, "seed \(seed): \(order.phase)")
            #expect(try net.held(deal.id) == 0, "seed \(seed): \(order.phase)")
            if order.tally.count > 0 {
                for index in 1...order.tally.count {
                    let id = Return.id(order: deal.id, index: index)
                    #expect(try net.goodsReturn(id).state.isTerminal, "seed \(seed)")
                    #expect(try net.held(id) == 0, "seed \(seed)")
                }
            }
        }
        var draft = try net.draft
        let dollar = draft.asset(TradeNetwork.dollar)
        let supply = try #require(dollar).supply.minorUnits
        let money = try Person.all.reduce(0) { try $0 + net.balance($1) }
        #expect(UInt64(money) == supply, "seed \(seed)")
        return states
    }

    @Test("Independent messages give one state in any order", arguments: 0..<8 as Range<UInt64>)
    func permutation(seed: UInt64) throws {
        var random = Chance(seed: seed)
        var net = try TradeNetwork()
        let deal = Deal(Deal.direct)
        try net.must(.seller, .postQuote(PostQuote(terms: deal.terms, count: 3)))
        var ids: [Person: Digest] = [:]
        for buyer in [Person.buyer, .other, .agent] {
            try net.must(buyer, deal.order(signed: true))
            ids[buyer] = Order.id(
                terms: deal.terms.digest, buyer: buyer.account, number: 1)
        }
        let (one, two) = (try #require(ids[.other]), try #require(ids[.agent]))
        try deal.ship(in: &net)
        try net.must(
            .seller,
            .ship(
                Ship(
                    order: one, carrier: Person.spare.account,
                    handover: Deal.handover("CNSHA"))), with: [.spare])
        try net.wait(until: net.now.after(.days(4)))
        let moves: [TradeNetwork.Move] = [
            .init(.first, [deal.tender()]), .init(.customs, [deal.release]),
            .init(
                .spare,
                [
                    .recordTransit(
                        RecordTransit(order: one, event: mark("loaded"), step: .loading))
                ]),
            .init(.stranger, [.timeOutOrder(TimeOutOrder(order: two))]),
            .init(
                .warehouse,
                [.attest(Attest(subject: Person.stranger.account, role: .carrier))]),
            .init(.treasury, [.burn(Burn(asset: TradeNetwork.pound, amount: units(1)))]),
        ]
        let transactions = try moves.map { try net.transaction($0) }
        var copy = net
        let forwards = try net.block(transactions)
        let failures = forwards.receipts.count { !$0.succeeded }
        #expect(failures == 0)
        let shuffled = try copy.block(transactions.shuffled(using: &random))
        #expect(forwards.stateRoot == shuffled.stateRoot, "seed \(seed)")
        #expect(forwards.updates == shuffled.updates, "seed \(seed)")
    }

    @Test(
        "Independent steps of clearances give one state in any order",
        arguments: 0..<8 as Range<UInt64>)
    func clearances(seed: UInt64) throws {
        var random = Chance(seed: seed)
        var net = try TradeNetwork()
        var papers: [ClearanceCase] = []
        for number in 0..<7 as Range<UInt64> {
            let deal = try Deal.placed(Deal.direct, in: &net) {
                $0.returns = ReturnTerms(
                    withoutReason: .days(7), forDefect: .days(30), freight: units(150 + number),
                    bond: units(4_000))
            }
            try deal.ship(in: &net)
            papers.append(ClearanceCase(deal))
        }
        // One was begun and forgotten; all others follow a day later.
        try papers[0].seal(in: &net, [.order])
        try net.wait(until: net.now.after(.hours(25)))
        for place in [2, 3] { try papers[place].seal(in: &net) }
        for place in [4, 5] { try papers[place].compare(in: &net) }
        try net.must(.agent, papers[5].declare())
        papers[6].documents.list = papers[6].documents.list.setting(
            .buyerTelephone, to: Array("other".utf8))
        try papers[6].compare(in: &net)
        papers[6].round = 2
        let moves: [TradeNetwork.Move] = [
            // The stake that comes back to the seller is in another asset than the fees he pays.
            .init(.stranger, [papers[0].timeOut]), try papers[1].sealing(.waybill),
            try papers[2].opening(.payment), try papers[3].opening(.order),
            .init(.agent, [papers[4].declare()]), .init(.customs, [papers[5].rule(120)]),
            .init(
                .warehouse,
                [.attest(Attest(subject: Person.stranger.account, role: .carrier))]),
        ]
        let transactions = try moves.map { try net.transaction($0) }
        var copy = net
        let forwards = try net.block(transactions)
        let failures = forwards.receipts.compactMap(\.rejection)
        #expect(failures == [])
        let shuffled = try copy.block(transactions.shuffled(using: &random))
        #expect(forwards.stateRoot == shuffled.stateRoot, "seed \(seed)")
        // An amendment is of another day, so that its signer sends one thing a block.
        let later: [TradeNetwork.Move] = [
            try papers[6].amending(.list), .init(.customs, [papers[5].rule(500)]),
            try papers[1].sealing(.payment), try papers[3].opening(.waybill),
        ]
        let second = try later.map { try net.transaction($0) }
        copy = net
        let straight = try net.block(second)
        #expect(straight.receipts.compactMap(\.rejection) == [])
        let mixed = try copy.block(second.shuffled(using: &random))
        #expect(straight.stateRoot == mixed.stateRoot, "seed \(seed)")
    }
}
