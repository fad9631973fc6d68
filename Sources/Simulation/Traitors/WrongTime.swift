import Consensus
import Primitives
import Replica
import Wire

/// Proposes blocks that are dated ten minutes ahead.
struct WrongTime: Traitor {
    private static let aheadMilliseconds: UInt64 = 600_000

    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            let decoded = try? ConsensusFrame(wire: frame),
            case .proposal(let proposal) = decoded.message,
            case .notarize(let parentView, _) = proposal.vote.subject
        else { return [effect] }
        var header = proposal.header
        header.time = header.time.adding(Self.aheadMilliseconds)
        guard
            let vote = tools.sign(
                .notarize(parentView: parentView, block: header.digest), like: proposal.vote)
        else { return [effect] }
        let dated = Proposal(
            header: header, vote: vote, parent: proposal.parent, skipped: proposal.skipped)
        return [.send(names, .consensus, frame: ConsensusFrame(.proposal(dated)).wire)]
    }
}
