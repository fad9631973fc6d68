import Chain
import Consensus
import Primitives
import Replica

/// I16: no view is left without a certificate: who votes in a view has on its disk what leads out of
/// the one before, or something final of that view or a later one (R1, R7).
struct ViewsAreLeftByCertificates: NetworkLaw {
    static let name: StaticString = "I16"
    /// The newest slot of each node that something on its disk leads out of.
    private var left: [Int: Slot] = [:]

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .durable(let records, let node):
            var found: String?
            for record in records { found = note(record, of: node) ?? found }
            return found
        case .final(let final, let node):
            let header = final.block.header
            let view = final.finalization?.view ?? header.view
            leave(Slot(epoch: header.epoch, view: view), at: node)
            return nil
        case .copied(let one, let other):
            left[other] = left[one]
            return nil
        case .sent, .heard, .reference, .evidence, .epoch, .crashed, .light: return nil
        }
    }

    private mutating func leave(_ slot: Slot, at node: Int) {
        if left[node].map({ $0 < slot }) ?? true { left[node] = slot }
    }

    /// Records come in the order in which they were made.
    private mutating func note(_ record: VoteRecord, of node: Int) -> String? {
        let vote: Vote
        switch record {
        case .certified(let certificate):
            leave(certificate.slot, at: node)
            return nil
        case .voted(let own): vote = own
        case .proposed(let proposal): vote = proposal.vote
        case .accepted, .rejected: return nil
        }
        guard vote.view > View(1) else { return nil }
        let before = Slot(epoch: vote.epoch, view: vote.view.previous)
        guard left[node].map({ $0 < before }) ?? true else { return nil }
        return "node \(node) votes in view \(vote.view) and has nothing that leads out of the one"
            + " before"
    }
}
