import Primitives
public import Wire

/// A part of the network that one operator is likely to control: an IPv4 /16 or an IPv6 /32.
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
    public init?(ip: [UInt8]) {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
        switch ip.count {
        case 4: self.init(four: ip)
        case 16 where ip.starts(with: mapped): self.init(four: Array(ip.suffix(4)))
        case 16: self.init(six: ip)
        default: return nil
        }
    }

    /// Takes a binary multiaddr that begins with an IP address; `nil` for every other.
    ///
    /// - Source: multiaddr codes 4 (`ip4`) and 41 (`ip6`), `libp2p.md` 2.2.
    public init?(multiaddr: [UInt8]) {
        switch multiaddr.first {
        case 4 where multiaddr.count >= 5: self.init(ip: Array(multiaddr[1..<5]))
        case 41 where multiaddr.count >= 17: self.init(ip: Array(multiaddr[1..<17]))
        default: return nil
        }
    }

    private init(four ip: [UInt8]) {
        var host = FixedBytes<16>()
        (host[10], host[11]) = (0xff, 0xff)
        for index in 0..<4 { host[12 + index] = ip[index] }
        var group = FixedBytes<5>()
        group[0] = 4
        (group[1], group[2]) = (ip[0], ip[1])
        self.host = host
        self.group = NetworkGroup(group)
        reach = Self.reach(four: ip)
    }

    private init(six ip: [UInt8]) {
        var host = FixedBytes<16>()
        for index in 0..<8 { host[index] = ip[index] }
        var group = FixedBytes<5>()
        group[0] = 6
        for index in 0..<4 { group[1 + index] = ip[index] }
        reach = Self.reach(six: ip)
        if reach == .loopback { host[15] = 1 }
        self.host = host
        self.group = NetworkGroup(group)
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
