import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Proposes, view after view, a block that stands where an older final one stood.
struct ForkingLeader: Traitor {
    private var old: Block?

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        if case .finalize(let final) = effect, old?.header.epoch != final.block.header.epoch {
            old = final.block
        }
        guard let old, let own = ProposalParts(effect),
            own.header.epoch == old.header.epoch, own.header.height > old.header.height.next
        else { return [effect] }
        var header = old.header
        header.view = own.header.view
        header.leader = own.header.leader
        header.time = own.header.time
        return own.resigned(as: header, old.body, tools, parentView: old.header.parentView)
            .map { [$0] } ?? [effect]
    }
}
