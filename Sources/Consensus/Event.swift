public import Primitives

extension Simplex {
    /// A connection, numbered by the driver; a number is not used twice in a process.
    public struct Peer: Hashable, Comparable, Sendable, CustomStringConvertible {
        public let number: UInt64
        public init(_ number: UInt64) { self.number = number }
        public static func < (left: Peer, right: Peer) -> Bool { left.number < right.number }
        public var description: String { String(number) }
    }

    /// Whether and when the machine may vote.
    public enum Standing: Hashable, Sendable {
        case voting
        /// Looks for its own signature in so many views first, in case the key runs elsewhere too.
        case listening(views: UInt64)
        /// Never votes in this epoch: no key, or a log that was lost or restored (rule C43).
        case observing
    }

    /// What survived: the log in the order in which it was written, and what the chain store knows.
    public struct Recovery: Sendable {
        public var records: [VoteRecord]
        /// The mark kept beside the key; ahead of the log means that records were lost.
        public var highWater: HighWater?
        /// The newest finalization of this epoch in the chain store, if any.
        public var finalization: Finalization?
        /// The header of that finalization's block.
        public var finalizedHeader: BlockHeader?
        public var standing: Standing

        public init(
            records: [VoteRecord] = [], highWater: HighWater? = nil,
            finalization: Finalization? = nil, finalizedHeader: BlockHeader? = nil,
            standing: Standing = .voting
        ) {
            self.records = records
            self.highWater = highWater
            self.finalization = finalization
            self.finalizedHeader = finalizedHeader
            self.standing = standing
        }
    }

    /// The result of executing a block: the same on every honest node.
    public enum Execution: Hashable, Sendable {
        /// Durable on disk, executed and valid.
        case valid(stateRoot: Digest)
        case invalid
    }

    /// How far the log has reached the disk; each batch has the next number.
    public struct LogToken: Hashable, Comparable, Sendable {
        public let number: UInt64
        public init(_ number: UInt64) { self.number = number }
        public static func < (left: LogToken, right: LogToken) -> Bool {
            left.number < right.number
        }
    }

    /// What happens to the machine.
    public enum Event: Sendable {
        /// The first event, once.
        indirect case started(Recovery)
        case connected(Peer)
        case disconnected(Peer)
        /// A message from a peer, with the wall clock at its arrival.
        case received(ConsensusMessage, from: Peer, at: Timestamp)
        /// This batch and all before it are on disk.
        case logged(LogToken)
        /// Answers ``Simplex/Effect/build(_:)``; the body is in the driver's hands.
        indirect case built(BlockHeader, for: View)
        /// Answers ``Simplex/Effect/build(_:)`` when nothing can be built, as while syncing.
        case notBuilt(View)
        /// Answers ``Simplex/Effect/check(_:view:from:)``.
        case checked(block: Digest, view: View, passed: Bool)
        /// Answers ``Simplex/Effect/certify(_:block:view:)``.
        case executed(block: Digest, view: View, Execution)
        /// Answers ``Simplex/Effect/fetch(block:view:from:)`` with the header that has the asked digest.
        indirect case fetched(BlockHeader)
        /// Whether transactions are waiting.
        case mempool(ready: Bool)
        /// The time asked for by ``Simplex/Effect/wake(at:)`` has come.
        case woke

        var mayPrecedeStart: Bool {
            switch self {
            case .started, .connected, .disconnected, .mempool: true
            case .received, .logged, .built, .notBuilt, .checked, .executed, .fetched,
                .woke:
                false
            }
        }
    }
}
