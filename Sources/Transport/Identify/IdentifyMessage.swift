package import Primitives
import Wire

/// What each side says about itself after the handshake.
///
/// - Source: libp2p "identify"; rules W25 and W26.
package enum IdentifyMessage {
    package static let protocolName = "/ipfs/id/1.0.0"
    /// The longest message that is read.
    package static let byteLimit = 4 << 10
    package static let addressLimit = 16
    package static let protocolLimit = 128

    package static func encode(_ info: PeerInfo, key: PublicKey) -> [UInt8] {
        var writer = WireWriter(reserving: 512)
        writer.bytes(1, LibP2PKey.encode(key))
        writer.bytesList(2, info.listenAddresses.map(\.withoutPeer.bytes))
        writer.bytesList(3, info.protocolNames.map { Array($0.utf8) })
        writer.bytes(4, info.observedAddress?.withoutPeer.bytes ?? [])
        writer.text(5, info.protocolVersion)
        writer.text(6, info.agent)
        writer.bytes(8, info.signedPeerRecord ?? [])
        return writer.bytes
    }

    /// Reads a message; `nil` when it is malformed, or names another key than the connection's.
    ///
    /// Addresses of kinds that we do not dial are left out, and so is what is above the limits.
    package static func decode(_ bytes: [UInt8], key: PublicKey) -> PeerInfo? {
        guard bytes.count <= byteLimit else { return nil }
        var info = PeerInfo()
        var message = ForeignMessage(0..<bytes.count)
        do {
            while let (number, value) = try message.next(of: bytes.span) {
                guard case .bytes(let range) = value else { continue }
                let part = Array(bytes[range])
                guard number != 1 || LibP2PKey.decode(part) == key else { return nil }
                guard add(part, number, to: &info) else { return nil }
            }
        } catch {
            return nil
        }
        return info
    }

    private static func add(_ part: [UInt8], _ number: UInt32, to info: inout PeerInfo) -> Bool {
        switch number {
        case 2:
            if info.listenAddresses.count < addressLimit, let address = Multiaddr(bytes: part) {
                info.listenAddresses.append(address)
            }
        case 3:
            guard let name = String(validating: part, as: UTF8.self) else { return false }
            if info.protocolNames.count < protocolLimit { info.protocolNames.append(name) }
        case 4: info.observedAddress = Multiaddr(bytes: part)
        case 5:
            guard let text = String(validating: part, as: UTF8.self) else { return false }
            info.protocolVersion = text
        case 6:
            guard let text = String(validating: part, as: UTF8.self) else { return false }
            info.agent = text
        case 8: info.signedPeerRecord = part
        default: break
        }
        return true
    }
}

/// The protocol that measures a round trip: 32 bytes there, the same 32 bytes back.
///
/// - Source: libp2p "ping"; rule W27.
package enum PingProtocol {
    package static let name = "/ipfs/ping/1.0.0"
    package static let byteCount = 32
    /// Streams of one peer that are answered at a time.
    package static let inboundStreamLimit = 2
    /// Answers that may wait to be sent; a peer that does not read them loses the stream.
    package static let queueByteLimit = 64 * byteCount
}
