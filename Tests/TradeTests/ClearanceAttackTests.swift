import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Attacks on clearance (reference trade 7.3)")
struct ClearanceAttackTests {
    @Test("Copying: a seal binds its signer, and nothing is opened before all is sealed")
    func copying() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        try clearance.seal(in: &net, [.order])
        #expect(try net.verdict(clearance.opening(.order)) == .wrongState)
        // The carrier puts the seller's seal on its own waybill and cannot open it as its own.
        let sellers = try clearance.sealed(.order).action
        let own = try clearance.sealed(.waybill)
        let copy = SealDocument(
            order: clearance.deal.id, kind: .waybill, seal: sellers.seal,
            document: own.action.document, sections: own.action.sections)
        try net.must(.first, .sealDocument(copy), documents: [own.attachment])
        try clearance.seal(in: &net, [.payment, .list])
        try clearance.open(in: &net, [.order])
        #expect(try net.verdict(clearance.opening(.waybill)) == .contradiction)
    }

    @Test("Copying through an amendment: commitments of a former round cannot be opened again")
    func copyingByAmendment() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let right = clearance.documents.waybill
        clearance.documents.waybill = right.setting(.consignee, to: [1])
        try clearance.compare(in: &net)
        // Everything is sealed anew, yet under the keys of the first round.
        var stale = clearance
        stale.documents.waybill = right
        let place = ClearancePlace(
            order: clearance.deal.id, signer: Person.seller.account, round: 2)
        let reader = try #require(ReadingKey(of: Person.customs.account))
        let again = try stale.draft(.order).sealed(
            for: place, nonce: mark("again").bytes, to: [reader], entropy: mark("e").bytes)
        try net.must(
            .seller, .amendDocument(again.amendment), documents: [again.attachment])
        clearance.round = 2
        try clearance.seal(in: &net, [.payment, .waybill, .list])
        #expect(try net.verdict(.seller, .openDocument(again.opening)) == .contradiction)
    }

    @Test("Equivocation: different keys to different parties fail to match")
    func equivocation() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        var other = clearance
        other.round = 9  // Another secret for the carrier.
        let place = ClearancePlace(
            order: clearance.deal.id, signer: Person.first.account, round: 1)
        let reader = try #require(ReadingKey(of: Person.customs.account))
        let waybill = try other.draft(.waybill).sealed(
            for: place, nonce: mark("n").bytes, to: [reader], entropy: mark("e").bytes)
        try clearance.seal(in: &net, [.order, .payment, .list])
        try net.must(.first, .sealDocument(waybill.action), documents: [waybill.attachment])
        try clearance.open(in: &net, [.order, .payment, .list])
        try net.must(.first, .openDocument(waybill.opening))
        let found = try net.clearance(clearance.deal.id)
        #expect(found.state == .rejected)
        #expect(found.verdict.names.contains("CONSIGNEE"))
    }

    @Test("Griefing by never opening: named, and its stake goes to those who opened")
    func neverOpening() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let id = clearance.deal.id
        let before = try net.balance(.agent) + net.balance(.seller) + net.balance(.buyer)
        let carrier = try net.balance(.first)
        try clearance.seal(in: &net)
        #expect(try net.held(id, .seals) == 200)
        try clearance.open(in: &net, [.order, .payment, .list])
        try net.wait(until: net.now.after(.hours(25)))
        try net.must(.stranger, clearance.timeOut)
        let found = try net.clearance(id)
        #expect(found.state == .rejected)
        #expect(found.verdict.missing == [.waybill])
        #expect(try net.held(id, .seals) == 0)
        #expect(try net.balance(.first) == carrier - 50)
        let after = try net.balance(.agent) + net.balance(.seller) + net.balance(.buyer)
        #expect(after == before + 50)
    }

    @Test("Griefing by never sealing: named, and every stake goes back")
    func neverSealing() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let before = try net.gains()
        try clearance.seal(in: &net, [.order, .list])
        try net.wait(until: net.now.after(.hours(25)))
        try net.must(.stranger, clearance.timeOut)
        let found = try net.clearance(clearance.deal.id)
        #expect(found.verdict.missing == [.payment, .waybill])
        #expect(try net.gains() == before)
    }

    @Test("Brute force: equal values of two rounds, and of two orders, have nothing in common")
    func bruteForce() throws {
        let (_, first) = try ClearanceCase.shipped()
        var second = first
        second.round = 2
        for kind in MatchDocumentKind.allCases {
            let (left, right) = (first.draft(kind).committed, second.draft(kind).committed)
            for (one, two) in zip(left.places, right.places) { #expect(one != two) }
        }
    }

    @Test("Insider brute force: the key of one field tries no other field")
    func insider() throws {
        let (_, clearance) = try ClearanceCase.shipped()
        let draft = clearance.draft(.order)
        let commitments = draft.committed.places
        let key = draft.key(of: 0)
        let others = commitments.indices.dropFirst().filter {
            draft.value(at: $0).map { Commitment(to: $0, under: key) } == commitments[$0]
        }
        #expect(others == [])
    }

    @Test("Metadata leakage: three lines and four lines show alike, and sizes come in steps")
    func metadata() throws {
        var (_, clearance) = try ClearanceCase.shipped()
        let line = Parcel.line(0)
        var sizes: Set<Int> = []
        for count in 1...4 {
            clearance.documents.list = clearance.documents.list.withLines(
                Array(repeating: line, count: count))
            #expect(clearance.draft(.list).committed.lines.count == 4)
        }
        for length in 1...31 {
            let reader = try #require(ReadingKey(of: Person.customs.account))
            let sealed = try SealedDocument(
                sealing: [[UInt8](repeating: 7, count: length)], to: [reader], context: .zero,
                entropy: mark("e").bytes)
            sizes.insert(sealed.wire.count)
        }
        #expect(sizes.count == 1)
    }

    @Test("Forced disclosure: one shown field is checked against the root, and shows no other")
    func disclosure() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        try clearance.compare(in: &net)
        let found = try net.clearance(clearance.deal.id)
        let draft = clearance.draft(.order)
        let shown = try #require(FieldDisclosure(5, of: draft, order: clearance.deal.id))
        #expect(shown.field == .buyerName)
        #expect(shown.holds(in: found))
        #expect(try FieldDisclosure(wire: shown.wire) == shown)
        for place in 0..<5 {
            let other = try #require(FieldDisclosure(place, of: draft, order: clearance.deal.id))
            #expect(other.key != shown.key)
        }
        // The same field with another value, or of another document, does not hold.
        var changed = clearance
        changed.documents.order = changed.documents.order.setting(.buyerName, to: [1])
        let lie = try #require(
            FieldDisclosure(5, of: changed.draft(.order), order: clearance.deal.id))
        #expect(!lie.holds(in: found))
    }

    @Test("A signer whose sealed document contradicts its commitments is exposed by anybody")
    func exposure() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        #expect(MatchDocumentKind.order.fields[8] == .paid)
        clearance.lies[.order] = [8: Array("999".utf8)]
        try clearance.compare(in: &net)
        let id = clearance.deal.id
        #expect(try net.clearance(id).state == .matched, "the commitments alone agree")
        let proof = try Self.proof(of: clearance, .order, at: 8)
        #expect(
            try net.verdict(.stranger, Self.expose(id, .payment, proof)) == .contradiction)
        try net.must(.stranger, Self.expose(id, .order, proof))
        let seal = try #require(try net.clearance(id)[.order])
        #expect(seal.isExposed)
        var draft = try net.draft
        #expect(draft.party(Person.seller.account)?.exposures == 1)
        // Once is enough.
        #expect(try net.verdict(.stranger, Self.expose(id, .order, proof)) == .wrongState)
    }

    @Test("Framing: a reader cannot expose an honest signer")
    func framing() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        try clearance.compare(in: &net)
        let id = clearance.deal.id
        let honest = try Self.proof(of: clearance, .order, at: 8)
        #expect(try net.verdict(.customs, Self.expose(id, .order, honest)) == .contradiction)
        let wrongKey = Contradiction(
            key: SectionKey(mark("a guess").bytes), section: honest.section,
            sectionPath: honest.sectionPath, commitment: honest.commitment,
            commitmentPath: honest.commitmentPath)
        #expect(try net.verdict(.customs, Self.expose(id, .order, wrongKey)) == .contradiction)
        let elsewhere = try Self.proof(of: clearance, .order, at: 0)
        let mixed = Contradiction(
            key: honest.key, section: honest.section, sectionPath: honest.sectionPath,
            commitment: elsewhere.commitment, commitmentPath: elsewhere.commitmentPath)
        #expect(try net.verdict(.customs, Self.expose(id, .order, mixed)) == .contradiction)
    }

    @Test("A field about a person is never in an exposure: customs gives the hash of the proof")
    func personalField() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        clearance.lies[.order] = [5: Array("another name".utf8)]
        try clearance.compare(in: &net)
        let id = clearance.deal.id
        let proof = try Self.proof(of: clearance, .order, at: 5)
        let seal = try #require(try net.clearance(id)[.order])
        #expect(proof.holds(against: seal, order: id, kind: .order))
        #expect(throws: (any Error).self) {
            try net.verdict(.stranger, Self.expose(id, .order, proof))
        }
        let hidden = Action.Kind.exposeSigner(
            ExposeSigner(order: id, kind: .order, hidden: proof.digest))
        #expect(try net.verdict(.stranger, hidden) == .notAttested)
        try net.must(.customs, hidden)
        #expect(try net.clearance(id)[.order]?.isExposed == true)
    }

    @Test("Collusion of seller and carrier: an invented trade lacks the payer's word and its duty")
    func collusion() throws {
        var (net, clearance) = try ClearanceCase.shipped {
            $0.accepted.append(
                Acceptance(role: .paymentAttester, attester: Person.other.account))
        }
        let id = clearance.deal.id
        // Whoever is in it signs what he can; the payment is for somebody else to attest.
        for person in [Person.seller, .buyer, .first, .agent] {
            let sealed = try clearance.sealed(.payment, signer: person)
            #expect(
                try net.verdict(
                    person, .sealDocument(sealed.action), documents: [sealed.attachment])
                    == .notAttested, "\(person.name)")
        }
        try clearance.seal(in: &net, [.order, .waybill, .list])
        try net.wait(until: net.now.after(.hours(25)))
        try net.must(.stranger, clearance.timeOut)
        #expect(try net.clearance(id).verdict.missing == [.payment])
        #expect(try net.verdict(.customs, clearance.rule(800)) == .wrongState)
        // The parcel may arrive all the same: without customs' release it brings no credit.
        try clearance.deal.handOver(in: &net)
        try net.must(.second, clearance.deal.delivering())
        try net.must(.buyer, clearance.deal.confirm)
        let fact = try #require(
            TradeFact(
                Person.seller.account, id,
                TradeFact.Records(order: try net.order(id), duty: try net.duty(id)),
                ended: net.now, isDisputed: false))
        #expect(!fact.isReleased)
        let report = CreditReport([fact], outstanding: .zero, at: net.now)
        #expect(report.line == .zero)
        // Freight to the carrier in it is a cost only to those who do not know whom they trust.
        #expect(fact.cost == units(UInt64(Deal.freight)))
        let knowing = try #require(
            TradeFact(
                Person.seller.account, id,
                TradeFact.Records(order: try net.order(id), duty: try net.duty(id)),
                ended: net.now, isDisputed: false,
                seenBy: Viewpoint(trusted: [Person.spare.account])))
        #expect(knowing.cost == .zero)
    }

    @Test("Salt loss: the wallet's seed brings the secret of every order and round back")
    func saltLoss() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let id = clearance.deal.id
        let seed = mark("the seed of the buyer's wallet").bytes
        let secret = OrderSecret.derived(from: seed, order: id)
        clearance.secret = secret
        try clearance.compare(in: &net)
        // The file is gone; the same seed opens the same field again.
        let again = OrderSecret.derived(from: seed, order: id)
        let draft = DocumentDraft(
            clearance.documents.order, secret: again, number: clearance.number)
        let shown = try #require(FieldDisclosure(5, of: draft, order: id))
        #expect(shown.holds(in: try net.clearance(id)))
        let others = [
            OrderSecret.derived(from: seed, order: id, round: 2),
            OrderSecret.derived(from: seed, order: mark("another order")),
            OrderSecret.derived(from: mark("another seed").bytes, order: id),
        ]
        #expect(Set(others + [secret]).count == 4)
        for other in others {
            let wrong = DocumentDraft(
                clearance.documents.order, secret: other, number: clearance.number)
            let lie = try #require(FieldDisclosure(5, of: wrong, order: id))
            #expect(!lie.holds(in: try net.clearance(id)))
        }
    }

    @Test(
        "Hash agility: a version that the ledger does not know agrees with nothing, or is refused")
    func agility() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        // A signer whose program is a version ahead: other keys, so other commitments.
        let opening = try clearance.sealed(.order).opening
        let extracted = Sha256.authenticate(
            clearance.roundSecret.array, key: [UInt8](repeating: 0, count: 32))
        for (place, field) in MatchDocumentKind.order.fields.enumerated() {
            let info = Array("tdm/v2/".utf8) + clearance.number + [0x2f] + field.label + [1]
            let key = FieldKey(Sha256.authenticate(info, key: extracted.array))
            let value = try #require(clearance.clear(.order).values[place])
            #expect(Commitment(to: value, under: key) != opening.document.values[place])
        }
        // A field that a later version adds is refused before anything is compared.
        #expect(try OpenDocument(wire: opening.wire) == opening)
        for number: UInt8 in [8, 15] {
            #expect(throws: WireError.self) {
                try OpenDocument(wire: opening.wire + [number << 3, 2])
            }
        }
        try clearance.compare(in: &net)
        #expect(try net.clearance(clearance.deal.id).state == .matched)
    }

    static func expose(
        _ order: Digest, _ kind: MatchDocumentKind, _ proof: Contradiction
    ) -> Action.Kind {
        .exposeSigner(ExposeSigner(order: order, kind: kind, proof: proof))
    }

    /// What customs finds at a place when it opens a document.
    static func proof(
        of clearance: ClearanceCase, _ kind: MatchDocumentKind, at place: Int
    ) throws -> Contradiction {
        let draft = try clearance.sealed(kind)
        let sealed = try SealedDocument(wire: draft.attachment)
        let context = DocumentDraft.context(
            order: clearance.deal.id, kind: kind, signer: clearance.signer(kind).account,
            round: clearance.round)
        let key = try #require(
            sealed.key(for: Person.customs.key.agreementKey, context: context))
        return try #require(
            Contradiction(at: place, of: sealed, key: key, against: draft.opening.document))
    }
}
