public import Primitives

/// Limits of a host: counts, bytes and times (design R14).
public struct HostLimits: Sendable {
    /// Connections past the handshake.
    public var connectionLimit = 160
    /// Connections from one IP address, or one /64 of IPv6.
    public var connectionsPerAddressLimit = 8
    /// Handshakes that may run at a time.
    public var handshakeLimit = 64
    /// Inbound handshakes of one IP address at a time.
    public var handshakesPerAddressLimit = 4
    /// Whether the limits by address leave out this machine, where a local network lives.
    public var exemptsLoopback = true
    /// From the accepted socket to an open Yamux session.
    public var handshakeMilliseconds: UInt64 = 10_000
    /// From an open stream to an agreed protocol.
    public var negotiationMilliseconds: UInt64 = 10_000
    /// An incoming message that has begun must end within this time (attacks 55 and 60).
    public var frameMilliseconds: UInt64 = 60_000
    /// Time between keep-alive pings.
    public var pingIntervalMilliseconds: UInt64 = 15_000
    /// Time for the answer to a ping.
    public var pingTimeoutMilliseconds: UInt64 = 10_000
    /// An incoming request that is not answered in this time is reset.
    public var responseMilliseconds: UInt64 = 30_000

    public init() {}
}

/// What a host needs to know before it starts.
public struct HostConfiguration: Sendable {
    /// Whether a connection is wanted.
    ///
    /// Asked at accept time without a peer id, and after the handshake with it, on the host's
    /// event loop; must be quick.
    public typealias Admission = @Sendable (Multiaddr, PeerID?, Direction) -> Bool

    public var identity: SigningKey
    public var protocols: [StreamProtocol]
    public var agent: String
    public var protocolVersion: String
    public var limits = HostLimits()
    public var admission: Admission = { _, _, _ in true }

    public init(
        identity: SigningKey, protocols: [StreamProtocol], agent: String = "argosy",
        protocolVersion: String = "/argosy/1.0.0"
    ) {
        self.identity = identity
        self.protocols = protocols
        self.agent = agent
        self.protocolVersion = protocolVersion
    }
}
