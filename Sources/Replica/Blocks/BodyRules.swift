import Chain
import Consensus
import Primitives
import Wire

/// What a block's body must hold besides transactions, judged by the block and its epoch alone.
struct BodyRules {
    let config: EpochConfig

    func hold(for block: Block) -> Bool {
        block.header.epoch == config.epoch && provesSkippedViews(block) && provesEvidence(block)
    }

    /// A block carries the nullification of every view between its parent's and its own, newest
    /// first, up to the limit: the chain itself proves why a view has no block.
    private func provesSkippedViews(_ block: Block) -> Bool {
        let header = block.header
        guard header.view > header.parentView else { return false }
        let gap = header.view.number - header.parentView.number - 1
        let expected = min(gap, UInt64(Simplex.BuildRequest.skippedLimit))
        guard UInt64(block.body.nullifications.count) == expected else { return false }
        var view = header.view
        for bytes in block.body.nullifications {
            view = view.previous
            guard let certificate = try? Certificate(wire: bytes), certificate.view == view,
                certificate.kind == .nullify,
                certificate.isValid(
                    in: config.set, of: config.epoch, chain: config.chain, scheme: config.scheme)
            else { return false }
        }
        return true
    }

    /// Evidence is of this epoch, verifies, and stands in ascending order, each pair once.
    private func provesEvidence(_ block: Block) -> Bool {
        var last: Evidence.Key?
        for bytes in block.body.evidence {
            guard let evidence = try? Evidence(wire: bytes),
                evidence.first.epoch == config.epoch,
                last.map({ $0 < evidence.key }) ?? true,
                evidence.isValid(in: config.set, chain: config.chain, scheme: config.scheme)
            else { return false }
            last = evidence.key
        }
        return true
    }
}
