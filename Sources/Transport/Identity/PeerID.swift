public import Primitives
import Wire

/// Who a peer is: its Ed25519 node key.
///
/// - Shape: 38 bytes on the wire, an identity multihash of the libp2p public key message, so that
///   peer id and key give each other without a look-up. As text base58, `12D3KooW…`.
/// - Source: libp2p specification "peer ids"; Transport specification W1.
public struct PeerID: Hashable, Comparable, Sendable {
    public static let byteCount = 38
    /// The multihash header and the fixed part of the key message.
    private static let prefix: [UInt8] = [0x00, 0x24] + LibP2PKey.prefix
    /// The longest text that is looked at.
    public static let textByteLimit = 80

    public let key: PublicKey

    public init(_ key: PublicKey) { self.key = key }

    /// The same identity, as the modules that know no connections name it.
    public init(_ name: PeerName) { key = name.key }

    public var name: PeerName { PeerName(key) }

    /// Reads the 38 bytes; `nil` for any other length, hash or kind of key.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, bytes.starts(with: Self.prefix),
            let key = PublicKey(Array(bytes.dropFirst(Self.prefix.count)))
        else { return nil }
        self.key = key
    }

    public var bytes: [UInt8] { Self.prefix + key.bytes.array }

    public static func < (left: PeerID, right: PeerID) -> Bool { left.key < right.key }
}

extension PeerID: CustomStringConvertible {
    /// Base58 text, as other libp2p programs print it.
    public var description: String { Base58.encode(bytes) }

    /// Reads base58 text, or the base32 text of a CID with the libp2p-key codec.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.textByteLimit else { return nil }
        if text.utf8.first == UInt8(ascii: "b") {
            // A CID: version 1, codec 0x72 (libp2p-key), then the multihash.
            guard let bytes = Base32.decode(text.utf8.dropFirst()), bytes.starts(with: [1, 0x72])
            else { return nil }
            self.init(bytes: Array(bytes.dropFirst(2)))
        } else {
            guard let bytes = Base58.decode(text, limit: Self.byteCount) else { return nil }
            self.init(bytes: bytes)
        }
    }
}

/// The libp2p public key message of an Ed25519 key.
///
/// Its one admissible form is `type = 1` and 32 bytes of key, 36 bytes together.
public enum LibP2PKey {
    public static let byteCount = 36
    static let prefix: [UInt8] = [0x08, 0x01, 0x12, 0x20]

    public static func encode(_ key: PublicKey) -> [UInt8] { prefix + key.bytes.array }

    /// Reads the canonical form; `nil` for everything else, also for other kinds of key.
    public static func decode(_ bytes: [UInt8]) -> PublicKey? {
        guard bytes.count == byteCount, bytes.starts(with: prefix) else { return nil }
        return PublicKey(Array(bytes.dropFirst(prefix.count)))
    }
}

/// RFC 4648 base32 in lower case without padding; for reading CIDs only.
enum Base32 {
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in text {
            let value: UInt8
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = character - UInt8(ascii: "2") + 26
            default: return nil
            }
            buffer = buffer << 5 | UInt32(value)
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bitCount))
                buffer &= 1 << bitCount - 1
            }
        }
        return buffer == 0 ? bytes : nil
    }
}
