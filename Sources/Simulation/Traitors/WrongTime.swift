import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Proposes blocks that are dated ten minutes ahead, or no later than their parents, and are whole
/// otherwise.
struct WrongTime: Traitor {
    private static let aheadMilliseconds: UInt64 = 600_000

    private var blocks = StoredBlocks()

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        blocks.note(effect)
        guard let own = ProposalParts(effect), let block = blocks[own.header.digest] else {
            return [effect]
        }
        var header = own.header
        if let parent = blocks[header.parent], tools.dice.below(2) == 0 {
            header.time = parent.header.time
        } else {
            header.time = header.time.adding(Self.aheadMilliseconds)
        }
        return own.resigned(as: header, block.body, tools).map { [$0] } ?? [effect]
    }
}
