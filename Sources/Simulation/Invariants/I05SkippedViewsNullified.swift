import Chain
import Consensus
import Primitives
import Wire

/// I5: a final block carries the nullifications of the views between its parent's and its own, and
/// no honest node votes for a block that skips a view which nobody has proved to be given up.
struct SkippedViewsNullified: NetworkLaw {
    static let name: StaticString = "I5"
    private var nullified: Set<Slot> = []

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .reference(let block, _): return check(block)
        case .durable(let records, let node):
            var found: String?
            for record in records { found = note(record, of: node) ?? found }
            return found
        case .sent:
            for certificate in sight.certificates { note(certificate) }
            return nil
        case .heard, .final, .evidence, .epoch, .crashed, .light, .copied: return nil
        }
    }

    private mutating func note(_ certificate: Certificate) {
        if certificate.kind == .nullify { nullified.insert(certificate.slot) }
    }

    /// Records come in the order in which they were made: the certificates before what rests on
    /// them.
    private mutating func note(_ record: VoteRecord, of node: Int) -> String? {
        let vote: Vote
        switch record {
        case .certified(let certificate):
            note(certificate)
            return nil
        case .voted(let own): vote = own
        case .proposed(let proposal): vote = proposal.vote
        case .accepted, .rejected: return nil
        }
        guard case .notarize(let parentView, _) = vote.subject else { return nil }
        var view = parentView.next
        while view < vote.view {
            guard nullified.contains(Slot(epoch: vote.epoch, view: view)) else {
                return "node \(node) votes in view \(vote.view) over view \(view), not given up"
            }
            view = view.next
        }
        return nil
    }

    private func check(_ block: Block) -> String? {
        let header = block.header
        let gap = header.view.number - min(header.view.number, header.parentView.number + 1)
        let expected = min(gap, UInt64(Simplex.BuildRequest.skippedLimit))
        let views = block.body.nullifications.compactMap { try? Certificate(wire: $0).view }
        let wanted = (0..<expected).map { header.view.number - 1 - $0 }
        return views.map(\.number) == wanted
            ? nil : "block \(header.height) skips views \(wanted) and proves \(views)"
    }
}
