import Consensus
import LightClient
import Primitives
import StateTree
import Wire

/// What a light node downloads and how long it checks.
struct LightNodes {
    static let validatorCount = 100
    static let epochCount = 365
    /// Epochs in which one validator of the hundred is replaced.
    static let turnover = 7
    private static let day: UInt64 = 86_400_000

    private struct Committee {
        let set: ValidatorSet
        let keys: [SigningKey]

        init(_ keys: [SigningKey]) {
            self.keys = keys.sorted { $0.publicKey < $1.publicKey }
            guard
                let set = ValidatorSet(
                    self.keys.map { Validator(key: $0.publicKey, weight: 100) })
            else { preconditionFailure("the keys are distinct") }
            self.set = set
        }
    }

    private let committees: [Committee]
    private let headers: [BlockHeader]
    private let tree: StateTree
    private let values: [LeafKey: [UInt8]]

    /// One block an epoch, the one that ends it.
    init() {
        let pool = (0..<Self.validatorCount + Self.epochCount / Self.turnover + 1).map {
            SigningKey.numbered(1 << 44 | $0)
        }
        committees = (0..<Self.epochCount + 1).map { epoch in
            let start = epoch / Self.turnover
            return Committee(Array(pool[start..<start + Self.validatorCount]))
        }
        var random = Chance(seed: 4)
        var values: [LeafKey: [UInt8]] = [:]
        for number in 0..<1_000_000 {
            values[LeafKey(Digest(numbered: number).bytes)] = number < 1_000 ? random.bytes(96) : []
        }
        self.values = values
        tree = StateTree(
            sorted: values.sorted { $0.key < $1.key }.map {
                Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
            })
        var headers: [BlockHeader] = []
        var history = HistoryRange()
        for height in 0...Self.epochCount {
            let epoch = max(0, height - 1)
            let header = BlockHeader(
                protocolNumber: 1, chain: Digest(numbered: 5), epoch: Epoch(UInt64(epoch)),
                view: View(UInt64(height == 0 ? 0 : 1)), height: Height(UInt64(height)),
                parent: headers.last?.digest ?? .zero, parentView: View(0),
                time: Timestamp(1_700_000_000_000 + UInt64(height) * Self.day),
                transactionsRoot: .zero, parentReceiptsRoot: .zero, parentStateRoot: tree.root,
                historyRoot: history.root, validatorSet: committees[epoch].set.digest,
                nextValidatorSet: committees[height].set.digest, parameters: .zero,
                evidenceRoot: .zero, reveal: .zero, leader: Seat(0), bodyByteCount: 0)
            headers.append(header)
            _ = history.append(header.digest)
        }
        self.headers = headers
    }

    private func finalized(_ height: Int, by signerCount: Int) -> FinalizedHeader {
        let header = headers[height]
        let committee = committees[max(0, height - 1)]
        let subject = VoteSubject.finalize(
            parentView: header.parentView, block: header.digest, stateRoot: tree.root)
        let message = subject.signedBytes(
            chain: header.chain, epoch: header.epoch, view: header.view)
        let votes = committee.keys.prefix(signerCount).compactMap { key in
            committee.set.seat(of: key.publicKey).map {
                Vote(
                    epoch: header.epoch, view: header.view, subject: subject, seat: $0,
                    signature: key.sign(message))
            }
        }
        guard
            let finalization = Finalization(
                Certificate(
                    epoch: header.epoch, view: header.view, subject: subject, votes: votes,
                    memberCount: committee.set.count))
        else { preconditionFailure("the subject is a finalize vote") }
        return FinalizedHeader(header: header, finalization: finalization)
    }

    func figures() throws -> [Figure] {
        try paymentProof() + year()
    }

    // MARK: One payment

    private func paymentProof() throws -> [Figure] {
        let quorum = Self.validatorCount * 2 / 3 + 1
        let key = LeafKey(Digest(numbered: 17).bytes)
        guard let proof = tree.proof(of: key, value: { values[$0] }) else {
            throw BenchError("the leaf has no proof")
        }
        let bytes = LeafProof(finalized: finalized(1, by: quorum), proof: proof).wire
        let anchor = TrustAnchor(genesis: headers[0], set: committees[0].set)
        let readings = try (0..<9).map { _ in
            try Stopwatch.measure {
                var trust = LightTrust(anchor: anchor, scheme: .ed25519)
                let decoded = try LeafProof(wire: bytes)
                guard case .present = try trust.answer(decoded, for: key, now: nil) else {
                    throw BenchError("the proof shows no value")
                }
            }
        }
        return [
            Figure(
                name: "payment_proof_bytes", value: Double(bytes.count), unit: "B",
                note: "\(Self.validatorCount) validators, \(quorum) signatures, 1 M leaves"),
            Figure(
                name: "payment_proof_check", value: readings.median.cpu * 1e3, unit: "ms",
                note: "decoded and checked, by cpu"),
        ]
    }

    // MARK: One year

    /// What full nodes answer: the latest epoch that the light node's set can vouch for.
    private func step(from old: Int, signers: Int) -> EpochUpdate {
        var epoch = Self.epochCount - 1
        while true {
            let target = finalized(epoch + 1, by: signers)
            let (set, trusted) = (committees[epoch].set, committees[old].set)
            if epoch == old || EpochUpdate.isWithinReach(target, votedBy: set, from: trusted) {
                return EpochUpdate(
                    to: target, from: trusted, set: set, next: committees[epoch + 1].set)
            }
            epoch = old + (epoch - old) / 2
        }
    }

    private func year() throws -> [Figure] {
        var trust = LightTrust(
            anchor: TrustAnchor(genesis: headers[0], set: committees[0].set), scheme: .ed25519)
        var byteCount = 0
        var seconds = 0.0
        var stepCount = 0
        while trust.anchor.height.number < UInt64(Self.epochCount) {
            let bytes = step(
                from: Int(trust.anchor.epoch.number), signers: Self.validatorCount
            ).wire
            byteCount += bytes.count
            stepCount += 1
            seconds += try Stopwatch.measure {
                try trust.advance(try EpochUpdate(wire: bytes), now: nil)
            }.cpu
        }
        let replaced = Self.epochCount / Self.turnover
        let note =
            "\(Self.epochCount) epochs, \(replaced) of \(Self.validatorCount) replaced, "
            + "\(stepCount) steps"
        return [
            Figure(name: "light_year_bytes", value: Double(byteCount), unit: "B", note: note),
            Figure(
                name: "light_year_check", value: seconds * 1e3, unit: "ms",
                note: "decoded and checked, by cpu"),
        ]
    }
}
