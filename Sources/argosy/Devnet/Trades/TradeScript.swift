import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

/// One trade of the plan, played by its parties over the network.
struct TradeScript: Sendable {
    /// How long after its deadline a timeout may still be too early for the ten blocks of grace.
    static let timeoutPatience = Duration.seconds(120)
    static let timeoutInterval = Duration.milliseconds(500)
    /// What a box weighs with nothing in it.
    ///
    /// - Unit: grams.
    static let boxWeight: UInt64 = 500

    let trade: PlannedTrade
    let cast: TradeParties.Cast
    let stage: TradeStage
    let terms: Terms
    /// By which its goods were assessed.
    let tariff: TradeTariff
    let id: Digest
    /// What is sent, which is what was sold unless the seller packs other goods.
    let goods: TradeGoods
    /// What the buyer tells the last carrier.
    private let secret: Digest

    init(
        _ trade: PlannedTrade, _ cast: TradeParties.Cast, on stage: TradeStage,
        under agreed: TradeTerms, by tariff: TradeTariff
    ) {
        self.tariff = tariff
        self.trade = trade
        self.cast = cast
        self.stage = stage
        let sold = TradeGoods(trade)
        goods = trade.course == .wrongGoods ? TradeGoods(trade, swapped: true) : sold
        terms = agreed.terms(of: trade, cast, items: sold.contents, at: stage.clock.now)
        secret = Digest(SystemEntropy.bytes32())
        id = Order.id(
            terms: terms.digest, buyer: cast.buyer.account, number: UInt64(trade.number) + 1)
    }

    var hasDuty: Bool { terms.duty != nil }
    var now: Timestamp { stage.clock.now }

    /// Grams.
    var weight: UInt64 { Self.boxWeight + 100 * trade.lines.reduce(0) { $0 + $1.quantity } }

    func handover(at place: Int) -> Handover {
        Handover(place: TradeTerms.places[place], weight: weight, contents: goods.contents)
    }

    /// Sends actions of one party; those of others name their source.
    func send(
        _ sender: SigningKey, _ kinds: Action.Kind..., with others: [SigningKey] = [],
        also further: [Action] = [], attachments: [[UInt8]] = []
    ) async throws {
        try await stage.send(
            kinds.map { Action($0) } + further, by: sender, with: others,
            attachments: attachments)
    }

    // MARK: The course

    /// Plays the trade to its end.
    func play() async throws {
        try await place()
        switch trade.course {
        case .idleSeller: return try await endWithoutSeller()
        case .calledOff: return try await callOff()
        case .smooth, .silentBuyer, .lostParcel, .refusedAtDoor, .wrongGoods, .turnedBack,
            .mendedPapers, .wrongPapers, .falsePapers, .inspected, .lateSeal, .neverOpened,
            .disputed, .unresolved, .unpaid:
            break
        }
        try await ship()
        let clearance = TradeClearanceScript(self)
        // The papers travel ahead of the goods.
        try await clearance.declare()
        try await carry()
        switch trade.course {
        case .lostParcel:
            return try await timeOut(
                .timeOutOrder(TimeOutOrder(order: id)),
                after: terms.legs[1].term + terms.legs[1].term)
        case .turnedBack, .wrongPapers, .neverOpened:
            if trade.course == .turnedBack { try await clearance.turnBack() }
            try await refuse()
            return try await TradeReturnScript(self, index: 1, trade.whole).finish(isFiled: false)
        case .unpaid:
            try await postDocuments()
            return try await timeOut(
                .timeOutOrder(TimeOutOrder(order: id)), after: TradeTerms.short)
        case .smooth, .silentBuyer, .refusedAtDoor, .wrongGoods, .mendedPapers, .falsePapers,
            .inspected, .lateSeal, .disputed, .unresolved:
            break
        case .idleSeller, .calledOff: return
        }
        try await clearance.letIn()
        if trade.course == .refusedAtDoor {
            try await refuse()
            return try await TradeReturnScript(self, index: 1, trade.whole).finish(isFiled: hasDuty)
        }
        try await deliver()
        try await clearance.close()
        try await afterDelivery()
    }

    private func afterDelivery() async throws {
        switch trade.course {
        case .smooth where trade.returns.isEmpty:
            try await confirm()
            try await close()
        case .smooth:
            for (index, lines) in trade.returns.enumerated() {
                try await TradeReturnScript(self, index: UInt32(index) + 1, lines).play()
            }
            if !trade.isAllReturned { try await confirm() }
        case .mendedPapers, .falsePapers, .inspected, .lateSeal:
            try await confirm()
            try await close()
        case .silentBuyer:
            try await timeOut(
                .timeOutOrder(TimeOutOrder(order: id)), after: terms.times.inspection)
            try await close()
        case .wrongGoods:
            try await TradeReturnScript(self, index: 1, trade.whole).play()
        case .disputed:
            try await dispute()
            try await send(
                cast.inspector,
                .giveVerdict(
                    GiveVerdict(
                        order: id, toBuyer: Share(clamping: 400),
                        report: goods.boxEvent("inspecting", "damaged", at: now))))
            try await endDuty()
        case .unresolved:
            try await dispute()
            try await timeOut(.timeOutOrder(TimeOutOrder(order: id)), after: .hours(2))
            try await endDuty()
        case .idleSeller, .calledOff, .lostParcel, .refusedAtDoor, .turnedBack, .wrongPapers,
            .neverOpened, .unpaid:
            break
        }
    }

    // MARK: Before the way

    private func place() async throws {
        let order = PlaceOrder(
            terms: terms, number: UInt64(trade.number) + 1,
            code: Order.code(of: secret, for: id))
        switch trade.mode {
        case .direct:
            try await send(cast.seller, .postQuote(PostQuote(terms: terms, count: 1)))
            try await send(cast.buyer, .placeOrder(order))
        case .locked:
            try await send(cast.buyer, .placeOrder(order), with: [cast.seller])
        case .balance:
            try await send(cast.buyer, .placeOrder(order), with: [cast.seller])
            try await send(cast.buyer, .payDeposit(PayDeposit(order: id)))
        }
    }

    private func endWithoutSeller() async throws {
        guard case .balance(let balance) = terms.settlement else {
            return try await timeOut(
                .timeOutOrder(TimeOutOrder(order: id)), after: terms.times.shipping)
        }
        // Here the buyer says so himself; others only after twice the time.
        try await timeOut(
            .cancelOrder(CancelOrder(order: id)), after: balance.production, by: cast.buyer)
    }

    private func callOff() async throws {
        guard case .locked(let locked) = terms.settlement else {
            return try await send(cast.buyer, .cancelOrder(CancelOrder(order: id)))
        }
        let share = Amount(minorUnits: trade.pence + locked.buyerDeposit.minorUnits)
        try await send(
            cast.buyer,
            .settleOrder(SettleOrder(order: id, other: cast.seller.account, toBuyer: share)),
            with: [cast.seller])
    }

    // MARK: The way

    /// Makes and packs the goods, and gives the box to the first carrier.
    private func ship() async throws {
        if trade.mode == .balance {
            try await send(cast.seller, .produce(Produce(order: id)))
        }
        let births = goods.keys.map { BeginItems.Birth(key: $0) }
        let box = goods.box.key
        try await send(
            cast.seller,
            .beginItems(BeginItems(event: goods.commissioning(at: now), items: births)),
            .beginItems(
                BeginItems(event: goods.labelling(at: now), items: [.init(key: box)])),
            .joinItems(
                JoinItems(event: goods.packing(at: now).event, parent: box, children: goods.keys)),
            .ship(
                Ship(
                    order: id, carrier: cast.first.account, handover: handover(at: 0),
                    bill: trade.mode == .balance ? bill : nil)),
            .handOverItems(handOver("shipping", to: cast.first)), with: [cast.first])
    }

    /// The first carrier's number of the bill, as a hash.
    private var bill: Digest { Digest(id, goods.box.key, in: .packing) }

    private func handOver(_ step: String, to receiver: SigningKey) -> HandOverItems {
        HandOverItems(
            event: goods.boxEvent(step, "in_transit", at: now), items: [goods.box.key],
            receiver: receiver.account)
    }

    /// The first carrier brings the parcel to the second.
    private func carry() async throws {
        try await send(
            cast.first,
            .recordTransit(
                RecordTransit(
                    order: id, event: goods.boxEvent("departing", "in_transit", at: now),
                    step: .departing)),
            .tenderParcel(tender(at: 1)))
        // Whoever accepts names the tender that he saw; the wallet has it by proof.
        guard let parcel = try await stage.record(id, as: Trade.Parcel.self),
            case .tendered(let tender) = parcel.state
        else { throw TradeStage.Fault("the parcel was not tendered") }
        try await send(
            cast.second,
            .acceptParcel(
                AcceptParcel(order: id, tender: tender.digest, handover: handover(at: 1))),
            with: [cast.first],
            also: [
                Action(
                    .handOverItems(handOver("receiving", to: cast.second)),
                    from: cast.first.account)
            ])
    }

    private func tender(at place: Int) -> TenderParcel {
        TenderParcel(
            order: id, place: TradeTerms.places[place], parcel: goods.boxNumber, weight: weight,
            seal: Digest(id, goods.contents, in: .packing))
    }

    private func postDocuments() async throws {
        try await send(cast.second, .tenderParcel(tender(at: 2)))
        let list = goods.packing(at: now).document
        try await send(
            cast.seller,
            .postDocuments(
                PostDocuments(order: id, documents: [AttachmentReference(to: list).hash])),
            attachments: [list])
    }

    /// Hands the box over at the door: against the secret, or against the transport document.
    private func deliver() async throws {
        let toBuyer = handOver("delivering", to: cast.buyer)
        guard trade.mode == .balance else {
            return try await send(
                cast.second,
                .deliver(Deliver(order: id, handover: handover(at: 2), secret: secret)),
                .handOverItems(toBuyer), with: [cast.buyer])
        }
        try await postDocuments()
        try await send(cast.buyer, .swapDocument(SwapDocument(order: id)))
        let document = TransportDocument.id(carrier: cast.first.account, bill: bill)
        try await send(
            cast.buyer,
            .surrenderDocument(
                SurrenderDocument(
                    document: document, carrier: cast.second.account, handover: handover(at: 2))),
            with: [cast.second],
            also: [Action(.handOverItems(toBuyer), from: cast.second.account)])
    }

    private func refuse() async throws {
        try await send(
            cast.second,
            .refuseParcel(
                RefuseParcel(order: id, handover: handover(at: 2), buyer: cast.buyer.account)),
            with: [cast.buyer])
    }

    // MARK: After the way

    /// The buyer takes the goods out of the box.
    var unpacking: Action {
        Action(
            .partItems(
                PartItems(
                    event: goods.unpacking(at: now), parent: goods.box.key, children: goods.keys)))
    }

    private func confirm() async throws {
        let isPacked = trade.returns.isEmpty
        try await send(
            cast.buyer, .confirmOrder(ConfirmOrder(order: id)), also: isPacked ? [unpacking] : [])
    }

    private func dispute() async throws {
        try await send(
            cast.buyer,
            .disputeOrder(
                DisputeOrder(
                    order: id, evidence: goods.boxEvent("inspecting", "damaged", at: now),
                    claimed: Share(clamping: 600))))
    }

    /// The time for returns runs out, and that for filing them.
    private func close() async throws {
        try await timeOut(
            .timeOutOrder(TimeOutOrder(order: id)), after: terms.returns.forDefect)
        try await endDuty()
    }

    private func endDuty() async throws {
        guard let duty = terms.duty else { return }
        try await timeOut(.timeOutDuty(TimeOutDuty(order: id)), after: duty.filing)
    }

    /// Lets a deadline run out, and says so: anybody may.
    func timeOut(
        _ kind: Action.Kind, after term: Term, by sender: SigningKey? = nil
    ) async throws {
        try await Task.sleep(for: stage.duration(milliseconds: term.milliseconds))
        let end = ContinuousClock.now + Self.timeoutPatience
        while true {
            do throws(TradeStage.Fault) {
                return _ = try await stage.send([Action(kind)], by: sender ?? cast.bystander)
            } catch {
                guard error.rejection == .tooEarly, ContinuousClock.now < end else { throw error }
                try await Task.sleep(for: Self.timeoutInterval)
            }
        }
    }
}

extension PlannedTrade {
    /// Everything that was sold.
    var whole: [ReturnLine] {
        lines.enumerated().map {
            ReturnLine(line: UInt32($0.offset), quantity: $0.element.quantity)
        }
    }
}
