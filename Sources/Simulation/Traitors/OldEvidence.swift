import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Proposes blocks with evidence of epochs that are over, and with evidence that proves nothing.
struct OldEvidence: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard let own = ProposalParts(effect), let content = own.content, let key = tools.key
        else { return [effect] }
        let isOld = own.header.epoch > Epoch(0) && tools.dice.below(2) == 0
        let epoch = isOld ? own.header.epoch.previous : own.header.epoch
        func vote(_ block: Digest) -> Vote {
            // Of the running epoch: signed by nobody, so that it accuses the innocent.
            VoteSubject.notarize(parentView: View(0), block: block).vote(
                by: key, at: isOld ? own.header.leader : Seat(own.header.leader.index ^ 1),
                in: View(1), of: epoch, on: tools.chain, tools.scheme)
        }
        guard let evidence = Evidence(vote(own.header.parent), vote(own.header.historyRoot))
        else { return [effect] }
        let body = BlockBody(
            nullifications: content.nullifications, evidence: [evidence.wire])
        return own.resigned(as: own.header.with(body), body, tools).map { [$0] } ?? [effect]
    }
}
