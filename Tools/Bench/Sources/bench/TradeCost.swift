import Chain
import Ledger
import Node
import Primitives
import StateTree
import Trade
import Wire

/// What a whole locked trade costs a node, beside the signatures that it needs.
///
/// Order, making and packing of goods, four documents sealed, opened and compared, two legs with
/// hand-overs, release by customs, delivery, the buyer's word, the end of the time for returns and
/// of the duty's clock. Blocks come from bytes and are decoded, checked and executed, as on a node
/// that catches up.
struct TradeCost {
    /// Trades that go on beside each other.
    private let count: Int
    private let founding: Founding
    private var blocks: [[UInt8]] = []
    private var signatureCount = 0
    private var actionCount = 0

    private var state: ChainState
    private var leaves: MemoryLeaves
    private var sequences: [AccountID: Sequence] = [:]

    init(_ count: Int) throws {
        self.count = count
        founding = Founding(senders: count * 2 + 20, holders: 0, validators: [])
        let founded = try GenesisState(founding.genesis)
        state = founded.state
        leaves = MemoryLeaves(founded.updates)
        try record()
    }

    // MARK: Parties

    private func buyer(_ trade: Int) -> SigningKey { founding.senders[trade] }
    private func seller(_ trade: Int) -> SigningKey { founding.senders[count + trade] }
    private func party(_ number: Int) -> SigningKey { founding.senders[count * 2 + number] }
    private func first(_ trade: Int) -> SigningKey { party(trade % 4) }
    private func second(_ trade: Int) -> SigningKey { party(4 + trade % 4) }
    private func customs(_ trade: Int) -> SigningKey { party(8 + trade % 4) }
    private func anybody(_ trade: Int) -> SigningKey { party(12 + trade % 4) }
    private func agent(_ trade: Int) -> SigningKey { party(16 + trade % 4) }

    private static let places = ["CNSHA", "NLRTM", "GBFXT"].compactMap { Location($0) }

    private func account(_ key: SigningKey) -> AccountID { AccountID(key.publicKey) }

    private func lot(_ trade: Int, _ place: Int) -> Digest {
        Digest(numbered: 1 << 50 | trade << 4 | place)
    }

    private func lots(_ trade: Int) -> [Digest] { (0..<3).map { lot(trade, $0) }.sorted() }

    private func event(_ trade: Int, _ number: Int) -> Digest {
        Digest(numbered: 1 << 51 | trade << 8 | number)
    }

    private func terms(_ trade: Int) -> Terms {
        let lines = (1...3).map {
            Line(
                quantity: UInt64($0), unitPrice: Amount(minorUnits: 10_000),
                duty: Amount(minorUnits: 910))
        }
        let deposit = Amount(minorUnits: 30_000)
        let legs = [first(trade), second(trade)].enumerated().map { place, key in
            Leg(
                origin: Self.places[place], destination: Self.places[place + 1],
                custodian: account(key), price: Amount(minorUnits: 500), term: .days(15),
                bond: Amount(minorUnits: 60_000))
        }
        return Terms(
            seller: account(seller(trade)), buyer: account(buyer(trade)), asset: founding.asset,
            settlement: .locked(
                LockedTerms(
                    buyerDeposit: deposit, sellerDeposit: deposit, lateShare: Share(clamping: 50),
                    burntShare: .whole, buyerShare: Share(clamping: 500), negotiation: .days(14),
                    limit: .days(44))),
            times: Times(
                expiry: founding.genesis.time.after(.hours(23)), shipping: .days(3),
                delivery: .days(30), inspection: .days(7)),
            goods: Goods(lines: lines, items: event(trade, 0)), legs: legs,
            accepted: [
                (Role.carrier, first(trade)), (.carrier, second(trade)),
                (.customs, customs(trade)), (.agent, agent(trade)),
            ]
            .map { Acceptance(role: $0.0, attester: account($0.1)) }
            .sorted {
                ($0.role.rawValue, $0.attester.hex) < ($1.role.rawValue, $1.attester.hex)
            },
            duty: DutyRule(
                rule: event(0, 0), payee: account(party(0)), filing: .hours(1), arrival: .hours(2),
                clearance: .days(90)),
            returns: ReturnTerms(
                withoutReason: .hours(1), forDefect: .hours(1), freight: Amount(minorUnits: 500),
                bond: Amount(minorUnits: 60_000)))
    }

    private func order(_ trade: Int) -> Digest {
        Order.id(terms: terms(trade).digest, buyer: account(buyer(trade)), number: 1)
    }

    private func handover(_ trade: Int, _ place: Int) -> Handover {
        Handover(place: Self.places[place], weight: 2_000, contents: event(trade, 0))
    }

    private func giving(_ trade: Int, _ number: Int, to key: SigningKey) -> Action.Kind {
        .handOverItems(
            HandOverItems(
                event: event(trade, number), items: [lot(trade, 9)], receiver: account(key)))
    }

    // MARK: Recording

    /// One transaction of a trade: whose, what, who signs too, and what travels with it.
    private struct Step {
        let sender: SigningKey
        let actions: [Action]
        var others: [SigningKey] = []
        var documents: [[UInt8]] = []

        init(
            _ sender: SigningKey, _ kinds: [Action.Kind], with others: [SigningKey] = [],
            documents: [[UInt8]] = []
        ) {
            self.init(sender, kinds.map { Action($0) }, with: others, documents: documents)
        }

        init(
            _ sender: SigningKey, _ actions: [Action], with others: [SigningKey] = [],
            documents: [[UInt8]] = []
        ) {
            self.sender = sender
            self.actions = actions
            self.others = others
            self.documents = documents
        }
    }

    private mutating func record() throws {
        try block { bench, trade in
            let order = PlaceOrder(
                terms: bench.terms(trade), number: 1,
                code: Order.code(of: bench.event(trade, 99), for: bench.order(trade)))
            return Step(bench.buyer(trade), [.placeOrder(order)], with: [bench.seller(trade)])
        }
        try block { $0.shipping($1) }
        for kind in MatchDocumentKind.allCases {
            try block { bench, trade in
                let sealed = try bench.sealed(kind, trade)
                return Step(
                    bench.signer(kind, trade), [.sealDocument(sealed.action)],
                    documents: [sealed.attachment])
            }
        }
        for kind in MatchDocumentKind.allCases {
            try block { bench, trade in
                Step(
                    bench.signer(kind, trade),
                    [.openDocument(try bench.sealed(kind, trade).opening)])
            }
        }
        try block { $0.tendering($1) }
        try block { try $0.accepting($1) }
        try block { bench, trade in
            let goods = DeclareGoods(
                order: bench.order(trade), estimate: Amount(minorUnits: 910 * 3))
            return Step(bench.agent(trade), [.declareGoods(goods)])
        }
        try block { bench, trade in
            let id = bench.order(trade)
            return Step(
                bench.customs(trade),
                [120, 800].map { .ruleOnGoods(RuleOnGoods(order: id, status: $0)) })
        }
        try block { $0.delivering($1) }
        try block { $0.confirming($1) }
        let end = founding.genesis.time.after(.hours(21))
        for _ in 0..<Moment.graceBlockCount { try append([], at: end) }
        try block(at: end.next) { bench, trade in
            let id = bench.order(trade)
            return Step(
                bench.anybody(trade),
                [
                    .timeOutOrder(TimeOutOrder(order: id)), .timeOutDuty(TimeOutDuty(order: id)),
                ])
        }
    }

    /// Makes and packs three things, and gives the box to the first carrier.
    private func shipping(_ trade: Int) -> Step {
        let box = lot(trade, 9)
        return Step(
            seller(trade),
            [
                .beginItems(
                    BeginItems(
                        event: event(trade, 1),
                        items: (lots(trade) + [box]).sorted().map { .init(key: $0) })),
                .joinItems(
                    JoinItems(event: event(trade, 3), parent: box, children: lots(trade))),
                .ship(
                    Ship(
                        order: order(trade), carrier: account(first(trade)),
                        handover: handover(trade, 0))),
                giving(trade, 4, to: first(trade)),
            ], with: [first(trade)])
    }

    private func tendering(_ trade: Int) -> Step {
        let id = order(trade)
        let transits = [TransitStep.departing, .arriving].map {
            Action.Kind.recordTransit(RecordTransit(order: id, event: event(trade, 5), step: $0))
        }
        let tender = TenderParcel(
            order: id, place: Self.places[1], parcel: 1, weight: 2_000, seal: event(trade, 6))
        return Step(first(trade), transits + [.tenderParcel(tender)])
    }

    private func accepting(_ trade: Int) throws -> Step {
        var draft = try state.draft(after: state.final.digest, reading: leaves)
        let parcel: Trade.Parcel = try draft.parcel(order(trade))
        guard case .tendered(let tender) = parcel.state else {
            throw BenchError("a parcel was not tendered")
        }
        let accept = AcceptParcel(
            order: order(trade), tender: tender.digest, handover: handover(trade, 1))
        return Step(
            second(trade),
            [
                Action(.acceptParcel(accept)),
                Action(giving(trade, 7, to: second(trade)), from: account(first(trade))),
            ], with: [first(trade)])
    }

    private func delivering(_ trade: Int) -> Step {
        let id = order(trade)
        return Step(
            second(trade),
            [
                .recordTransit(
                    RecordTransit(order: id, event: event(trade, 8), step: .arriving)),
                .deliver(
                    Deliver(order: id, handover: handover(trade, 2), secret: event(trade, 99))),
                giving(trade, 10, to: buyer(trade)),
            ], with: [buyer(trade)])
    }

    private func confirming(_ trade: Int) -> Step {
        let parting = PartItems(
            event: event(trade, 11), parent: lot(trade, 9), children: lots(trade))
        return Step(
            buyer(trade),
            [.partItems(parting), .confirmOrder(ConfirmOrder(order: order(trade)))])
    }

    // MARK: Documents

    /// The payment on the ledger is the payment: its payer signs that document.
    private func signer(_ kind: MatchDocumentKind, _ trade: Int) -> SigningKey {
        switch kind {
        case .order: seller(trade)
        case .payment: buyer(trade)
        case .waybill: first(trade)
        case .list: agent(trade)
        }
    }

    private func sealed(_ kind: MatchDocumentKind, _ trade: Int) throws -> SealedDraft {
        guard let reader = ReadingKey(of: account(customs(trade))) else {
            throw BenchError("customs has no key to read with")
        }
        let secret = event(trade, 20).bytes
        let draft = DocumentDraft(
            TradeDocuments.document(kind), secret: secret, number: Array("ORD-\(trade)".utf8))
        return try draft.sealed(
            for: ClearancePlace(order: order(trade), signer: account(signer(kind, trade))),
            nonce: event(trade, 21).bytes, to: [reader],
            entropy: event(trade, 22 + Int(kind.rawValue)).bytes)
    }

    // MARK: Blocks

    /// One step of every trade.
    private mutating func block(
        at time: Timestamp? = nil, _ step: (TradeCost, Int) throws -> Step
    ) throws {
        var transactions: [Transaction] = []
        for trade in 0..<count {
            let step = try step(self, trade)
            let account = account(step.sender)
            let sequence = (sequences[account] ?? Sequence(0)).next
            sequences[account] = sequence
            let body = Body(
                chain: founding.chain, account: account, sequence: sequence,
                expiry: Height(1_000_000), feeAsset: founding.asset,
                feeLimit: Amount(minorUnits: 1 << 30), actions: step.actions,
                attachments: step.documents.map { AttachmentReference(to: $0) })
            transactions.append(
                Transaction(
                    signing: body, with: [step.sender] + step.others,
                    attachments: step.documents))
            signatureCount += 1 + step.others.count
            actionCount += step.actions.count
        }
        try append(transactions, at: time ?? state.final.header.time.next)
    }

    private mutating func append(_ transactions: [Transaction], at time: Timestamp) throws {
        let body = BlockBody(transactions: transactions)
        let slot = ProposalSlot(
            view: View(state.final.header.height.number + 1), parentView: View(0),
            time: max(time, state.final.header.time.next), leader: Seat(0))
        let block = Block(
            header: try state.header(
                for: body, after: state.final.digest, slot, reading: leaves), body: body)
        let outcome = try state.execute(block, isVerified: { _ in true }, reading: leaves)
        if let rejection = outcome.receipts.lazy.compactMap(\.rejection).first {
            throw BenchError("a step of a trade failed: \(rejection)")
        }
        _ = try state.finalize(block.digest)
        leaves.apply(outcome.updates)
        blocks.append(block.wire)
    }

    // MARK: Timing

    /// Decodes, checks and executes everything once.
    private func replay() async throws -> Stopwatch.Reading {
        let founded = try GenesisState(founding.genesis)
        var state = founded.state
        var leaves = MemoryLeaves(founded.updates)
        let pool = SignaturePool()
        return try await Stopwatch.measure {
            for bytes in blocks {
                let block = try Block(wire: bytes)
                guard await pool.verify(block.body.transactions).allSatisfy({ $0 }) else {
                    throw BenchError("a recorded signature is wrong")
                }
                let outcome = try state.execute(
                    block, isVerified: { _ in true }, reading: leaves)
                _ = try state.finalize(block.digest)
                leaves.apply(outcome.updates)
            }
        }
    }

    func figures(_ raw: RawVerify) async throws -> [Figure] {
        let found = try await raw.beside({ try await replay() }, count: signatureCount)
        let perTrade = found.reading.cpu / Double(count) * 1e6
        return [
            Figure(
                name: "locked_trade_cost", value: 1 / found.coreRatio, unit: "x",
                note: "processor time over that of its \(signatureCount / count) signatures; "
                    + "\(actionCount / count) actions; \(count) trades"),
            Figure(
                name: "locked_trade", value: perTrade, unit: "us",
                note: "one core by cpu, decoding, signatures and execution"),
        ]
    }
}
