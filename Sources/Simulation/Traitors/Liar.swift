import Primitives
import Replica
import Wire

/// Claims to have a final chain far longer than it is, then a shorter one.
struct Liar: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .status, let frame) = effect,
            let status = try? StatusMessage(wire: frame)
        else { return [effect] }
        let claim = StatusMessage(
            chain: status.chain, epoch: status.epoch,
            finalHeight: status.finalHeight.adding(tools.dice.below(1_000_000)),
            pendingCount: status.pendingCount)
        return [.send(names, .status, frame: claim.wire)]
    }
}
