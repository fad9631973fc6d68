import Consensus
import Primitives

/// I7: a vote is on the voter's disk before it leaves the voter.
struct PersistedBeforeSent: NetworkLaw {
    static let name: StaticString = "I7"
    private var durable: [Int: Set<Name>] = [:]

    private struct Name: Hashable, Sendable {
        let epoch: Epoch
        let view: View
        let subject: VoteSubject

        init(_ vote: Vote) {
            epoch = vote.epoch
            view = vote.view
            subject = vote.subject
        }
    }

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .durable(let records, let node):
            for record in records {
                switch record {
                case .voted(let vote): durable[node, default: []].insert(Name(vote))
                case .proposed(let proposal):
                    durable[node, default: []].insert(Name(proposal.vote))
                case .certified, .accepted, .rejected: continue
                }
            }
            return nil
        case .sent(.vote(let vote), let node): return check(vote, node)
        case .sent(.proposal(let proposal), let node): return check(proposal.vote, node)
        case .sent, .heard, .final, .reference, .evidence, .epoch, .crashed, .light: return nil
        case .copied(let one, let other):
            durable[other] = durable[one]
            return nil
        }
    }

    private func check(_ vote: Vote, _ node: Int) -> String? {
        durable[node]?.contains(Name(vote)) == true
            ? nil : "node \(node) sends \(vote.subject) in view \(vote.view) before it is on disk"
    }
}
