package import Primitives

/// A request of ours, named by the host.
package struct RequestToken: Hashable, Sendable {
    package let number: UInt64
    package init(_ number: UInt64) { self.number = number }
}

/// What one stream of a peer is for, and how far it has come.
struct PeerStream {
    enum Purpose: Equatable {
        /// The peer opened it and has not yet named a protocol.
        case unnamed
        case messagesOut(ProtocolID)
        case messagesIn(ProtocolID)
        case requestOut(ProtocolID, RequestToken)
        /// Reading a request.
        case requestIn(ProtocolID)
        /// The host has the request and owes the answer.
        case requestHeld(ProtocolID)
        /// The answer is on its way; the request counts until all of it is sent.
        case requestAnswered(ProtocolID)
        case identifyOut
        case pingOut(RequestToken)
        case pingIn
        /// Everything is said; only the peer's end is missing.
        case ending
        /// Over; whoever holds it lets it go.
        case gone
    }

    var purpose: Purpose
    var dial: DialNegotiation?
    var listen: ListenNegotiation?
    /// Bytes of a negotiation, or of a ping, that are not yet complete.
    var queue = ByteQueue()
    var assembler: FrameAssembler?
    /// Sent as soon as the protocol is agreed.
    var unsent: [UInt8] = []
    /// When the stream is given up.
    var deadline: Instant?
    /// The answer to a ping must be these bytes.
    var expected: [UInt8] = []
    /// Bytes received and not yet granted to the peer again.
    var unconsumed = 0
    /// Bytes of messages that the consumer holds.
    var held = 0
    /// Bytes that were used so far, as long as the window is not wide.
    var used = 0
    var isWide = false

    init(_ purpose: Purpose, deadline: Instant?) {
        self.purpose = purpose
        self.deadline = deadline
    }

    /// Bytes that can be granted now: what nobody holds (rule W20).
    mutating func takeConsumable() -> Int {
        let count = max(0, unconsumed - held)
        unconsumed -= count
        return count
    }
}

/// What is known of one protocol of the table on one connection.
struct ProtocolState {
    var outgoing: StreamID?
    var isAgreed = false
    var incoming: StreamID?
    var requestsIn = 0
    var requestsOut = 0
}

extension PeerSession {
    /// What a session tells its host.
    package enum Event: Sendable {
        case identified(PeerInfo)
        case opened(ProtocolID, name: String)
        case refused(ProtocolID)
        /// Complete messages; ``PeerSession/release(_:_:)`` gives their bytes back.
        case messages(ProtocolID, StreamID, [[UInt8]], byteCount: Int)
        case request(ProtocolID, StreamID, [UInt8])
        case answered(RequestToken, [UInt8])
        case failed(RequestToken, TransportError)
        /// A message stream of the peer is over; nothing will be released on it.
        case closed(StreamID)
    }

    /// What every connection of a host shares.
    package struct Setup: Sendable {
        package var protocols: [StreamProtocol]
        package var limits: HostLimits
        package var info: PeerInfo
        package var key: PublicKey
        /// The peer's address, told to it by identify.
        package var remote: Multiaddr?

        package init(
            protocols: [StreamProtocol], limits: HostLimits, info: PeerInfo, key: PublicKey,
            remote: Multiaddr? = nil
        ) {
            self.protocols = protocols
            self.limits = limits
            self.info = info
            self.key = key
            self.remote = remote
        }
    }
}
