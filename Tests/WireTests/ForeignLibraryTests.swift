import Consensus
import Decoders
import Primitives
import Testing
import Wire

@Suite(
    "Our formats against Google's protobuf",
    .enabled(if: ProtoPeer.isPresent, Comment(rawValue: ProtoPeer.absence)))
struct ForeignLibraryTests {
    @Test("What Python writes for these, we read, and write again to the byte")
    func fromPython() throws {
        // Random values of these are always valid; of the others only by chance.
        let always = [
            "argosy.Header", "argosy.Validator", "argosy.consensus.EpochStatus",
        ]
        let requests = Format.all.flatMap { format in
            (0..<40 as Range<UInt64>).map { ProtoPeer.Request(make: format.name, seed: $0) }
        }
        let answers = try ProtoPeer.ask(requests)
        try #require(answers.count == requests.count)
        var taken: Set<String> = []
        for (request, answer) in zip(requests, answers) {
            let format = try #require(Format.all.first { $0.name == request.make })
            let bytes = try #require(answer.bytes, "\(format.name): \(answer.error ?? "")")
            do throws(WireError) {
                #expect(try format.again(bytes) == bytes, "\(format.name) \(request.seed ?? 0)")
                taken.insert(format.name)
            } catch {
                // Zero stands for "absent" in a weight, which we refuse; all else is valid.
                let isZero = format.name == "argosy.Validator" && error.reason == .missing
                #expect(isZero || !always.contains(format.name), "\(format.name): \(error)")
            }
        }
        #expect(
            taken.isSuperset(of: always + ["argosy.consensus.Vote", "argosy.consensus.HighWater"]))
    }

    @Test("What we write, Python reads without unknown fields and writes again to the byte")
    func toPython() throws {
        var random = Chance(seed: 7)
        let messages = (0..<40).flatMap { _ in Self.messages(&random) }
        let answers = try ProtoPeer.ask(
            messages.map { ProtoPeer.Request(read: $0.0, hex: Hex.encode($0.1)) })
        try #require(answers.count == messages.count)
        for (message, answer) in zip(messages, answers) {
            #expect(answer.bytes == message.1, "\(message.0): \(answer.error ?? "")")
            #expect(answer.unknown == 0, "\(message.0)")
        }
    }

    @Test("Python finds each value of a header under its name")
    func names() throws {
        var random = Chance(seed: 8)
        let header = Self.header(&random)
        let answer = try ProtoPeer.ask(
            [ProtoPeer.Request(read: "argosy.Header", hex: Hex.encode(header.wire))])[0]
        let expected = [
            "protocol_number": String(header.protocolNumber), "chain": header.chain.hex,
            "epoch": header.epoch.description, "view": header.view.description,
            "height": header.height.description, "parent": header.parent.hex,
            "parent_view": header.parentView.description, "time_ms": header.time.description,
            "transactions_root": header.transactionsRoot.hex,
            "parent_receipts_root": header.parentReceiptsRoot.hex,
            "parent_state_root": header.parentStateRoot.hex,
            "history_root": header.historyRoot.hex, "validator_set": header.validatorSet.hex,
            "next_validator_set": header.nextValidatorSet.hex,
            "parameters": header.parameters.hex, "evidence_root": header.evidenceRoot.hex,
            "reveal": header.reveal.hex, "leader": header.leader.description,
            "body_byte_count": String(header.bodyByteCount),
        ]
        #expect(answer.fields == expected)
    }

    private static func messages(_ random: inout Chance) -> [(String, [UInt8])] {
        let header = header(&random)
        let members = (0..<1 + Int(random.next() % 5)).map { _ in
            Validator(key: PublicKey(random.digest().bytes), weight: random.next() >> 8 | 1)
        }
        let block = random.digest()
        let subjects: [VoteSubject] = [
            .nullify, .notarize(parentView: View(random.number()), block: block),
            .finalize(parentView: View(random.number()), block: block, stateRoot: random.digest()),
        ]
        let subject = subjects[Int(random.next() % 3)]
        let (epoch, view) = (Epoch(random.number()), View(random.number()))
        let votes = (0..<4 as Range<UInt32>).map { seat in
            Vote(
                epoch: epoch, view: view, subject: subject, seat: Seat(seat),
                signature: Signature(FixedBytes(repeating: UInt8(truncatingIfNeeded: view.number))))
        }
        let certificate = Certificate(
            epoch: epoch, view: view, subject: subject, votes: votes, memberCount: 9)
        let proposal = Proposal(
            header: header, vote: votes[0], parent: certificate, skipped: [certificate])
        return [
            ("argosy.Header", header.wire),
            ("argosy.ValidatorSet", ValidatorSet(members)?.wire ?? []),
            ("argosy.consensus.Vote", votes[1].wire),
            ("argosy.consensus.Certificate", certificate.wire),
            ("argosy.consensus.Proposal", proposal.wire),
            ("argosy.consensus.CertificateBatch", CertificateBatch([certificate]).wire),
            (
                "argosy.consensus.CertificateRequest",
                CertificateRequest(epoch: epoch, views: [view, view.next]).wire
            ),
        ]
    }

    private static func header(_ random: inout Chance) -> BlockHeader {
        BlockHeader(
            protocolNumber: UInt32(truncatingIfNeeded: random.number()) | 1,
            chain: random.digest(), epoch: Epoch(random.number() | 1),
            view: View(random.number() | 1), height: Height(random.number() | 1),
            parent: random.digest(), parentView: View(random.number() | 1),
            time: Timestamp(random.number() | 1), transactionsRoot: random.digest(),
            parentReceiptsRoot: random.digest(), parentStateRoot: random.digest(),
            historyRoot: random.digest(), validatorSet: random.digest(),
            nextValidatorSet: random.digest(), parameters: random.digest(),
            evidenceRoot: random.digest(), reveal: random.digest(),
            leader: Seat(UInt32(truncatingIfNeeded: random.number()) | 1),
            bodyByteCount: UInt32(truncatingIfNeeded: random.number()) | 1)
    }
}
