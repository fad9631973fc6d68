import Consensus
import Primitives

/// I6: honest nodes never sign two contradicting things, across any number of restarts, and no
/// evidence names one of them.
struct HonestNodesKeepTheRules: NetworkLaw {
    static let name: StaticString = "I6"
    let traitors: Set<PublicKey>
    private var sets: [Epoch: ValidatorSet]
    private var votes: [Key: [Vote]] = [:]
    /// Views that nodes have given up, by their logs.
    private var given: Set<Place> = []

    private struct Place: Hashable, Sendable {
        let slot: Slot
        let node: Int
    }

    private struct Key: Hashable, Sendable {
        let slot: Slot
        let seat: Seat
    }

    init(traitors: Set<PublicKey>, set: ValidatorSet) {
        self.traitors = traitors
        sets = [Epoch(0): set]
    }

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .sent(.vote(let vote), let node): return note(vote, by: node)
        case .sent(.proposal(let proposal), let node): return note(proposal.vote, by: node)
        case .evidence(let evidence, let node, _):
            let accused = sets[evidence.first.epoch]?[evidence.first.seat]?.key
            return accused.map { traitors.contains($0) } ?? false
                ? nil : "node \(node) has evidence against honest seat \(evidence.first.seat)"
        case .epoch(let epoch, let set):
            sets[epoch] = set
            return nil
        case .durable(let records, let node):
            var found: String?
            for record in records { found = note(record, of: node) ?? found }
            return found
        case .sent, .heard, .final, .reference, .crashed, .light, .copied: return nil
        }
    }

    private mutating func note(_ vote: Vote, by node: Int) -> String? {
        let key = Key(slot: vote.slot, seat: vote.seat)
        let known = votes[key] ?? []
        guard !known.contains(where: { $0.subject == vote.subject }) else { return nil }
        votes[key] = known + [vote]
        let against = known.first { Evidence($0, vote) != nil }
        guard let against else { return nil }
        return "honest node \(node) signs \(vote.subject) after \(against.subject)"
            + " in view \(vote.view)"
    }

    /// The log shows the order in which a node signed: to notarize a view that one has given up
    /// proves nothing to others, and is against the rules all the same.
    private mutating func note(_ record: VoteRecord, of node: Int) -> String? {
        let vote: Vote
        switch record {
        case .voted(let own): vote = own
        case .proposed(let proposal): vote = proposal.vote
        case .certified, .accepted, .rejected: return nil
        }
        let place = Place(slot: vote.slot, node: node)
        switch vote.kind {
        case .nullify: given.insert(place)
        case .finalize: break
        case .notarize:
            if given.contains(place) {
                return "node \(node) notarizes view \(vote.view) after giving up"
            }
        }
        return nil
    }
}
