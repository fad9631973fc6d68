import Consensus
import Primitives
import Replica
import Wire

/// Sends, with every finalize vote, a nullify vote for the same view to half of the others.
struct NullifiesToo: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            case .vote(let vote)? = try? ConsensusFrame(wire: frame).message,
            vote.kind == .finalize, let second = tools.sign(.nullify, like: vote)
        else { return [effect] }
        return [
            effect,
            .send(
                Array(names.prefix((names.count + 1) / 2)), .consensus,
                frame: ConsensusFrame(.vote(second)).wire),
        ]
    }
}
