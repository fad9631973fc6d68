import Consensus
import Primitives
import Replica
import Wire

/// Sends, with every vote, votes of far views and requests for things that nobody has.
struct Spammer: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            case .vote(let vote)? = try? ConsensusFrame(wire: frame).message
        else { return [effect] }
        var effects = [effect]
        for step in [UInt64(3), 12, 1_000_000] {
            guard let far = tools.sign(.nullify, like: vote, view: vote.view.adding(step)) else {
                continue
            }
            effects.append(.send(names, .consensus, frame: ConsensusFrame(.vote(far)).wire))
        }
        for _ in 0..<4 {
            let request = SyncMessage.request(
                number: tools.dice.next(),
                .run(from: Height(1 + tools.dice.below(1_000)), countLimit: .max))
            effects.append(.send(names, .sync, frame: request.wire))
        }
        return effects
    }
}
