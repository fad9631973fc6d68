import Consensus
import Primitives
import Replica
import Wire

/// Sends certificates that prove nothing: too few signatures, a bitmap that is too long, signatures
/// that are not the signers'.
struct CertificateForger: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            case .vote(let vote)? = try? ConsensusFrame(wire: frame).message
        else { return [effect] }
        let view = vote.view.adding(tools.dice.below(3))
        let count = max(tools.peers.count, Int(vote.seat.index)) + 1
        let forged: Certificate
        switch tools.dice.below(3) {
        case 0: forged = certificate(vote, view, seats: [vote.seat], count)
        case 1: forged = certificate(vote, view, seats: Self.all(count), count)
        default: forged = certificate(vote, view, seats: Self.all(count), count + 8)
        }
        let target = [names[tools.dice.index(of: names.count)]]
        let message = ConsensusMessage.certificates(CertificateBatch([forged]))
        return [effect, .send(target, .consensus, frame: ConsensusFrame(message).wire)]
    }

    private static func all(_ count: Int) -> [Seat] { (0..<count).map { Seat(UInt32($0)) } }

    /// Our own signature, in everybody's name.
    private func certificate(
        _ vote: Vote, _ view: View, seats: [Seat], _ memberCount: Int
    ) -> Certificate {
        let votes = seats.map { seat in
            Vote(
                epoch: vote.epoch, view: view, subject: vote.subject, seat: seat,
                signature: vote.signature)
        }
        return Certificate(
            epoch: vote.epoch, view: view, subject: vote.subject, votes: votes,
            memberCount: memberCount)
    }
}
