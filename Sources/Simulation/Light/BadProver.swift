import Consensus
import LightClient
import Primitives
import Replica
import StateTree

/// Lies to light nodes, and to nobody else: with what it makes up, with old truth, and at times only.
struct BadProver: Traitor {
    /// First proofs, to be shown again when they are true no more.
    private var old: [LeafKey: LeafProof] = [:]
    private static let memoryLimit = 64

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] { [effect] }

    mutating func forge(
        _ response: LightResponse, _ forger: LightForger, _ dice: inout Dice
    ) -> LightResponse {
        switch response {
        case .leaf, .block, .ancestor:
            // Who never tells the truth is never asked what follows from it.
            if dice.below(2) == 0 { return response }
        default: break
        }
        if case .leaf(let leaf) = response {
            if let before = old[leaf.proof.key], dice.below(4) == 0 { return .leaf(before) }
            if old.count < Self.memoryLimit, old[leaf.proof.key] == nil {
                old[leaf.proof.key] = leaf
            }
        }
        return forger.forge(response, &dice)
    }
}
