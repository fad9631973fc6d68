import Consensus
import Primitives

/// I6: honest nodes never sign two contradicting things, across any number of restarts, and no
/// evidence names one of them.
struct HonestNodesKeepTheRules: NetworkLaw {
    static let name: StaticString = "I6"
    let traitors: Set<Seat>
    private var votes: [Key: [Vote]] = [:]

    private struct Key: Hashable, Sendable {
        let slot: Slot
        let seat: Seat
    }

    init(traitors: Set<Seat>) { self.traitors = traitors }

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .sent(.vote(let vote), let node): return note(vote, by: node)
        case .sent(.proposal(let proposal), let node): return note(proposal.vote, by: node)
        case .evidence(let evidence, let node):
            return traitors.contains(evidence.first.seat)
                ? nil : "node \(node) has evidence against honest seat \(evidence.first.seat)"
        case .sent, .durable, .final, .reference: return nil
        }
    }

    private mutating func note(_ vote: Vote, by node: Int) -> String? {
        let key = Key(slot: Slot(epoch: vote.epoch, view: vote.view), seat: vote.seat)
        let known = votes[key] ?? []
        guard !known.contains(where: { $0.subject == vote.subject }) else { return nil }
        votes[key] = known + [vote]
        guard let against = known.first(where: { Evidence($0, vote) != nil }) else { return nil }
        return "honest node \(node) signs \(vote.subject) after \(against.subject)"
            + " in view \(vote.view)"
    }
}
