import Primitives
public import Wire

/// A part of the network that one operator is likely to control: an IPv4 /16 or an IPv6 /32.
///
/// Inside a site it is one host, and on one machine one port: nobody is kept out there by
/// address, and a book that sees one group only would hold 64 peers (decision 0010).
///
/// - Shape: 5 bytes: the kind of address, then its prefix.
public struct NetworkGroup: FixedWireForm, Comparable {
    public static let byteCount = 5

    public let bytes: FixedBytes<5>

    public init(_ bytes: FixedBytes<5>) { self.bytes = bytes }

    public init(copying bytes: Span<UInt8>, from offset: Int) {
        self.bytes = FixedBytes(copying: bytes, from: offset)
    }

    public func append(to output: inout [UInt8]) { bytes.append(to: &output) }

    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// The group of an address that holds a name instead of a number: one of its own.
    public init(named address: [UInt8]) {
        let hash = Sha256.hash(address)
        bytes = FixedBytes(InlineArray { $0 == 0 ? 0 : hash[$0] })
    }

    /// - Parameters:
    ///   - kind: 4 or 6 for a prefix of global addresses, 10 for a host of a site, 127 for a port of
    ///     this machine; 0 is for names.
    ///   - prefix: At most four bytes.
    fileprivate init(_ kind: UInt8, _ prefix: ArraySlice<UInt8>) {
        var bytes = FixedBytes<5>()
        bytes[0] = kind
        for (index, byte) in prefix.prefix(4).enumerated() { bytes[1 + index] = byte }
        self.bytes = bytes
    }
}

/// Where a peer's address lies in the network.
///
/// The caller takes the IP address out of its own address type; nothing here resolves names.
public struct NetworkPlace: Hashable, Sendable {
    /// Whom an address can reach.
    public enum Reach: Sendable {
        case global
        /// Private, link-local, carrier-grade or unique-local: fine inside one site.
        case site
        case loopback
        /// Zero, multicast, broadcast, reserved or for documents: never dialled.
        case none
    }

    /// The one who pays for the address: an IPv4 address, or an IPv6 /64.
    public let host: FixedBytes<16>
    public let group: NetworkGroup
    public let reach: Reach

    /// Takes 4 bytes of IPv4 or 16 of IPv6, as in the packet; `nil` for any other length.
    ///
    /// An IPv6 address that wraps an IPv4 one counts as that.
    /// The port tells the nodes of one machine apart.
    public init?(ip: [UInt8], port: UInt16 = 0) {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
        switch ip.count {
        case 4: self.init(four: ip, port)
        case 16 where ip.starts(with: mapped): self.init(four: Array(ip.suffix(4)), port)
        case 16: self.init(six: ip, port)
        default: return nil
        }
    }

    /// Takes a binary multiaddr that begins with an IP address; `nil` for every other.
    ///
    /// - Source: multiaddr codes 4 (`ip4`) and 41 (`ip6`), `libp2p.md` 2.2.
    public init?(multiaddr: [UInt8]) {
        switch multiaddr.first {
        case 4 where multiaddr.count >= 5:
            self.init(ip: Array(multiaddr[1..<5]), port: Self.port(in: multiaddr, at: 5))
        case 41 where multiaddr.count >= 17:
            self.init(ip: Array(multiaddr[1..<17]), port: Self.port(in: multiaddr, at: 17))
        default: return nil
        }
    }

    /// Takes an address whose number is not known, such as a name: a place of its own.
    public init(named address: [UInt8]) {
        let hash = Sha256.hash(address)
        // No IPv6 prefix that is routed begins with a zero byte.
        host = FixedBytes(InlineArray { $0 == 0 ? 0 : hash[$0] })
        group = NetworkGroup(named: address)
        reach = .global
    }

    /// Whether these bytes are an IP address with a TCP port that is not zero, and nothing else:
    /// what a peer's own record may name (attack 61).
    public static func isEndpoint(_ multiaddr: [UInt8]) -> Bool {
        let place = multiaddr.first == 4 ? 5 : 17
        return (multiaddr.first == 4 || multiaddr.first == 41) && multiaddr.count == place + 3
            && port(in: multiaddr, at: place) != 0
    }

    private static func port(in multiaddr: [UInt8], at place: Int) -> UInt16 {
        guard multiaddr.count >= place + 3, multiaddr[place] == 6 else { return 0 }
        return UInt16(multiaddr[place + 1]) << 8 | UInt16(multiaddr[place + 2])
    }

    private init(four ip: [UInt8], _ port: UInt16) {
        var host = FixedBytes<16>()
        (host[10], host[11]) = (0xff, 0xff)
        for index in 0..<4 { host[12 + index] = ip[index] }
        self.host = host
        reach = Self.reach(four: ip)
        switch reach {
        case .loopback: group = Self.group(port: port)
        case .site: group = NetworkGroup(10, ip[0..<4])
        case .global, .none: group = NetworkGroup(4, ip[0..<2])
        }
    }

    private init(six ip: [UInt8], _ port: UInt16) {
        var host = FixedBytes<16>()
        for index in 0..<8 { host[index] = ip[index] }
        reach = Self.reach(six: ip)
        if reach == .loopback { host[15] = 1 }
        self.host = host
        switch reach {
        case .loopback: group = Self.group(port: port)
        case .site: group = NetworkGroup(10, ip[4..<8])
        case .global, .none: group = NetworkGroup(6, ip[0..<4])
        }
    }

    private static func group(port: UInt16) -> NetworkGroup {
        NetworkGroup(127, [UInt8(port >> 8), UInt8(port & 0xff)][...])
    }

    /// - Source: IANA special-purpose registries (RFC 6890).
    private static func reach(four ip: [UInt8]) -> Reach {
        switch (ip[0], ip[1], ip[2]) {
        case (127, _, _): .loopback
        case (10, _, _), (192, 168, _), (169, 254, _): .site
        case (172, 16...31, _), (100, 64...127, _): .site
        case (0, _, _), (224...255, _, _): .none
        case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113), (198, 18...19, _): .none
        default: .global
        }
    }

    private static func reach(six ip: [UInt8]) -> Reach {
        if ip.dropLast().allSatisfy({ $0 == 0 }) {
            return ip[15] == 1 ? .loopback : .none
        }
        switch (ip[0], ip[1]) {
        case (0xfc...0xfd, _): return .site
        case (0xfe, 0x80...0xbf): return .site
        case (0xff, _): return .none
        case (0x20, 0x01) where ip[2] == 0x0d && ip[3] == 0xb8: return .none
        case (0x20...0x3f, _): return .global
        default: return .none
        }
    }
}
