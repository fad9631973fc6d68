import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

/// The four documents of a deal, who signs them, and the moves of a clearance.
struct ClearanceCase {
    static let signers: [MatchDocumentKind: Person] = [
        .order: .seller, .payment: .buyer, .waybill: .first, .list: .agent,
    ]
    let deal: Deal
    /// The number that the order has among people.
    var number = Array("ORD1".utf8)
    var documents = Parcel()
    var round: UInt32 = 1
    /// In place of the one that the round gives.
    var secret: FixedBytes<32>?
    /// What a signer tells his readers in place of a value, for one place.
    var lies: [MatchDocumentKind: [Int: [UInt8]]] = [:]

    init(_ deal: Deal) { self.deal = deal }

    /// From which the keys of all fields follow.
    var roundSecret: FixedBytes<32> { secret ?? mark("secret of round \(round)").bytes }

    func signer(_ kind: MatchDocumentKind) -> Person { Self.signers[kind] ?? .stranger }

    func clear(_ kind: MatchDocumentKind) -> MatchDocument<[UInt8]> {
        switch kind {
        case .order: documents.order
        case .payment: documents.payment
        case .waybill: documents.waybill
        case .list: documents.list
        }
    }

    func draft(_ kind: MatchDocumentKind, signer: Person? = nil) -> DocumentDraft {
        DocumentDraft(clear(kind), secret: roundSecret, number: number)
    }

    /// Seals a document to customs; a lie goes to the readers and not into the commitments.
    func sealed(
        _ kind: MatchDocumentKind, signer: Person? = nil
    ) throws -> SealedDraft {
        let place = ClearancePlace(
            order: deal.id, signer: (signer ?? self.signer(kind)).account, round: round)
        let reader = try #require(ReadingKey(of: Person.customs.account))
        let nonce = mark("nonce \(kind) \(round)").bytes
        let honest = try draft(kind).sealed(
            for: place, nonce: nonce, to: [reader], entropy: mark("entropy").bytes)
        guard let lies = lies[kind] else { return honest }
        var sections = draft(kind).sections
        for place in lies.keys.sorted() {
            sections[place] = draft(kind).key(of: place).bytes.array + (lies[place] ?? [])
        }
        let context = DocumentDraft.context(
            order: place.order, kind: kind, signer: place.signer, round: round)
        let document = try SealedDocument(
            sealing: sections, to: [reader], context: context, entropy: mark("entropy").bytes)
        let action = SealDocument(
            order: deal.id, kind: kind, seal: honest.action.seal,
            document: Digest(hashing: document.wire, in: .attachment),
            sections: document.root)
        return SealedDraft(
            attachment: document.wire, action: action, opening: honest.opening)
    }

    func sealing(_ kind: MatchDocumentKind) throws -> TradeNetwork.Move {
        let draft = try sealed(kind)
        return .init(
            signer(kind), [.sealDocument(draft.action)], documents: [draft.attachment])
    }

    func opening(_ kind: MatchDocumentKind) throws -> TradeNetwork.Move {
        .init(signer(kind), [.openDocument(try sealed(kind).opening)])
    }

    func amending(_ kind: MatchDocumentKind) throws -> TradeNetwork.Move {
        let draft = try sealed(kind)
        return .init(
            signer(kind), [.amendDocument(draft.amendment)], documents: [draft.attachment])
    }

    func seal(
        in net: inout TradeNetwork, _ kinds: [MatchDocumentKind] = MatchDocumentKind.allCases
    ) throws {
        for kind in kinds { try net.must(sealing(kind)) }
    }

    func open(
        in net: inout TradeNetwork, _ kinds: [MatchDocumentKind] = MatchDocumentKind.allCases
    ) throws {
        for kind in kinds { try net.must(opening(kind)) }
    }

    /// Seals and opens everything.
    func compare(in net: inout TradeNetwork) throws {
        try seal(in: &net)
        try open(in: &net)
    }

    var timeOut: Action.Kind { .timeOutClearance(TimeOutClearance(order: deal.id)) }
    var cancel: Action.Kind { .cancelDeclaration(CancelDeclaration(order: deal.id)) }

    func declare(_ estimate: UInt64 = UInt64(Deal.tax)) -> Action.Kind {
        .declareGoods(DeclareGoods(order: deal.id, estimate: units(estimate)))
    }

    func rule(_ status: UInt32, receipt: Digest? = nil) -> Action.Kind {
        .ruleOnGoods(RuleOnGoods(order: deal.id, status: status, receipt: receipt))
    }

    /// A deal on its way whose documents nobody has sealed.
    static func shipped(
        _ settlement: Settlement = Deal.locked, change: (inout Deal.Draftable) -> Void = { _ in }
    ) throws -> (TradeNetwork, ClearanceCase) {
        var net = try TradeNetwork()
        let deal = try Deal.placed(settlement, in: &net, change: change)
        try deal.ship(in: &net)
        return (net, ClearanceCase(deal))
    }
}

extension TradeNetwork {
    func clearance(_ id: Digest) throws -> Clearance {
        var draft = try draft
        return try draft.clearance(id)
    }

    /// Sends a move that must succeed.
    mutating func must(
        _ move: Move, at time: Timestamp? = nil, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try block([transaction(move)], at: time)
        let receipt = try #require(outcome.receipts.first)
        #expect(receipt.rejection == nil, sourceLocation: location)
    }

    /// Why a move would fail.
    func verdict(_ move: Move, at time: Timestamp? = nil) throws -> Rejection? {
        var copy = self
        let outcome = try copy.block([transaction(move)], at: time)
        return try #require(outcome.receipts.first).rejection
    }
}
