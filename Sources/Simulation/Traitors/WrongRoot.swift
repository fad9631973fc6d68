import Consensus
import Primitives
import Replica
import Wire

/// Votes final once more, with another state, before half of the others, and proposes blocks on a
/// state that their parent does not have.
struct WrongRoot: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        if let own = ProposalParts(effect) {
            guard tools.dice.below(2) == 0 else { return [effect] }
            var header = own.header
            header.parentStateRoot = header.transactionsRoot
            return own.resigned(as: header, nil, tools).map { [$0] } ?? [effect]
        }
        guard case .send(let names, .consensus, let frame) = effect,
            case .vote(let vote)? = try? ConsensusFrame(wire: frame).message,
            case .finalize(let parentView, let block, _) = vote.subject,
            let wrong = tools.sign(
                .finalize(parentView: parentView, block: block, stateRoot: block), like: vote)
        else { return [effect] }
        return [
            effect,
            .send(
                Array(names.prefix((names.count + 1) / 2)), .consensus,
                frame: ConsensusFrame(.vote(wrong)).wire),
        ]
    }
}
