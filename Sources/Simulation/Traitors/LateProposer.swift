import Consensus
import Replica
import Wire

/// Sends its proposals just before, or just after, the others stop waiting for them.
struct LateProposer: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            case .proposal? = try? ConsensusFrame(wire: frame).message
        else { return [effect] }
        let edge = tools.pace.leader
        for name in names {
            let delay = edge - 200 + tools.dice.below(400)
            tools.sendLater([name], .consensus, frame, afterMilliseconds: delay)
        }
        return []
    }
}
