import Replica

/// Sends nothing on any channel, while it stays connected.
struct Silent: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        switch effect {
        case .send, .gossip: []
        default: [effect]
        }
    }
}
