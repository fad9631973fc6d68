import Consensus
import Replica
import Wire

/// Proposes without contents, and answers no request for them.
struct Withholder: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        switch effect {
        case .send(let names, .consensus, let frame):
            guard let decoded = try? ConsensusFrame(wire: frame), decoded.content != nil else {
                return [effect]
            }
            return [.send(names, .consensus, frame: ConsensusFrame(decoded.message).wire)]
        case .send(_, .sync, let frame):
            guard let message = try? SyncMessage(wire: frame), case .answer = message else {
                return [effect]
            }
            return []
        default: return [effect]
        }
    }
}
