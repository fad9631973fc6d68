import Chain
import Consensus
import Primitives
import Replica
import Wire

/// What the onlooker has made of the last frame that it looked at: each is sent to many.
struct FrameReading: Sendable {
    private var frame: [UInt8] = []
    private var isOfHonest = false
    /// How many of its bytes are there because of rule C27.
    private(set) var relayByteCount: UInt64 = 0
    /// Votes that its receiver counts one by one.
    private(set) var votes: [Vote] = []

    /// Whether this frame, by this kind of sender, is the one that was looked at.
    func isOf(_ frame: [UInt8], isHonest: Bool) -> Bool {
        isOfHonest == isHonest && self.frame == frame
    }

    init() {}

    init(_ frame: [UInt8], _ message: ConsensusMessage?, isHonest: Bool, wantsVotes: Bool) {
        self.frame = frame
        isOfHonest = isHonest
        switch message {
        case .relay: relayByteCount = UInt64(frame.count)
        case .status(let status) where status.unheard.count > 0:
            relayByteCount = UInt64(2 + (status.unheard.seats.last?.index ?? 0) / 8 + 1)
        case .proposal, .vote, .certificates, .status, .request, nil: break
        }
        if wantsVotes { votes = message?.singleVotes ?? [] }
    }
}

extension ConsensusMessage {
    /// Votes that come alone, or with the proposal that they are for.
    fileprivate var singleVotes: [Vote] {
        switch self {
        case .vote(let vote): [vote]
        case .proposal(let proposal): [proposal.ownVote].compactMap(\.self)
        case .relay(let relay): [relay.proposal?.ownVote].compactMap(\.self) + relay.votes
        case .certificates, .status, .request: []
        }
    }
}

extension Proposal {
    /// The leader's vote, if it is for this header and this view.
    fileprivate var ownVote: Vote? {
        let isOwn =
            header.leader == vote.seat && header.view == vote.view && header.epoch == vote.epoch
            && vote.subject.block == header.digest
        return isOwn ? vote : nil
    }
}

extension Cluster {
    /// Looks at what a node is about to send.
    ///
    /// - Returns: what was made of it.
    mutating func read(_ frame: [UInt8], by node: Int) -> FrameReading {
        let isHonest = isHonest(node)
        guard isHonest || hasTraitors else { return FrameReading() }
        guard !record.reading.isOf(frame, isHonest: isHonest) else { return record.reading }
        var message: ConsensusMessage?
        do throws(WireError) {
            message = try ConsensusFrame(wire: frame).message
        } catch {
            // A traitor may send what it likes.
            if isHonest {
                record.report("I6", "node \(node) sends what nobody can read: \(error)")
            }
        }
        record.reading = FrameReading(
            frame, message, isHonest: isHonest, wantsVotes: hasTraitors)
        if isHonest, let message { record.show(.sent(message, by: node)) }
        return record.reading
    }

    private var hasTraitors: Bool {
        !scenario.traitors.isEmpty || !scenario.twins.isEmpty || !scenario.lyingDisks.isEmpty
    }

    /// The votes of a frame that this node counts when it takes the frame now.
    func countable(_ votes: [Vote], by node: Int, from sender: Int) -> [Vote] {
        guard !votes.isEmpty, isHonest(node), let replica = nodes[node].replica,
            !nodes[node].phase.isHalted, replica.peerNames.contains(nodes[sender].name)
        else { return [] }
        let (epoch, vigil) = (replica.epoch.epoch, replica.vigil)
        guard !vigil.isOver, votes.allSatisfy({ $0.epoch == epoch }) else { return [] }
        return votes.filter { vote in
            // Well within what rule C3 lets it take.
            vote.view > vigil.finalizedView && vote.view <= vigil.view.adding(8)
                && vote.view.adding(32) >= vigil.view
        }
    }

    /// The view that a node is in that may lead blocks of this epoch.
    func viewOfVoter(_ node: Int, in epoch: Epoch) -> View? {
        guard let replica = nodes[node].replica, replica.epoch.epoch == epoch,
            replica.vigil.mayVote
        else { return nil }
        return replica.vigil.view
    }

    /// Shows the onlooker what a node has counted.
    mutating func showHeard(_ votes: [Vote], by node: Int) {
        guard !votes.isEmpty, nodes[node].isUp else { return }
        record.show(.heard(votes, at: node))
    }
}

extension Cluster {
    mutating func noteFinal(_ final: FinalBlock, at node: Int) {
        if counts(node) { record.noteCalm(final.digest) }
        let height = record.finalHeight
        for transaction in record.noteFinal(final, at: node) {
            wallets.finalized(transaction, at: record.now)
            record.submissions.noteFinal(transaction.id)
        }
        let number = record.finalHeight.number
        if number > height.number, number % NothingPilesUp.interval == 0 { lookAtHoldings() }
    }
}
