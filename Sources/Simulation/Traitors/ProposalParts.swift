import Chain
import Consensus
import Primitives
import Replica
import Wire

/// What a traitor takes out of its own proposal before it sends something else.
struct ProposalParts {
    let names: [PeerName]
    let proposal: Proposal
    let content: CompactBlock?
    let fresh: [Transaction]

    /// `nil` for any effect that sends no proposal.
    init?(_ effect: Replica.Effect) {
        guard case .send(let names, .consensus, let frame) = effect,
            let decoded = try? ConsensusFrame(wire: frame),
            case .proposal(let proposal) = decoded.message
        else { return nil }
        self.names = names
        self.proposal = proposal
        content = decoded.content
        fresh = decoded.fresh
    }

    var header: BlockHeader { proposal.header }

    /// The same proposal with another header and body, signed again.
    func resigned(
        as header: BlockHeader, _ body: BlockBody?, _ tools: TraitorTools,
        parentView: View? = nil
    ) -> Replica.Effect? {
        guard
            let vote = tools.sign(
                .notarize(parentView: parentView ?? header.parentView, block: header.digest),
                like: proposal.vote)
        else { return nil }
        let other = Proposal(
            header: header, vote: vote, parent: proposal.parent, skipped: proposal.skipped)
        let block = body.map { Block(header: header, body: $0) }
        let frame = ConsensusFrame(
            .proposal(other), content: block.map { CompactBlock($0) },
            fresh: body?.transactions ?? [])
        return .send(names, .consensus, frame: frame.wire)
    }
}

extension BlockHeader {
    /// The same header over another body.
    func with(_ body: BlockBody) -> BlockHeader {
        var header = self
        header.transactionsRoot = body.transactionsRoot
        header.evidenceRoot = body.evidenceRoot
        header.bodyByteCount = UInt32(clamping: body.byteCount)
        return header
    }
}
