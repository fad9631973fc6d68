import Consensus
import Primitives
import Replica
import Wire

/// Repeats its votes with the signature of another chain, and in epochs that are not the running
/// one.
struct Foreigner: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            case .vote(let vote)? = try? ConsensusFrame(wire: frame).message,
            let key = tools.key
        else { return [effect] }
        let other = tools.dice.below(2) == 0 ? vote.epoch : vote.epoch.next
        let chain = other == vote.epoch ? Digest.zero : tools.chain
        let foreign = vote.subject.vote(
            by: key, at: vote.seat, in: vote.view, of: other, on: chain, tools.scheme)
        let target = [names[tools.dice.index(of: names.count)]]
        return [effect, .send(target, .consensus, frame: ConsensusFrame(.vote(foreign)).wire)]
    }
}
