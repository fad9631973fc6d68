/// A protocol of this node, by its place in the table that the host was given.
public struct ProtocolID: Hashable, Comparable, Sendable {
    public let number: UInt8
    public init(_ number: UInt8) { self.number = number }
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What goes first when a connection cannot carry everything at once.
///
/// In each round a class may send its quota before the classes below it, and then waits for them
/// to use theirs: the first class is fastest, and none starves (rule W30).
public enum Priority: Int, CaseIterable, Comparable, Sendable {
    case consensus, sync, light, gossip

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Bytes of one round.
    var quotaBytes: Int {
        switch self {
        case .consensus: 512 << 10
        case .sync: 256 << 10
        case .light: 128 << 10
        case .gossip: 128 << 10
        }
    }
}

/// One row of the host's table: a protocol that runs in streams of its own.
///
/// On the wire every message is a varint length and that many bytes.
public struct StreamProtocol: Sendable {
    public enum Shape: Sendable {
        /// Each side opens one stream and only writes to it; messages have no answer.
        case messages
        /// Each request is a stream: one message there, one message back.
        case requests
    }

    /// What happens when a message does not fit into the queue to a peer.
    public enum Overflow: Sendable {
        /// The oldest messages that are not marked as kept make room.
        case dropOldest
        /// The new message is refused.
        case refuse
    }

    public let id: ProtocolID
    public let shape: Shape
    /// Names offered when we open a stream, best first: `/meshsub/1.1.0`.
    public let dialNames: [String]
    /// Names accepted when the peer opens one.
    public let acceptNames: [String]
    public let priority: Priority
    /// The longest message accepted and sent; a longer one resets the stream.
    public let frameByteLimit: Int
    /// Bytes that may wait for one peer; also of requests that wait to be sent.
    public let queueByteLimit: Int
    public let overflow: Overflow
    /// Requests of one peer that may be unanswered at a time, and ours to one peer.
    public let requestLimit: Int
    /// Whether ``HostEvent/sent(_:_:byteCount:)`` tells what has left a queue of messages.
    public let reportsSent: Bool

    /// - Precondition: at least one name to dial and to accept, and limits above zero.
    public init(
        _ id: ProtocolID, _ shape: Shape, dialNames: [String], acceptNames: [String]? = nil,
        priority: Priority, frameByteLimit: Int, queueByteLimit: Int,
        overflow: Overflow = .dropOldest, requestLimit: Int = 8, reportsSent: Bool = false
    ) {
        precondition(!dialNames.isEmpty, "a protocol has a name")
        precondition(
            frameByteLimit > 0 && queueByteLimit >= frameByteLimit && requestLimit > 0,
            "a queue holds at least one message")
        self.id = id
        self.shape = shape
        self.dialNames = dialNames
        self.acceptNames = acceptNames ?? dialNames
        self.priority = priority
        self.frameByteLimit = frameByteLimit
        self.queueByteLimit = queueByteLimit
        self.overflow = overflow
        self.requestLimit = requestLimit
        self.reportsSent = reportsSent
    }
}
