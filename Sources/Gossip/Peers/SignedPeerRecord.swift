public import Primitives
import Wire

/// A peer's own word on where it can be reached, signed by its key.
///
/// - Source: libp2p envelopes as written in practice (`libp2p.md` 2.7): domain
///   `libp2p-peer-record`, payload type `03 01`.
public struct SignedPeerRecord: Hashable, Sendable {
    public static let byteLimit = 4_096
    public static let addressLimit = 16
    public static let addressByteLimit = 256

    public let peer: PeerName
    /// Of two records of one peer the one with the higher number holds.
    public let sequence: UInt64
    /// Binary multiaddrs, not yet looked at.
    public let addresses: [[UInt8]]
    /// The envelope as received.
    public let envelope: [UInt8]
    private let payload: Range<Int>
    private let signature: Signature

    private static let domain = Array("libp2p-peer-record".utf8)
    private static let payloadType: [UInt8] = [0x03, 0x01]

    /// Signs a record of this node.
    ///
    /// - Precondition: at most ``addressLimit`` addresses of at most ``addressByteLimit`` bytes.
    public init(
        signing addresses: [[UInt8]], sequence: UInt64, with key: SigningKey,
        scheme: SignatureScheme = .ed25519
    ) {
        precondition(
            addresses.count <= Self.addressLimit
                && addresses.allSatisfy { $0.count <= Self.addressByteLimit },
            "a record has at most 16 addresses of at most 256 bytes")
        let peer = PeerName(key.publicKey)
        var record = ForeignWriter()
        record.bytes(1, peer.libp2pBytes)
        record.number(2, sequence)
        for address in addresses {
            var inner = ForeignWriter()
            inner.bytes(1, address)
            record.bytes(3, inner.output)
        }
        let signature = scheme.sign(Self.signedBytes(of: record.output), with: key)
        var envelope = ForeignWriter()
        envelope.bytes(1, peer.libp2pKey)
        envelope.bytes(2, Self.payloadType)
        envelope.bytes(3, record.output)
        let payloadEnd = envelope.output.count
        envelope.bytes(5, signature.bytes.array)
        self.peer = peer
        self.sequence = sequence
        self.addresses = addresses
        self.envelope = envelope.output
        self.signature = signature
        payload = payloadEnd - record.output.count..<payloadEnd
    }

    /// Reads an envelope; the signature is not checked yet.
    ///
    /// - Returns: `nil` for anything that is not a peer record of an Ed25519 key within the limits,
    ///   or whose record names another peer than the one whose key is in the envelope.
    public init?(envelope: [UInt8]) {
        guard envelope.count <= Self.byteLimit,
            let parts = Self.parts(of: envelope),
            let record = Self.record(in: envelope, parts.payload),
            record.peer.libp2pKey.elementsEqual(envelope[parts.key])
        else { return nil }
        peer = record.peer
        sequence = record.sequence
        addresses = record.addresses
        self.envelope = envelope
        payload = parts.payload
        signature = parts.signature
    }

    /// Whether the named peer signed it.
    public func isValid(scheme: SignatureScheme = .ed25519) -> Bool {
        let message = Self.signedBytes(of: Array(envelope[payload]))
        switch scheme {
        case .ed25519:
            return peer.key.isAdmissible && scheme.isValid(signature, for: message, by: peer.key)
        case .simulated: return scheme.isValid(signature, for: message, by: peer.key)
        }
    }

    private static func signedBytes(of payload: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        for part in [domain, payloadType, payload] {
            Varint.append(UInt64(part.count), to: &message)
            message += part
        }
        return message
    }

    private static func parts(
        of envelope: [UInt8]
    ) -> (key: Range<Int>, payload: Range<Int>, signature: Signature)? {
        var (key, type, payload): (Range<Int>?, Range<Int>?, Range<Int>?)
        var signature: Signature?
        var reader = ForeignMessage(0..<envelope.count)
        do throws(WireError) {
            while let field = try reader.next(of: envelope.span) {
                switch field {
                case (1, .bytes(let range)): key = range
                case (2, .bytes(let range)): type = range
                case (3, .bytes(let range)): payload = range
                case (5, .bytes(let range)): signature = Signature(Array(envelope[range]))
                default: continue
                }
            }
        } catch { return nil }
        guard let key, let type, let payload, let signature,
            payloadType.elementsEqual(envelope[type])
        else { return nil }
        return (key, payload, signature)
    }

    private static func record(
        in envelope: [UInt8], _ range: Range<Int>
    ) -> (peer: PeerName, sequence: UInt64, addresses: [[UInt8]])? {
        var (peer, sequence): (PeerName?, UInt64) = (nil, 0)
        var addresses: [[UInt8]] = []
        var reader = ForeignMessage(range)
        do throws(WireError) {
            while let field = try reader.next(of: envelope.span) {
                switch field {
                case (1, .bytes(let range)): peer = PeerName(libp2p: Array(envelope[range]))
                case (2, .number(let value)): sequence = value
                case (3, .bytes(let range)):
                    guard addresses.count < addressLimit,
                        let address = try address(in: envelope, range)
                    else { return nil }
                    addresses.append(address)
                default: continue
                }
            }
        } catch { return nil }
        return peer.map { ($0, sequence, addresses) }
    }

    private static func address(
        in envelope: [UInt8], _ range: Range<Int>
    ) throws(WireError) -> [UInt8]? {
        var address: Range<Int>?
        var reader = ForeignMessage(range)
        while let field = try reader.next(of: envelope.span) {
            if case (1, .bytes(let range)) = field { address = range }
        }
        guard let address, address.count <= addressByteLimit else { return nil }
        return Array(envelope[address])
    }
}
