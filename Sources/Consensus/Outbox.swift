import Primitives

/// Effects of the event at hand, and votes that wait for the disk.
struct Outbox: Sendable {
    private struct Withheld: Sendable {
        let token: Simplex.LogToken
        let votes: [Vote]
        let messages: [ConsensusMessage]
    }

    private var effects: [Simplex.Effect] = []
    private var records: [VoteRecord] = []
    private var votes: [Vote] = []
    private var messages: [ConsensusMessage] = []
    private var withheld: [Withheld] = []
    private var token = Simplex.LogToken(0)
    /// Views whose certificates are needed to go on.
    var lacks: [View] = []
    /// Who probably has them.
    var lacksFrom: Simplex.Peer?
    /// The view in which a block is being built for us.
    var building: View?

    mutating func emit(_ effect: Simplex.Effect) { effects.append(effect) }

    mutating func send(_ message: ConsensusMessage, to recipient: Simplex.Recipient) {
        effects.append(.send(message, to: recipient))
    }

    mutating func record(_ record: VoteRecord) { records.append(record) }

    /// Holds a vote of ours, and the message that carries it, until its record is on disk.
    mutating func withhold(_ vote: Vote, _ message: ConsensusMessage, record: VoteRecord) {
        records.append(record)
        votes.append(vote)
        messages.append(message)
    }

    /// Takes what a batch held back, once it and all before it are on disk.
    mutating func release(
        _ token: Simplex.LogToken
    ) -> (votes: [Vote], messages: [ConsensusMessage]) {
        let ready = withheld.prefix { $0.token <= token }
        guard !ready.isEmpty else { return ([], []) }
        let released = (ready.flatMap(\.votes), ready.flatMap(\.messages))
        withheld.removeFirst(ready.count)
        return released
    }

    /// Ends the event: the log first, so that the disk starts while the rest is sent.
    mutating func drain() -> [Simplex.Effect] {
        lacks.removeAll(keepingCapacity: true)
        lacksFrom = nil
        var drained: [Simplex.Effect] = []
        swap(&drained, &effects)
        guard !records.isEmpty else { return drained }
        token = Simplex.LogToken(token.number + 1)
        let batch = Simplex.LogBatch(
            token: token, records: records, isUrgent: !votes.isEmpty)
        if !votes.isEmpty {
            withheld.append(Withheld(token: token, votes: votes, messages: messages))
        }
        records = []
        votes = []
        messages = []
        drained.insert(.persist(batch), at: 0)
        return drained
    }

    /// Forgets what replaying the log would have written and sent.
    mutating func discard() {
        effects = []
        records = []
        votes = []
        messages = []
    }
}
