import Chain
import Ledger
import Primitives
import StateTree
import Trade
import Wire

/// Values of the messages of clearance, with every field set.
extension TradeSamples {
    mutating func draft(_ kind: MatchDocumentKind) -> DocumentDraft {
        let lines: [[UInt8]] = kind == .order || kind == .list ? [[1, 2, 3], [4]] : []
        let value = random.bytes(8)
        return DocumentDraft(
            MatchDocument<[UInt8]>(kind, lines: lines) { _ in value },
            secret: random.digest().bytes, number: Array("ORDER-1".utf8))
    }

    mutating func sealed(_ draft: DocumentDraft) -> SealedDraft {
        let reader = SigningKey(seed: random.digest().bytes)
        guard let key = ReadingKey(of: AccountID(reader.publicKey)),
            let sealed = try? draft.sealed(
                for: ClearancePlace(order: random.digest(), signer: account()),
                nonce: random.digest().bytes, to: [key], message: random.bytes(70),
                entropy: random.digest().bytes)
        else { preconditionFailure("a key of the tests can be sealed to") }
        return sealed
    }

    mutating func clearanceRecords() -> [(String, [UInt8])] {
        let list = draft(.list)
        let sealed = sealed(list)
        let opened = OpenedDocument(
            round: 2, document: list.committed, keys: list.disclosedKeys)
        let moment = Moment(
            time: Timestamp(random.number() | 1), height: Height(random.number() | 1))
        var clearance = Clearance(stake: amount(), hasCustoms: true, at: moment)
        for kind in MatchDocumentKind.allCases {
            let seal = DocumentSeal(
                signer: account(), seal: random.digest(), document: random.digest(),
                sections: random.digest(), round: 1)
            _ = try? clearance.handle(.seal(kind, seal), within: .usual, at: moment)
        }
        for kind in MatchDocumentKind.allCases {
            let failed: [MatchRule]? = kind == .list ? [.orderNumber, .currency] : nil
            _ = try? clearance.handle(
                .open(kind, root: random.digest(), failed: failed), within: .usual, at: moment)
        }
        var samples = [
            ("argosy.trade.Clearance", clearance.wire),
            ("argosy.trade.OpenedDocument", opened.wire),
            ("argosy.trade.SealedDocument", sealed.attachment),
            (
                "argosy.trade.QuotaReceipt",
                QuotaReceipt(
                    order: random.digest(), tag: random.digest().bytes, year: 2_026,
                    used: amount(), rest: amount()
                ).wire
            ),
        ]
        samples += [
            (
                "argosy.trade.Review",
                Review(
                    reviewer: account(), commitment: random.digest(), ended: Timestamp(9),
                    at: moment
                ).wire
            ),
            (
                "argosy.trade.Receivable",
                Receivable(
                    order: random.digest(), seller: account(), amount: amount(),
                    due: Timestamp(8), at: moment
                ).wire
            ),
        ]
        if let shown = FieldDisclosure(1, of: list, order: random.digest()) {
            samples.append(("argosy.trade.FieldDisclosure", shown.wire))
        }
        return samples
    }

    mutating func clearanceKinds(_ order: Digest) -> [Action.Kind] {
        let list = draft(.list)
        let sealed = sealed(list)
        let proof = contradiction(list)
        return [
            .sealDocument(sealed.action), .openDocument(sealed.opening),
            .timeOutClearance(TimeOutClearance(order: order)),
            .declareGoods(DeclareGoods(order: order, estimate: amount())),
            .ruleOnGoods(
                RuleOnGoods(order: order, status: 800, reason: 3, receipt: random.digest())),
            .amendDocument(sealed.amendment),
            .cancelDeclaration(CancelDeclaration(order: order)),
            .reportReceipt(ReportReceipt(order: order, status: 800, receipt: random.digest())),
            .exposeSigner(ExposeSigner(order: order, kind: .list, proof: proof)),
            .exposeSigner(ExposeSigner(order: order, kind: .list, hidden: random.digest())),
            .commitReview(CommitReview(order: order, commitment: random.digest())),
            .revealReview(
                RevealReview(
                    order: order, stars: 4, text: random.digest(), salt: random.digest())),
            .mintReceivable(
                MintReceivable(order: order, amount: amount(), due: Timestamp(7))),
            .offerReceivable(
                OfferReceivable(order: order, price: amount(), hasRecourse: true)),
            .financeReceivable(
                FinanceReceivable(order: order, price: amount(), hasRecourse: true)),
            .timeOutReceivable(TimeOutReceivable(order: order)),
        ]
    }

    private mutating func contradiction(_ list: DocumentDraft) -> Contradiction {
        let section = SealedSection(mark: random.digest(), bytes: random.bytes(48))
        let path = MerklePath(index: 1, count: 2, siblings: [random.digest()])
        return Contradiction(
            key: SectionKey(random.digest().bytes), section: section, sectionPath: path,
            commitment: list.committed.places[0], commitmentPath: path)
    }
}
