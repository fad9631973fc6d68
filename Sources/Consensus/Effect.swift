public import Primitives

extension Simplex {
    /// Who receives a message.
    public enum Recipient: Hashable, Sendable {
        /// Every connected peer that takes part in the epoch.
        case everyone
        case one(Peer)
    }

    /// What a block is to be built on.
    public struct BuildRequest: Hashable, Sendable {
        /// Nullifications of skipped views to embed in the body.
        public static let skippedLimit = 64

        public let view: View
        public let height: Height
        public let leader: Seat
        public let parent: Digest
        public let parentView: View
        public let parentTime: Timestamp
        /// Root of the state after the parent.
        public let parentStateRoot: Digest
        public let skipped: [Certificate]
        /// Nothing may be waiting; a block without transactions is wanted too.
        public let isHeartbeat: Bool

        public init(
            view: View, height: Height, leader: Seat, parent: Digest, parentView: View,
            parentTime: Timestamp, parentStateRoot: Digest, skipped: [Certificate],
            isHeartbeat: Bool
        ) {
            self.view = view
            self.height = height
            self.leader = leader
            self.parent = parent
            self.parentView = parentView
            self.parentTime = parentTime
            self.parentStateRoot = parentStateRoot
            self.skipped = skipped
            self.isHeartbeat = isHeartbeat
        }
    }

    /// Records that go to disk together.
    public struct LogBatch: Hashable, Sendable {
        public let token: LogToken
        public let records: [VoteRecord]
        /// Whether something waits for this batch to be durable; others may be written lazily.
        public let isUrgent: Bool

        package init(token: LogToken, records: [VoteRecord], isUrgent: Bool) {
            self.token = token
            self.records = records
            self.isUrgent = isUrgent
        }
    }

    /// What a peer did that no honest node does.
    public enum PeerFault: Hashable, Sendable {
        case badSignature
        case badCertificate(CertificateFault)
        case unknownSeat(Seat)
        /// A proposal by someone who does not lead the view, or whose parts contradict each other.
        case badProposal
        /// Another epoch: the driver handed it to the wrong machine, or the peer is confused.
        case foreignEpoch
    }

    /// What an operator has to know at once.
    public enum Alarm: Hashable, Sendable {
        /// A quorum finalized another state than ours: our software or disk is at fault. Voting has
        /// stopped.
        case stateDiverged(Finalization, ours: Digest)
        /// The mark beside the key is ahead of the log: restored or lost. Not voting in this epoch.
        case logBehindMark(HighWater)
        /// Our key signed something that we did not. Voting has stopped.
        case keyUsedElsewhere(Vote)
        /// More views are open than the machine tracks; it stays in the last one.
        case tooManyOpenViews(View)
    }

    /// What the driver is to do, in this order.
    public enum Effect: Sendable {
        /// Writes and syncs a batch, then answers ``Simplex/Event/logged(_:)``.
        case persist(LogBatch)
        case send(ConsensusMessage, to: Recipient)
        /// Builds a block; answers ``Simplex/Event/built(_:for:)`` or ``Simplex/Event/notBuilt(_:)``.
        indirect case build(BuildRequest)
        /// Checks what consensus cannot: that the transactions are at hand, history root, parameters.
        /// Answers ``Simplex/Event/checked(block:view:passed:)``; an answer may take its time.
        indirect case check(BlockHeader, block: Digest, view: View, from: Peer)
        /// Gets the body, writes it durably, executes it on its parent's state; answers
        /// ``Simplex/Event/executed(block:view:_:)``. The verdict must not depend on time or local limits.
        indirect case certify(BlockHeader, block: Digest, view: View)
        /// Gets the header of a notarized or finalized block; answers ``Simplex/Event/fetched(_:)``. Repeated
        /// until answered, with another peer as the hint.
        case fetch(block: Digest, view: View, from: Peer?)
        /// The block and all its ancestors are final.
        indirect case finalized(Finalization)
        /// The epoch's last block has more signatures than before: keep this certificate instead.
        indirect case boundaryGrew(Finalization)
        /// The epoch's last block is final. The machine only serves stragglers from here on.
        indirect case epochEnded(Finalization)
        indirect case evidence(Evidence)
        /// Two quorums contradict each other; the driver shows both and stops.
        indirect case forked(Fork)
        case fault(Peer, PeerFault)
        indirect case alarm(Alarm)
        /// Listening is over, and nobody else was heard to use our key (rule C45).
        case listened
        /// Wakes the machine at this time; replaces the time asked for before.
        case wake(at: Instant)
    }
}
