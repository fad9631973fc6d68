public import Wire

/// Where a peer can be reached: an IP address or a name, a TCP port, and who should answer there.
///
/// Only the forms that this node dials are representable: `/ip4 /ip6 /dns /dns4 /dns6` with `/tcp`,
/// and `/dnsaddr`, each with an optional `/p2p`. Others are refused when read; a list of them is
/// read by leaving those out.
///
/// - Source: libp2p "multiaddr"; Transport specification W2.
public struct Multiaddr: Hashable, Sendable {
    public enum Host: Hashable, Sendable {
        case ip4(FixedBytes<4>)
        case ip6(FixedBytes<16>)
        case name(NameKind, String)
    }

    /// How a name is looked up; the number is the code in the binary form.
    public enum NameKind: UInt64, CaseIterable, Sendable {
        case dns = 53, dns4 = 54, dns6 = 55, dnsaddr = 56

        var label: String {
            switch self {
            case .dns: "dns"
            case .dns4: "dns4"
            case .dns6: "dns6"
            case .dnsaddr: "dnsaddr"
            }
        }
    }

    private enum Code {
        static let ip4: UInt64 = 4
        static let tcp: UInt64 = 6
        static let ip6: UInt64 = 41
        static let p2p: UInt64 = 421
    }

    /// The longest binary form that is looked at.
    public static let byteLimit = 320
    /// The longest name, as DNS has it.
    public static let nameByteLimit = 253

    public let host: Host
    /// Absent for `dnsaddr`, whose records hold whole addresses, and for nothing else.
    public let port: UInt16?
    public var peer: PeerID?

    /// - Returns: `nil` when the port is missing, or a name is empty, too long or has a `/`.
    public init?(_ host: Host, port: UInt16?, peer: PeerID? = nil) {
        if case .name(let kind, let name) = host {
            guard (1...Self.nameByteLimit).contains(name.utf8.count),
                name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }),
                (kind == .dnsaddr) == (port == nil)
            else { return nil }
        } else if port == nil {
            return nil
        }
        self.host = host
        self.port = port
        self.peer = peer
    }

    /// The same place, whoever answers there.
    public var withoutPeer: Multiaddr {
        var copy = self
        copy.peer = nil
        return copy
    }
}

// MARK: Binary form

extension Multiaddr {
    /// Reads the binary form; `nil` for anything that this node does not dial.
    public init?(bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit else { return nil }
        var reader = Reader(bytes: bytes)
        guard let code = reader.number(), let host = reader.host(code) else { return nil }
        var port: UInt16?
        if case .name(.dnsaddr, _) = host {
        } else {
            guard reader.number() == Code.tcp, let raw = reader.take(2) else { return nil }
            port = UInt16(raw[0]) << 8 | UInt16(raw[1])
        }
        var peer: PeerID?
        if !reader.isAtEnd {
            guard reader.number() == Code.p2p, let raw = reader.sized(limit: PeerID.byteCount),
                let found = PeerID(bytes: raw), reader.isAtEnd
            else { return nil }
            peer = found
        }
        self.init(host, port: port, peer: peer)
    }

    public var bytes: [UInt8] {
        var output: [UInt8] = []
        switch host {
        case .ip4(let address):
            Varint.append(Code.ip4, to: &output)
            address.append(to: &output)
        case .ip6(let address):
            Varint.append(Code.ip6, to: &output)
            address.append(to: &output)
        case .name(let kind, let name):
            Varint.append(kind.rawValue, to: &output)
            Varint.append(UInt64(name.utf8.count), to: &output)
            output.append(contentsOf: name.utf8)
        }
        if let port {
            Varint.append(Code.tcp, to: &output)
            output.append(UInt8(port >> 8))
            output.append(UInt8(port & 0xff))
        }
        if let peer {
            Varint.append(Code.p2p, to: &output)
            Varint.append(UInt64(PeerID.byteCount), to: &output)
            output.append(contentsOf: peer.bytes)
        }
        return output
    }

    private struct Reader {
        let bytes: [UInt8]
        var offset = 0

        var isAtEnd: Bool { offset == bytes.count }

        mutating func number() -> UInt64? {
            var position = offset
            let number = try? Varint.read(of: bytes.span, at: &position, end: bytes.count)
            offset = position
            return number
        }

        mutating func take(_ count: Int) -> [UInt8]? {
            guard count <= bytes.count - offset else { return nil }
            defer { offset += count }
            return Array(bytes[offset..<offset + count])
        }

        mutating func sized(limit: Int) -> [UInt8]? {
            guard let count = number(), count <= UInt64(limit) else { return nil }
            return take(Int(count))
        }

        mutating func host(_ code: UInt64) -> Host? {
            switch code {
            case Code.ip4: take(4).flatMap { FixedBytes<4>($0) }.map { .ip4($0) }
            case Code.ip6: take(16).flatMap { FixedBytes<16>($0) }.map { .ip6($0) }
            default:
                NameKind(rawValue: code).flatMap { kind in
                    sized(limit: Multiaddr.nameByteLimit)
                        .flatMap { String(validating: $0, as: UTF8.self) }
                        .map { .name(kind, $0) }
                }
            }
        }
    }
}

// MARK: Text

extension Multiaddr: CustomStringConvertible {
    public var description: String {
        var text: String
        switch host {
        case .ip4(let address): text = "/ip4/" + IPText.write4(address)
        case .ip6(let address): text = "/ip6/" + IPText.write6(address)
        case .name(let kind, let name): text = "/\(kind.label)/\(name)"
        }
        if let port { text += "/tcp/\(port)" }
        if let peer { text += "/p2p/\(peer)" }
        return text
    }

    /// Reads the text form, such as `/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…`.
    public init?(_ text: String) {
        guard text.utf8.count <= 2 * Self.byteLimit else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[0].isEmpty else { return nil }
        let host: Host
        switch parts[1] {
        case "ip4":
            guard let address = IPText.read4(parts[2]) else { return nil }
            host = .ip4(address)
        case "ip6":
            guard let address = IPText.read6(parts[2]) else { return nil }
            host = .ip6(address)
        case let label:
            guard let kind = NameKind.allCases.first(where: { $0.label == label }) else {
                return nil
            }
            host = .name(kind, parts[2])
        }
        var rest = parts.dropFirst(3)
        var port: UInt16?
        if rest.first == "tcp" {
            rest = rest.dropFirst()
            guard let number = rest.popFirst().flatMap({ UInt16($0) }) else { return nil }
            port = number
        }
        var peer: PeerID?
        if rest.first == "p2p" {
            rest = rest.dropFirst()
            guard let found = rest.popFirst().flatMap({ PeerID($0) }) else { return nil }
            peer = found
        }
        guard rest.isEmpty else { return nil }
        self.init(host, port: port, peer: peer)
    }
}

// MARK: Place in the network

extension Multiaddr {
    /// Whether the address is one of this machine's own loopback addresses.
    public var isLoopback: Bool {
        switch host {
        case .ip4(let address): address[0] == 127
        case .ip6(let address):
            (0..<15).allSatisfy { address[$0] == 0 } && address[15] == 1
        case .name: false
        }
    }

    /// Whether the address stands for every address of the machine, which nobody can dial.
    public var isUnspecified: Bool {
        switch host {
        case .ip4(let address): address.isZero
        case .ip6(let address): address.isZero
        case .name: false
        }
    }

    /// What one operator is likely to hold whole: the /16 of IPv4, the /32 of IPv6, a name itself.
    public var networkGroup: [UInt8] {
        switch host {
        case .ip4(let address): [4, address[0], address[1]]
        case .ip6(let address): [6] + (0..<4).map { address[$0] }
        case .name(_, let name): [0] + Array(name.utf8)
        }
    }

    /// What limits "by address" count as one: an IPv4 address, the /64 of IPv6.
    var addressGroup: [UInt8] {
        switch host {
        case .ip4(let address): [4] + address.array
        case .ip6(let address): [6] + (0..<8).map { address[$0] }
        case .name(_, let name): [0] + Array(name.utf8)
        }
    }
}

/// IP addresses as text.
enum IPText {
    static func write4(_ address: FixedBytes<4>) -> String {
        address.array.map { String($0) }.joined(separator: ".")
    }

    static func read4(_ text: String) -> FixedBytes<4>? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            // No signs, and no leading zeros, which some readers take for octal.
            part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && (part.utf8.count == 1 || part.utf8.first != 0x30) ? UInt8(part) : nil
        }
        return parts.count == 4 ? FixedBytes<4>(bytes) : nil
    }

    /// The shortest form (RFC 5952).
    static func write6(_ address: FixedBytes<16>) -> String {
        let groups = (0..<8).map { UInt16(address[2 * $0]) << 8 | UInt16(address[2 * $0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8 && groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty
            ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
    }

    static func read6(_ text: String) -> FixedBytes<16>? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { return nil }
        var lists: [[UInt16]] = []
        for half in halves {
            var groups: [UInt16] = []
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for part in half.isEmpty ? [] : parts {
                guard (1...4).contains(part.utf8.count), part.first != "+",
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
            lists.append(groups)
        }
        let count = lists.reduce(0) { $0 + $1.count }
        guard halves.count == 2 ? count < 8 : count == 8 else { return nil }
        let middle = [UInt16](repeating: 0, count: 8 - count)
        let groups = lists[0] + middle + (lists.count == 2 ? lists[1] : [])
        return FixedBytes<16>(groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
    }
}
