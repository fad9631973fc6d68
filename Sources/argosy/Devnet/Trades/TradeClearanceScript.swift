import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade
import Wire

/// The papers of one trade: sealed to customs by four signers, opened, compared, declared, ruled on.
struct TradeClearanceScript: Sendable {
    /// What customs says why it looks closer, or turns goods back; numbers of the play.
    static let reason: UInt32 = 1

    private let script: TradeScript
    private let papers: TradePapers
    /// From which the buyer's wallet derives the secret of each round.
    private let seed: FixedBytes<32>

    init(_ script: TradeScript) {
        self.script = script
        papers = TradePapers(
            script.trade, by: script.tariff, weight: script.weight)
        seed = SystemEntropy.bytes32()
    }

    private var cast: TradeParties.Cast { script.cast }
    private var stage: TradeStage { script.stage }
    private var trade: PlannedTrade { script.trade }
    private var id: Digest { script.id }

    private func signer(_ kind: MatchDocumentKind) -> SigningKey {
        switch kind {
        case .order: cast.seller
        case .payment: cast.attester
        case .waybill: cast.first
        case .list: cast.agent
        }
    }

    // MARK: Before the goods

    /// Seals and opens the papers until they match, declares them, and has customs accept them.
    ///
    /// Papers that are wrong and stay so end with the declarant taking the goods back.
    func declare() async throws {
        switch trade.course {
        case .lateSeal: try await declareLate()
        case .neverOpened: return try await leaveUnopened()
        case .smooth, .silentBuyer, .idleSeller, .calledOff, .lostParcel, .refusedAtDoor,
            .wrongGoods, .turnedBack, .mendedPapers, .wrongPapers, .falsePapers, .inspected,
            .disputed, .unresolved, .unpaid:
            guard try await declareInTime() else { return }
        }
        try await rule(120)
    }

    /// - Returns: Whether the papers were declared.
    private func declareInTime() async throws -> Bool {
        let isWrong = trade.course == .wrongPapers || trade.course == .mendedPapers
        var round = try await sealed(round: 1, with: isWrong ? trade.fault : nil)
        try await present(round)
        if isWrong {
            try await expect(.rejected, trade.fault.rules)
            guard trade.course == .mendedPapers else {
                try await script.send(
                    cast.agent, .cancelDeclaration(CancelDeclaration(order: id)))
                return false
            }
        }
        if trade.course == .falsePapers { try await expose(round) }
        if isWrong || trade.course == .falsePapers {
            round = try await sealed(round: 2, with: nil)
            try await present(round, amending: isWrong ? trade.fault.kind : .order)
        }
        try await handIn(round)
        return true
    }

    /// One signer is not there until the time to seal is over; then he begins a new round.
    private func declareLate() async throws {
        let first = try await sealed(round: 1, with: nil)
        try await together(first.drafts.filter { $0.kind != trade.absent }) { kind, draft in
            try await seal(draft, of: kind)
        }
        try await timeOut(after: script.terms.papers.sealing)
        try await expect(.rejected, [], missing: [trade.absent])
        let second = try await sealed(round: 2, with: nil)
        try await present(second, amending: trade.absent)
        try await handIn(second)
    }

    /// One signer seals and never opens; the time to amend runs out too.
    private func leaveUnopened() async throws {
        let round = try await sealed(round: 1, with: nil)
        try await together(round.drafts) { kind, draft in try await seal(draft, of: kind) }
        try await together(round.drafts.filter { $0.kind != trade.absent }) { kind, draft in
            try await script.send(signer(kind), .openDocument(draft.opening))
        }
        try await timeOut(after: script.terms.papers.opening)
        try await expect(.rejected, [], missing: [trade.absent])
        try await timeOut(after: script.terms.papers.amending)
    }

    private func timeOut(after term: Term) async throws {
        try await script.timeOut(.timeOutClearance(TimeOutClearance(order: id)), after: term)
    }

    private func seal(_ draft: SealedDraft, of kind: MatchDocumentKind) async throws {
        try await script.send(
            signer(kind), .sealDocument(draft.action), attachments: [draft.attachment])
    }

    /// The papers are declared, and customs finds them to be what was opened.
    private func handIn(_ round: Round) async throws {
        try await handIn()
        guard try await read(round).isEmpty else {
            throw TradeStage.Fault("a paper is not what its signer opened")
        }
    }

    /// The declarant declares what matches.
    private func handIn() async throws {
        try await expect(.matched, trade.assessment.isFullRate ? [.fullRateSingleItem] : [])
        try await script.send(
            cast.agent,
            .declareGoods(DeclareGoods(order: id, estimate: script.terms.tax)))
    }

    /// Customs finds that the seller told it something else than he committed to, proves it to
    /// everybody, and rejects the papers.
    private func expose(_ round: Round) async throws {
        try await handIn()
        let found = try await read(round)
        guard found.count == 1, let lie = found.first else {
            throw TradeStage.Fault("customs found \(found.count) contradictions in place of one")
        }
        try await script.send(
            cast.customs,
            .exposeSigner(ExposeSigner(order: id, kind: lie.kind, proof: lie.proof)),
            .ruleOnGoods(RuleOnGoods(order: id, status: 100, reason: Self.reason)))
        let clearance = try await stage.record(id, as: Clearance.self)
        guard clearance?[lie.kind]?.isExposed == true, clearance?.state == .rejected else {
            throw TradeStage.Fault("a signer was shown to lie and is not marked")
        }
    }

    /// The documents of one round, ready to be sent.
    private struct Round: Sendable {
        let number: UInt32
        var drafts: [(kind: MatchDocumentKind, draft: SealedDraft)] = []
    }

    private func sealed(round number: UInt32, with fault: PaperFault?) async throws -> Round {
        let quadruple = papers.quadruple(with: fault)
        let match = quadruple.match(
            limits: trade.assessment.limits, used: trade.assessment.used)
        let secret = OrderSecret.derived(from: seed, order: id, round: number)
        guard let reader = ReadingKey(of: cast.customs.account) else {
            throw TradeStage.Fault("customs has no key to read with")
        }
        var round = Round(number: number)
        for (kind, document) in [
            (MatchDocumentKind.order, match.order), (.payment, match.payment),
            (.waybill, match.waybill), (.list, match.list),
        ] {
            let message = papers.message(quadruple.document(kind), kind)
            let faults = try CustomsReader.read(message).faults
            guard faults.isEmpty else {
                throw TradeStage.Fault("the \(kind) is no message that customs takes: \(faults)")
            }
            let draft = DocumentDraft(
                document, secret: secret, number: Array(papers.number.utf8))
            let place = ClearancePlace(order: id, signer: signer(kind).account, round: number)
            let honest = try draft.sealed(
                for: place, nonce: SystemEntropy.bytes32(), to: [reader], message: message,
                entropy: SystemEntropy.bytes32())
            let isLying = trade.course == .falsePapers && kind == .order && number == 1
            round.drafts.append(
                (
                    kind,
                    isLying ? try lying(honest, draft, message, to: reader, at: place) : honest
                ))
        }
        return round
    }

    /// The same commitments, with another value of the goods in what customs reads.
    private func lying(
        _ honest: SealedDraft, _ draft: DocumentDraft, _ message: [UInt8], to reader: ReadingKey,
        at place: ClearancePlace
    ) throws -> SealedDraft {
        guard let field = MatchDocumentKind.order.fields.firstIndex(of: .goodsValue) else {
            return honest
        }
        var sections = draft.sections + [message]
        sections[field] = draft.key(of: field).bytes.array + Figure(1).canonical
        let document = try SealedDocument(
            sealing: sections, to: [reader],
            context: DocumentDraft.context(
                order: id, kind: .order, signer: place.signer, round: place.round),
            entropy: SystemEntropy.bytes32())
        let attachment = document.wire
        return SealedDraft(
            attachment: attachment,
            action: SealDocument(
                order: id, kind: .order, seal: honest.action.seal,
                document: AttachmentReference(to: attachment).hash, sections: document.root),
            opening: honest.opening)
    }

    /// All four seal, then all four open; the signers do not wait for each other within a step.
    private func present(_ round: Round, amending mended: MatchDocumentKind? = nil) async throws {
        if let mended, let (kind, draft) = round.drafts.first(where: { $0.kind == mended }) {
            // Whoever was wrong begins the new round.
            try await script.send(
                signer(kind), .amendDocument(draft.amendment), attachments: [draft.attachment])
        }
        try await together(round.drafts.filter { $0.kind != mended }) { kind, draft in
            try await seal(draft, of: kind)
        }
        try await together(round.drafts) { kind, draft in
            try await script.send(signer(kind), .openDocument(draft.opening))
        }
    }

    private func together(
        _ drafts: [(kind: MatchDocumentKind, draft: SealedDraft)],
        _ send: @escaping @Sendable (MatchDocumentKind, SealedDraft) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (kind, draft) in drafts { group.addTask { try await send(kind, draft) } }
            try await group.waitForAll()
        }
    }

    /// Looks, by proof, what the nodes found when they compared.
    private func expect(
        _ state: ClearanceState, _ rules: [MatchRule], missing: [MatchDocumentKind] = []
    ) async throws {
        let clearance = try await stage.record(id, as: Clearance.self)
        guard let clearance, clearance.state == state, clearance.verdict.failed == rules,
            clearance.verdict.missing == missing
        else {
            let found = clearance.map { "\($0.state) \($0.verdict.names) \($0.verdict.missing)" }
            throw TradeStage.Fault(
                "the clearance is \(found ?? "missing") and must be \(state) "
                    + "\(rules.map(\.name)) \(missing)")
        }
    }

    // MARK: Customs

    private struct Lie {
        let kind: MatchDocumentKind
        let proof: Contradiction
    }

    /// Customs reads what was sealed to it, and compares it with what was opened on the ledger.
    ///
    /// - Returns: Where the two differ, with a proof for everybody.
    private func read(_ round: Round) async throws -> [Lie] {
        let reader = cast.customs.agreementKey
        let clearance = try await stage.record(id, as: Clearance.self)
        var lies: [Lie] = []
        for (kind, draft) in round.drafts {
            let place = OpenedDocument.id(order: id, kind: kind)
            let opened = try await stage.record(place, as: OpenedDocument.self)
            let context = DocumentDraft.context(
                order: id, kind: kind, signer: signer(kind).account, round: round.number)
            let sealed = try SealedDocument(wire: draft.attachment)
            guard let seal = clearance?[kind], seal.sections == sealed.root,
                seal.document == AttachmentReference(to: draft.attachment).hash,
                let opened, opened.round == round.number, opened.document.root == seal.root,
                let key = sealed.key(for: reader, context: context),
                let contents = sealed.open(by: reader, context: context),
                contents.count == opened.document.places.count + 1,
                let message = contents.last, try CustomsReader.read(message).faults.isEmpty
            else { throw TradeStage.Fault("customs cannot read the \(kind)") }
            for (index, commitment) in opened.document.places.enumerated()
            where !Self.agree(contents[index], commitment) {
                guard
                    let proof = Contradiction(
                        at: index, of: sealed, key: key, against: opened.document),
                    proof.holds(against: seal, order: id, kind: kind)
                else { throw TradeStage.Fault("a contradiction that cannot be proved") }
                lies.append(Lie(kind: kind, proof: proof))
            }
        }
        return lies
    }

    /// Whether a section, key and value, gives the commitment at its place.
    private static func agree(_ section: [UInt8], _ commitment: Commitment?) -> Bool {
        guard let key = FixedBytes<32>(Array(section.prefix(FieldKey.byteCount))) else {
            return section.isEmpty && commitment == nil
        }
        let value = Array(section.dropFirst(FieldKey.byteCount))
        return commitment == Commitment(to: value, under: FieldKey(key))
    }

    private func rule(_ statuses: UInt32..., receipt: [UInt8]? = nil) async throws {
        let rulings = statuses.map { status in
            Action(
                .ruleOnGoods(
                    RuleOnGoods(
                        order: id, status: status, reason: status == 120 ? 0 : Self.reason,
                        receipt: status == ReleaseGoods.released
                            ? receipt.map { AttachmentReference(to: $0).hash } : nil)))
        }
        try await stage.send(
            rulings, by: cast.customs, attachments: receipt.map { [$0] } ?? [])
    }

    /// Releases the goods, within the limits of retail with a receipt that only the buyer reads; some only
    /// after a closer look.
    func letIn() async throws {
        if trade.course == .inspected {
            try await rule(300, 500)
            try await rule(501)
            try await rule(399)
        }
        // Only retail uses up the buyer's year.
        guard trade.isRetail else { return try await rule(ReleaseGoods.released) }
        let receipt = try receipt().wire
        try await rule(ReleaseGoods.released, receipt: receipt)
        guard let sealed = try? SealedDocument(wire: receipt),
            QuotaReceipt(sealed, of: id, by: cast.buyer.agreementKey) != nil
        else { throw TradeStage.Fault("the buyer cannot read the receipt of his quota") }
    }

    /// Inspects the goods and sends them back.
    func turnBack() async throws {
        try await rule(500)
        try await rule(ReleaseGoods.rejected)
    }

    /// Closes the file once the goods are where they belong.
    func close() async throws { try await rule(899) }

    private func receipt() throws -> SealedDocument {
        guard let buyer = ReadingKey(of: cast.buyer.account) else {
            throw TradeStage.Fault("the buyer has no key to read with")
        }
        let year = UInt32(clamping: script.tariff.day.year)
        let person = TradePerson(trade.customer)
        return try QuotaReceipt(
            order: id,
            tag: QuotaReceipt.tag(
                key: cast.customs.seed, identity: Array(person.identity.utf8), year: year),
            year: year, used: trade.assessment.usedCents, rest: trade.assessment.restCents
        ).sealed(to: buyer, entropy: SystemEntropy.bytes32())
    }
}
