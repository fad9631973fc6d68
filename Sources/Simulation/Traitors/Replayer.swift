import Replica

/// Sends, with every frame of agreement, one that it sent long ago.
struct Replayer: Traitor {
    private static let memoryLimit = 256
    private var memory: [[UInt8]] = []

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect else { return [effect] }
        if memory.count < Self.memoryLimit {
            memory.append(frame)
        } else {
            memory[tools.dice.index(of: memory.count)] = frame
        }
        let old = memory[tools.dice.index(of: memory.count)]
        return [effect, .send(names, .consensus, frame: old)]
    }
}
