import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Proposes a second block, a millisecond later than the first, to half of the others.
struct EquivocatingLeader: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        guard case .send(let names, .consensus, let frame) = effect,
            let decoded = try? ConsensusFrame(wire: frame),
            case .proposal(let proposal) = decoded.message,
            case .notarize(let parentView, _) = proposal.vote.subject
        else { return [effect] }
        var header = proposal.header
        header.time = header.time.next
        guard
            let vote = tools.sign(
                .notarize(parentView: parentView, block: header.digest), like: proposal.vote)
        else { return [effect] }
        let second = Proposal(
            header: header, vote: vote, parent: proposal.parent, skipped: proposal.skipped)
        let half = names.count / 2
        let content = decoded.content.flatMap { Self.content(of: $0, under: header) }
        let other = ConsensusFrame(
            .proposal(second), content: content, fresh: content == nil ? [] : decoded.fresh)
        return [
            .send(Array(names.prefix(half)), .consensus, frame: frame),
            .send(Array(names.dropFirst(half)), .consensus, frame: other.wire),
        ]
    }

    /// The same transactions under another header.
    private static func content(of block: CompactBlock, under header: BlockHeader) -> CompactBlock?
    {
        var writer = WireWriter()
        writer.message(1, header)
        writer.fixedList(2, block.envelopes)
        writer.bytesList(3, block.nullifications)
        writer.bytesList(4, block.evidence)
        return try? CompactBlock(wire: writer.bytes)
    }
}
