/// What a host reports.
///
/// The events of one peer come in order: `connected` first, `disconnected` last, and nothing of
/// the peer in between two of its connections.
public enum HostEvent: Sendable {
    /// The handshake is complete; messages can be sent.
    case connected(PeerID, Direction, remote: Multiaddr)
    /// The peer said what it is and which protocols it speaks; may come late or never.
    case identified(PeerID, PeerInfo)
    /// The stream on which we send messages of this protocol is open, under this name.
    case opened(PeerID, ProtocolID, name: String)
    /// The peer does not speak the protocol, or has reset our stream; what waited is dropped.
    /// The next `send` tries again.
    case refused(PeerID, ProtocolID)
    case messages(MessageBatch)
    /// So many bytes of messages have left the queue to the peer: they are on their way, or were
    /// dropped with ``refused(_:_:)``. Only of protocols that ask for it (rule W37).
    case sent(PeerID, ProtocolID, byteCount: Int)
    case request(IncomingRequest)
    case disconnected(PeerID, DisconnectReason)
}

/// Who opened a connection.
public enum Direction: Sendable { case outbound, inbound }

/// Why a connection ended.
public enum DisconnectReason: Hashable, Sendable {
    /// The peer closed it, or the socket failed.
    case remoteClosed
    /// We closed it: ``Host/disconnect(_:)``.
    case requested
    /// The same peer connected a second time, and the other connection was kept.
    case duplicate
    /// No answer to a ping in time.
    case unresponsive
    /// The peer broke a rule of the protocol; the text names it, for the log.
    case violation(String)
    /// This host is closing.
    case closing
}

/// What `send` did with a message.
public enum SendResult: Hashable, Sendable {
    case queued
    /// It was queued, and that many older messages were dropped for it.
    case queuedInsteadOf(messageCount: Int)
    /// The queue is full and the message is not in it.
    case full
    case notConnected
    /// Longer than the protocol's limit.
    case tooLong
}

/// Messages of one peer and one protocol, in the order in which they were sent.
///
/// While a batch is held, its bytes count against the peer's window: once 256 KiB are held, the
/// host stops reading that stream, and no other. Letting go of the batch is the receipt.
public struct MessageBatch: Sendable {
    public let peer: PeerID
    public let protocolID: ProtocolID
    public let frames: [[UInt8]]
    private let receipt: Receipt

    init(peer: PeerID, protocolID: ProtocolID, frames: [[UInt8]], receipt: Receipt) {
        self.peer = peer
        self.protocolID = protocolID
        self.frames = frames
        self.receipt = receipt
    }
}

/// What a peer says about itself.
///
/// - Source: libp2p identify; all of it is a claim, except that the key was checked.
public struct PeerInfo: Hashable, Sendable {
    public var agent: String
    public var protocolVersion: String
    public var listenAddresses: [Multiaddr]
    public var protocolNames: [String]
    /// Our own address as the peer sees it.
    public var observedAddress: Multiaddr?
    /// A signed peer record envelope, not yet verified.
    public var signedPeerRecord: [UInt8]?

    public init(
        agent: String = "", protocolVersion: String = "", listenAddresses: [Multiaddr] = [],
        protocolNames: [String] = [], observedAddress: Multiaddr? = nil,
        signedPeerRecord: [UInt8]? = nil
    ) {
        self.agent = agent
        self.protocolVersion = protocolVersion
        self.listenAddresses = listenAddresses
        self.protocolNames = protocolNames
        self.observedAddress = observedAddress
        self.signedPeerRecord = signedPeerRecord
    }
}

/// Why something that was asked of the host was not done.
public enum TransportError: Error, Hashable, Sendable {
    /// The address is not one that can be dialled or listened on.
    case unusableAddress
    /// The socket could not be opened; the system's words.
    case socket(String)
    case timedOut
    case wrongPeer(expected: PeerID, found: PeerID)
    /// The address is our own.
    case selfDial
    /// A limit of this host, named by the text.
    case limitReached(String)
    /// The admission rule said no.
    case notAdmitted
    case handshake(String)
    case notConnected
    /// The peer does not speak the protocol.
    case notSpoken
    /// The peer reset the stream, or declined the request.
    case declined
    case tooLong(byteCount: Int, limit: Int)
    case closed
}
