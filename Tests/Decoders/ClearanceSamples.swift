import Ledger
import Primitives
import StateTree
import Trade
import Wire

/// What parties hand each other beside the chain: sealed documents, shown fields, proofs.
enum ClearanceSamples {
    static var decoders: [Decoder] {
        [
            Decoder("sealed-document", [document].compactMap { $0 }),
            Decoder("field-disclosure", [shown].compactMap { $0 }),
            Decoder("contradiction", [contradiction]),
            Decoder(
                "quota-receipt",
                [
                    QuotaReceipt(
                        order: .numbered(1), tag: Digest.numbered(2).bytes, year: 2_026,
                        used: Amount(minorUnits: 3), rest: Amount(minorUnits: 4))
                ]),
        ]
    }

    static var draft: DocumentDraft {
        DocumentDraft(
            MatchDocument<[UInt8]>(.list, lines: [[1], [2]]) { _ in [3, 4] },
            secret: Digest.numbered(5).bytes, number: [6])
    }

    private static var document: SealedDocument? {
        let account = AccountID(SigningKey.numbered(1).publicKey)
        guard let reader = ReadingKey(of: account) else { return nil }
        return try? SealedDocument(
            sealing: draft.sections, to: [reader], context: .numbered(7),
            entropy: Digest.numbered(8).bytes)
    }

    private static var shown: FieldDisclosure? {
        FieldDisclosure(1, of: draft, order: .numbered(9))
    }

    private static var contradiction: Contradiction {
        let path = MerklePath(index: 1, count: 2, siblings: [.numbered(10)])
        return Contradiction(
            key: SectionKey(Digest.numbered(11).bytes),
            section: SealedSection(mark: .numbered(12), bytes: [1, 2, 3]), sectionPath: path,
            commitment: draft.committed.places[0], commitmentPath: path)
    }
}
