import Consensus
import Primitives
import Wire

/// What a traitor sends instead of what its machine says.
enum Traitor {
    /// Two different proposals, one for even seats and one for odd ones; votes for both; and a
    /// nullify vote with every finalize vote.
    static func equivocate(
        _ cluster: inout Cluster, _ message: ConsensusMessage, _ from: Int, _ to: Int
    ) -> [ConsensusMessage] {
        func signed(_ subject: VoteSubject, like vote: Vote) -> Vote {
            Fixture.vote(
                subject, view: vote.view.number, seat: from, keys: cluster.keys,
                config: cluster.config)
        }
        switch message {
        case .proposal(let proposal) where to % 2 == 0 && proposal.vote.seat.index == from:
            var header = proposal.header
            header.reveal = Digest(hashing: [9], in: .seed)
            cluster.headers[header.digest] = header
            let subject = VoteSubject.notarize(
                parentView: header.parentView, block: header.digest)
            return [
                .proposal(
                    Proposal(
                        header: header, vote: signed(subject, like: proposal.vote),
                        parent: proposal.parent, skipped: proposal.skipped))
            ]
        case .vote(let vote) where vote.kind == .finalize:
            return to % 2 == 0
                ? [message, .vote(signed(.nullify, like: vote))]
                : [.vote(signed(.nullify, like: vote)), message]
        case .proposal, .vote, .certificates, .status, .request, .relay: return [message]
        }
    }
}
