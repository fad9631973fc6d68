import Replica

/// Sends its votes and certificates to a part of the others only, another part each time.
struct SelectiveSender: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect else { return [effect] }
        let chosen = names.filter { _ in tools.dice.below(2) == 0 }
        return chosen.isEmpty ? [] : [.send(chosen, .consensus, frame: frame)]
    }
}
