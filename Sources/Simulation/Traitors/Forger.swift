import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Answers requests for final blocks with blocks that it made up, under a real finalization.
struct Forger: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .sync, let frame) = effect,
            case .answer(let number, let answer)? = try? SyncMessage(wire: frame)
        else { return [effect] }
        let forged: SyncAnswer
        switch answer {
        case .run(let run):
            let blocks = run.blocks.enumerated().map { index, block in
                index == run.blocks.count - 1 ? Self.forge(block) : block
            }
            forged = .run(
                BlockRun(
                    blocks: blocks, following: run.following, finalization: run.finalization))
        case .block(let block): forged = .block(block.map(Self.forge))
        case .bodies: return [effect]
        }
        let message = SyncMessage.answer(number: number, forged)
        return [.send(names, .sync, frame: message.wire)]
    }

    private static func forge(_ block: Block) -> Block {
        var header = block.header
        header.parentStateRoot = header.transactionsRoot
        return Block(header: header, body: block.body)
    }
}
