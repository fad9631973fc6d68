import Consensus
import Primitives
import Replica
import Wire

/// Sends votes in the names of all others, with signatures that are not theirs.
struct Impersonator: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            case .vote(let vote)? = try? ConsensusFrame(wire: frame).message
        else { return [effect] }
        let seat = Seat(UInt32(tools.dice.below(UInt64(names.count + 1))))
        guard seat != vote.seat else { return [effect] }
        let forged = Vote(
            epoch: vote.epoch, view: vote.view,
            subject: vote.kind == .nullify ? vote.subject : .nullify, seat: seat,
            signature: vote.signature)
        return [effect, .send(names, .consensus, frame: ConsensusFrame(.vote(forged)).wire)]
    }
}
