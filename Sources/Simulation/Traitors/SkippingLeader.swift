import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Proposes beside its parent instead of on it, as if the parent's view had been given up.
struct SkippingLeader: Traitor {
    private var blocks = StoredBlocks()

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        blocks.note(effect)
        guard let own = ProposalParts(effect), let parent = blocks[own.header.parent],
            parent.header.epoch == own.header.epoch
        else { return [effect] }
        var header = parent.header
        header.view = own.header.view
        header.leader = own.header.leader
        header.time = own.header.time
        return own.resigned(as: header, parent.body, tools).map { [$0] } ?? [effect]
    }
}
