import Consensus
import Primitives
import Replica
import Wire

/// Says and serves nothing of its own; of what it should pass on, it says one vote as its own word.
///
/// Who takes it for that voter would not ask for the voter's words any more (rule C27).
struct Parrot: Traitor {
    private var deceived: Set<PeerName> = []

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        switch effect {
        case .send(_, .status, _), .send(_, .sync, _): return []
        default: break
        }
        guard case .send(let names, .consensus, let frame) = effect,
            let message = try? ConsensusFrame(wire: frame).message
        else { return [effect] }
        switch message {
        case .proposal, .vote, .certificates: return []
        case .status, .request: return [effect]
        case .relay(let relay):
            guard let vote = relay.votes.first else { return [] }
            let fresh = names.filter { deceived.insert($0).inserted }
            return fresh.isEmpty
                ? [] : [.send(fresh, .consensus, frame: ConsensusFrame(.vote(vote)).wire)]
        }
    }
}
