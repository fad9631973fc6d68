import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Proposes blocks that look right and cannot be executed: their transactions are spent already.
struct InvalidBlock: Traitor {
    private var spent: [Transaction] = []
    private static let spentLimit = 8

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        if case .finalize(let final) = effect {
            spent = Array((final.block.body.transactions + spent).prefix(Self.spentLimit))
        }
        guard !spent.isEmpty, let own = ProposalParts(effect) else { return [effect] }
        let body = BlockBody(
            transactions: spent, nullifications: own.content?.nullifications ?? [],
            evidence: own.content?.evidence ?? [])
        return own.resigned(as: own.header.with(body), body, tools).map { [$0] } ?? [effect]
    }
}
