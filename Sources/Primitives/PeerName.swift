public import Wire

/// A connected node's identity: its Ed25519 key, which libp2p wraps into a peer id.
///
/// - Shape: 32 bytes; as a libp2p peer id 38, since the key lies in it unhashed.
@frozen
public struct PeerName: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    public init(_ key: PublicKey) { bytes = key.bytes }

    public var key: PublicKey { PublicKey(bytes) }

    /// Identity multihash of the key's protobuf, in front of the 32 key bytes.
    private static let peerIDPrefix: [UInt8] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]

    /// The key as libp2p's protobuf has it.
    public var libp2pKey: [UInt8] { Self.peerIDPrefix.dropFirst(2) + bytes.array }

    /// The peer id as libp2p writes it in messages.
    public var libp2pBytes: [UInt8] { Self.peerIDPrefix + bytes.array }

    /// Reads a peer id that holds an Ed25519 key; `nil` for every other form.
    public init?(libp2p bytes: [UInt8]) {
        guard bytes.count == Self.peerIDPrefix.count + Self.byteCount,
            bytes.starts(with: Self.peerIDPrefix)
        else { return nil }
        self.init(FixedBytes(copying: bytes.span, from: Self.peerIDPrefix.count))
    }
}
