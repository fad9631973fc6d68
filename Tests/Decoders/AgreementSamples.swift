import Chain
import Consensus
import Primitives
import Replica

/// What full nodes say to each other about agreement and catch-up.
enum AgreementSamples {
    static let decoders = [
        Decoder("consensus-message", messages),
        Decoder(
            "consensus-frame",
            messages.map { ConsensusFrame($0) } + [
                ConsensusFrame(
                    .proposal(proposal), content: CompactBlock(ChainSamples.block),
                    fresh: Array(ChainSamples.transactions.prefix(1)))
            ]),
        Decoder("certificate", [certificate(.nullify), certificate(finalize)]),
        Decoder("evidence", evidence), Decoder("sync-message", sync),
        Decoder(
            "status",
            [
                StatusMessage(
                    chain: .numbered(9), epoch: Epoch(2), finalHeight: Height(300), pendingCount: 4)
            ]),
    ]

    private static let finalize = VoteSubject.finalize(
        parentView: View(4), block: .numbered(21), stateRoot: .numbered(22))

    private static func vote(_ subject: VoteSubject, _ seat: UInt8) -> Vote {
        let bytes = subject.signedBytes(chain: .numbered(9), epoch: Epoch(2), view: View(5))
        return Vote(
            epoch: Epoch(2), view: View(5), subject: subject, seat: Seat(UInt32(seat)),
            signature: SigningKey.numbered(seat).sign(bytes))
    }

    private static func certificate(_ subject: VoteSubject) -> Certificate {
        Certificate(
            epoch: Epoch(2), view: View(5), subject: subject,
            votes: [0, 2, 3].map { vote(subject, $0) }, memberCount: 4)
    }

    static var finalization: Finalization? { Finalization(certificate(finalize)) }

    private static var proposal: Proposal {
        let header = ChainSamples.block.header
        return Proposal(
            header: header,
            vote: vote(.notarize(parentView: View(4), block: header.digest), 3),
            parent: certificate(.notarize(parentView: View(3), block: .numbered(21))),
            skipped: [certificate(.nullify)])
    }

    private static var messages: [ConsensusMessage] {
        [
            .proposal(proposal), .vote(vote(finalize, 1)),
            .certificates(CertificateBatch([certificate(.nullify), certificate(finalize)])),
            .status(
                EpochStatus(
                    epoch: Epoch(2), view: View(6), finalizedView: View(5),
                    finalizedHeight: Height(9))),
            .status(
                EpochStatus(
                    epoch: Epoch(2), view: View(6), finalizedView: View(5),
                    finalizedHeight: Height(9), unheard: SeatSet(bytes: [4, 1]) ?? SeatSet())),
            .request(CertificateRequest(epoch: Epoch(2), views: [View(1), View(300)])),
            .relay(Relay(proposal: proposal, votes: [vote(finalize, 1), vote(.nullify, 2)])),
        ]
    }

    private static var evidence: [Evidence] {
        let other = VoteSubject.finalize(
            parentView: View(4), block: .numbered(23), stateRoot: .numbered(24))
        return [Evidence(vote(finalize, 1), vote(other, 1))].compactMap { $0 }
    }

    private static var sync: [SyncMessage] {
        let block = ChainSamples.block
        let run = BlockRun(
            blocks: [block], following: [ChainSamples.header()], finalization: finalization)
        return [
            .request(number: 1, .run(from: Height(7), countLimit: 256)),
            .request(number: .max, .block(.numbered(3))),
            .request(number: 3, .bodies(of: .numbered(1), envelopes: [.numbered(4)])),
            .answer(number: 4, .run(.empty)), .answer(number: 5, .run(run)),
            .answer(number: 6, .block(nil)), .answer(number: 7, .block(block)),
            .answer(number: 8, .bodies(ChainSamples.transactions)),
        ]
    }
}
