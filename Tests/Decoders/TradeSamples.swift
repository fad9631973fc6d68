import Chain
import Ledger
package import Primitives
import Trade
import Wire

/// One value of every message of trade, with every field set.
package struct TradeSamples {
    var random: Chance

    package init(random: Chance) { self.random = random }

    mutating func account() -> AccountID { AccountID(random.digest().bytes) }
    mutating func amount() -> Amount { Amount(minorUnits: random.number() | 1) }
    mutating func term() -> Term { Term(milliseconds: random.number() | 1) }
    mutating func share() -> Share { Share(clamping: 1 + random.next() % 1_000) }

    var place: Location {
        guard let place = Location("CNSHA") else { preconditionFailure("a code") }
        return place
    }

    mutating func handover() -> Handover {
        Handover(
            place: place, weight: random.number() | 1, contents: random.digest(),
            damage: share())
    }

    mutating func settlements() -> [Settlement] {
        [
            .direct(DirectTerms(cancelFee: amount(), sellerBond: amount())),
            .locked(
                LockedTerms(
                    buyerDeposit: amount(), sellerDeposit: amount(), lateShare: share(),
                    burntShare: share(), buyerShare: share(), negotiation: term(),
                    limit: term(), inspectorFee: amount())),
            .balance(
                BalanceTerms(
                    deposit: amount(), sellerBond: amount(), production: term(),
                    payment: term(), needsCertificate: true)),
        ]
    }

    mutating func terms(_ settlement: Settlement) -> Terms {
        Terms(
            seller: account(), buyer: account(), asset: AssetID(random.digest().bytes),
            settlement: settlement,
            times: Times(
                expiry: Timestamp(random.number() | 1), shipping: term(), delivery: term(),
                inspection: term()),
            goods: Goods(
                lines: [
                    Line(quantity: random.number() | 1, unitPrice: amount(), duty: amount())
                ], items: random.digest()),
            legs: [leg(), leg()],
            accepted: [Acceptance(role: .customs, attester: account())],
            duty: rule(),
            returns: ReturnTerms(
                withoutReason: term(), forDefect: term(), freight: amount(), bond: amount(),
                answer: term()),
            papers: PaperTimes(sealing: term(), opening: term(), amending: term()))
    }

    mutating func leg() -> Leg {
        Leg(
            origin: place, destination: place, custodian: account(), price: amount(),
            term: term(), bond: amount())
    }

    mutating func rule() -> DutyRule {
        DutyRule(
            rule: random.digest(), payee: account(), filing: term(), arrival: term(),
            clearance: term(), isExport: true)
    }

    package mutating func records() -> [(String, [UInt8])] {
        let moment = Moment(
            time: Timestamp(random.number() | 1), height: Height(random.number() | 1))
        var samples: [(String, [UInt8])] = []
        let dispute = Dispute(
            evidence: random.digest(), claimed: share(), meltedDays: random.number() | 1)
        for settlement in settlements() {
            let terms = terms(settlement)
            let order = Order(
                terms: terms, buyer: account(), number: random.number() | 1,
                code: random.digest(), phase: .disputed(dispute), at: moment)
            samples += [
                ("argosy.trade.Terms", terms.wire), ("argosy.trade.Order", order.wire),
            ]
        }
        let parcel = Parcel(
            legs: [leg(), leg()], taken: handover(),
            mismatch: Mismatch(liable: account(), contents: random.digest()), at: moment)
        let lock = DutyLock(rule: rule(), buyer: account(), total: amount(), at: moment)
        let goods = Return(
            order: random.digest(), lines: [ReturnLine(line: 3, quantity: 4)], reason: .defect,
            state: .inspected(share()), worth: ReturnWorth(price: amount(), duty: amount()),
            at: moment)
        return samples + clearanceRecords() + [
            (
                "argosy.trade.Quote",
                Quote(
                    terms: random.digest(), seller: account(), remaining: random.number() | 1,
                    expiry: Timestamp(random.number() | 1)
                ).wire
            ),
            ("argosy.trade.Parcel", parcel.wire), ("argosy.trade.DutyLock", lock.wire),
            ("argosy.trade.Return", goods.wire),
            (
                "argosy.trade.TransportDocument",
                TransportDocument(
                    order: random.digest(), carrier: account(), bill: random.digest(),
                    holder: account(), isSurrendered: true
                ).wire
            ),
        ]
    }

    package mutating func actions() -> [(String, [UInt8])] {
        kinds().map { ("argosy.chain.Action", Action($0).wire) }
    }

    /// Every kind of action that trade has.
    mutating func kinds() -> [Action.Kind] {
        let order = random.digest()
        var quotes: [Terms] = []
        for settlement in settlements() { quotes.append(terms(settlement)) }
        let kinds: [Action.Kind] = [
            .postQuote(PostQuote(terms: quotes[0], count: 7)),
            .withdrawQuote(WithdrawQuote(terms: random.digest())),
            .placeOrder(PlaceOrder(terms: quotes[1], number: 9, code: random.digest())),
            .payDeposit(PayDeposit(order: order)),
            .produce(
                Produce(order: order, inspector: account(), certificate: random.digest())),
            .ship(
                Ship(
                    order: order, carrier: account(), handover: handover(),
                    bill: random.digest())),
            .cancelOrder(CancelOrder(order: order)), .timeOutOrder(TimeOutOrder(order: order)),
            .deliver(
                Deliver(
                    order: order, handover: handover(), secret: random.digest(),
                    buyer: account())),
            .confirmOrder(ConfirmOrder(order: order)),
            .disputeOrder(
                DisputeOrder(order: order, evidence: random.digest(), claimed: share())),
            .settleOrder(SettleOrder(order: order, other: account(), toBuyer: amount())),
            .giveVerdict(
                GiveVerdict(order: order, toBuyer: share(), report: random.digest())),
            .counterDispute(CounterDispute(order: order)),
            .meltDeposits(MeltDeposits(order: order)),
            .postDocuments(
                PostDocuments(order: order, documents: [random.digest(), random.digest()])),
            .swapDocument(SwapDocument(order: order)),
            .transferDocument(TransferDocument(document: order, receiver: account())),
            .surrenderDocument(
                SurrenderDocument(document: order, carrier: account(), handover: handover())),
        ]
        return kinds + goodsKinds(order) + clearanceKinds(order) + itemKinds() + partyKinds()
    }

    private mutating func goodsKinds(_ order: Digest) -> [Action.Kind] {
        [
            .tenderParcel(
                TenderParcel(
                    order: order, place: place, parcel: 5, weight: 6, seal: random.digest())),
            .acceptParcel(
                AcceptParcel(
                    order: order, tender: random.digest(), handover: handover(),
                    witness: account())),
            .recordTransit(
                RecordTransit(order: order, event: random.digest(), step: .arriving)),
            .holdParcel(HoldParcel(order: order, code: 501)),
            .resumeParcel(ResumeParcel(order: order, code: 399)),
            .refuseParcel(RefuseParcel(order: order, handover: handover(), buyer: account())),
            .releaseGoods(ReleaseGoods(order: order, code: 800, receipt: random.digest())),
            .timeOutDuty(TimeOutDuty(order: order)),
            .requestReturn(
                RequestReturn(
                    order: order, lines: [ReturnLine(line: 1, quantity: 2)], reason: .defect,
                    evidence: random.digest())),
            .authoriseReturn(AuthoriseReturn(returned: order, sellerPays: true)),
            .refuseReturn(RefuseReturn(returned: order, grounds: random.digest())),
            .keepWithDiscount(
                KeepWithDiscount(returned: order, seller: account(), discount: amount())),
            .shipBack(
                ShipBack(
                    returned: order,
                    way: ReturnWay(carrier: account(), weight: 8, contents: random.digest()))),
            .fileReturn(FileReturn(returned: order, declaration: random.digest())),
            .receiveReturn(
                ReceiveReturn(
                    returned: order, carrier: account(), weight: 9, contents: random.digest())),
            .inspectReturn(
                InspectReturn(returned: order, worth: share(), report: random.digest())),
            .refundReturn(RefundReturn(returned: order)),
            .redirectReturn(
                RedirectReturn(returned: order, buyer: account(), order: random.digest())),
            .acceptReturn(AcceptReturn(returned: order, receipt: random.digest())),
            .timeOutReturn(TimeOutReturn(returned: order)),
        ]
    }
}
