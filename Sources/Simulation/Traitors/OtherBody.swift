import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Sends with its proposals, and in answer to requests, bodies that the headers do not commit to.
struct OtherBody: Traitor {
    private var body = BlockBody()

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        if case .store(let block, _) = effect, !block.body.transactions.isEmpty {
            body = block.body
        }
        if let own = ProposalParts(effect), body != BlockBody() {
            let other = CompactBlock(Block(header: own.header, body: body))
            let frame = ConsensusFrame(.proposal(own.proposal), content: other)
            return [.send(own.names, .consensus, frame: frame.wire)]
        }
        guard case .send(let names, .sync, let frame) = effect,
            case .answer(let number, let answer)? = try? SyncMessage(wire: frame)
        else { return [effect] }
        let swapped: SyncAnswer
        switch answer {
        case .run(let run):
            swapped = .run(
                BlockRun(
                    blocks: run.blocks.map { Block(header: $0.header, body: body) },
                    following: run.following, finalization: run.finalization))
        case .block(let block):
            swapped = .block(block.map { Block(header: $0.header, body: body) })
        case .bodies: swapped = .bodies(body.transactions)
        }
        return [
            .send(names, .sync, frame: SyncMessage.answer(number: number, swapped).wire)
        ]
    }
}
