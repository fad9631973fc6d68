import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Answers requests for final blocks with none, with blocks in the wrong order, or with blocks
/// under a finalization that is not theirs.
struct Stuffer: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .sync, let frame) = effect,
            case .answer(let number, .run(let run))? = try? SyncMessage(wire: frame)
        else { return [effect] }
        let stuffed: BlockRun
        switch tools.dice.below(4) {
        case 0: stuffed = .empty
        case 1:
            stuffed = BlockRun(
                blocks: run.blocks.reversed(), following: run.following,
                finalization: run.finalization)
        case 2:
            stuffed = BlockRun(
                blocks: Array(run.blocks.dropLast()), following: [],
                finalization: run.finalization)
        default:
            stuffed = BlockRun(blocks: [], following: [], finalization: run.finalization)
        }
        let answer = SyncMessage.answer(number: number, .run(stuffed))
        return [.send(names, .sync, frame: answer.wire)]
    }
}
