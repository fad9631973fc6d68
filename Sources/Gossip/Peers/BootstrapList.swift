public import Primitives
public import Wire

/// Where a newcomer finds its first peers: addresses with the identities expected there.
///
/// Signed by whoever publishes it, so that a mirror or a name server cannot put others in; several
/// lists of several publishers may be given, and none is believed beyond its own entries.
///
/// - Source: attack 71; specification A16.
public struct BootstrapList: Hashable, Sendable, WireCodable {
    public static let peerLimit = 64
    public static let byteLimit = 32 << 10

    public struct Peer: Hashable, Sendable, WireCodable {
        public let name: PeerName
        /// A binary multiaddr without the peer id.
        public let address: [UInt8]

        /// - Precondition: 1 to ``BookAddress/byteLimit`` bytes.
        public init(name: PeerName, address: [UInt8]) {
            precondition(
                (1...BookAddress.byteLimit).contains(address.count),
                "an address has 1 to 256 bytes")
            self.name = name
            self.address = address
        }

        public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            let start = cursor.offset
            name = try cursor.fixed(1, "name", of: bytes)
            address = try cursor.bytes(2, "address", limit: BookAddress.byteLimit, of: bytes)
            guard !address.isEmpty else {
                throw WireError(.missing, at: start).inside("address")
            }
        }

        public func encode(into writer: inout WireWriter) {
            writer.fixed(1, name)
            writer.bytes(2, address)
        }
    }

    /// The network that the peers belong to.
    public let genesis: Digest
    /// Of two lists of one publisher the one with the higher number holds.
    public let sequence: UInt64
    /// After this the list is not used.
    public let expiry: Timestamp
    public let peers: [Peer]
    public let publisher: PublicKey
    public let signature: Signature

    /// Signs a list.
    ///
    /// - Precondition: 1 to ``peerLimit`` peers.
    public init(
        genesis: Digest, sequence: UInt64, expiry: Timestamp, peers: [Peer],
        signedBy key: SigningKey, scheme: SignatureScheme = .ed25519
    ) {
        precondition((1...Self.peerLimit).contains(peers.count), "a list has 1 to 64 peers")
        self.genesis = genesis
        self.sequence = sequence
        self.expiry = expiry
        self.peers = peers
        publisher = key.publicKey
        let digest = Self.digest(genesis, sequence, expiry, peers, key.publicKey)
        signature = scheme.sign(digest.bytes.array, with: key)
    }

    /// Whether the list is for this network, in force, and signed by its publisher.
    ///
    /// Whether the publisher is one to listen to is the caller's to know.
    public func isValid(
        genesis: Digest, now: Timestamp, scheme: SignatureScheme = .ed25519
    ) -> Bool {
        guard self.genesis == genesis, now < expiry,
            scheme == .simulated || publisher.isAdmissible
        else { return false }
        let digest = Self.digest(genesis, sequence, expiry, peers, publisher)
        return scheme.isValid(signature, for: digest.bytes.array, by: publisher)
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        guard cursor.end - start <= Self.byteLimit else {
            throw WireError(.overLimit(count: cursor.end - start, limit: Self.byteLimit), at: start)
        }
        genesis = try cursor.fixed(1, "genesis", of: bytes)
        sequence = try cursor.uint64(2, "sequence", of: bytes)
        expiry = Timestamp(try cursor.uint64(3, "expiry_ms", of: bytes))
        peers = try cursor.messages(4, "peers", limit: Self.peerLimit, of: bytes)
        guard !peers.isEmpty else { throw WireError(.missing, at: start).inside("peers") }
        publisher = try cursor.fixed(5, "publisher", of: bytes)
        signature = try cursor.fixed(6, "signature", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        Self.encode(genesis, sequence, expiry, peers, publisher, into: &writer)
        writer.fixed(6, signature)
    }

    /// What is signed: the hash of the list without its signature.
    private static func digest(
        _ genesis: Digest, _ sequence: UInt64, _ expiry: Timestamp, _ peers: [Peer],
        _ publisher: PublicKey
    ) -> Digest {
        var writer = WireWriter()
        encode(genesis, sequence, expiry, peers, publisher, into: &writer)
        return Digest(hashing: writer.bytes, in: .bootstrap)
    }

    private static func encode(
        _ genesis: Digest, _ sequence: UInt64, _ expiry: Timestamp, _ peers: [Peer],
        _ publisher: PublicKey, into writer: inout WireWriter
    ) {
        writer.fixed(1, genesis)
        writer.uint64(2, sequence)
        writer.uint64(3, expiry.milliseconds)
        writer.messages(4, peers)
        writer.fixed(5, publisher)
    }
}
