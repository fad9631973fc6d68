import Replica

/// Flips one bit in every eighth of its frames.
struct Garbler: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, let channel, var frame) = effect, !frame.isEmpty,
            tools.dice.below(8) == 0
        else { return [effect] }
        let place = tools.dice.index(of: frame.count)
        frame[place] ^= 1 << UInt8(tools.dice.below(8))
        return [.send(names, channel, frame: frame)]
    }
}
