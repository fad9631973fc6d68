public import Primitives
public import Wire

/// Who is kept out, and until when.
///
/// Bans are of peers; a host with several banned peers is kept out as a whole. IPv6 hosts are /64
/// networks, and both lists are bounded, so endless addresses cost an attacker more than us.
///
/// - Source: attack 62; specification A9, A10.
public struct BanList: Hashable, Sendable, WireCodable {
    public static let limit = 2_048
    /// Banned peers on one host that make the host itself banned.
    static let hostPeerLimit = 5

    public struct Ban: Hashable, Comparable, Sendable, WireCodable {
        public let peer: PeerName
        /// Where it was; all zero when that is not known.
        public let host: FixedBytes<16>
        public let end: Timestamp

        init(peer: PeerName, host: FixedBytes<16>, end: Timestamp) {
            self.peer = peer
            self.host = host
            self.end = end
        }

        public static func < (left: Ban, right: Ban) -> Bool {
            (left.end, left.peer) < (right.end, right.peer)
        }

        public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            peer = try cursor.fixed(1, "peer", of: bytes)
            host = try cursor.fixed(2, "host", of: bytes)
            end = Timestamp(try cursor.uint64(3, "end_ms", of: bytes))
        }

        public func encode(into writer: inout WireWriter) {
            writer.fixed(1, peer)
            writer.fixed(2, host)
            writer.uint64(3, end.milliseconds)
        }
    }

    /// The one that ends first comes first.
    public private(set) var bans: [Ban] = []
    private var ends: [PeerName: Timestamp] = [:]
    private var hosts: [FixedBytes<16>: Int] = [:]

    public init() {}

    /// Bans a peer; of two bans of one peer the longer one holds.
    public mutating func ban(_ peer: PeerName, host: FixedBytes<16>?, until end: Timestamp) {
        var ban = Ban(peer: peer, host: host ?? FixedBytes(), end: end)
        if let place = place(of: peer) {
            let known = remove(at: place)
            ban = Ban(peer: peer, host: host ?? known.host, end: max(known.end, end))
        }
        bans.insertInOrder(ban)
        count(ban)
        if bans.count > Self.limit { remove(at: 0) }
    }

    /// Ends a ban; says whether there was one.
    @discardableResult
    public mutating func unban(_ peer: PeerName) -> Bool {
        guard let place = place(of: peer) else { return false }
        remove(at: place)
        return true
    }

    private func place(of peer: PeerName) -> Int? {
        guard let end = ends[peer] else { return nil }
        let place = bans.placeInOrder(of: Ban(peer: peer, host: FixedBytes(), end: end))
        return place < bans.count && bans[place].peer == peer ? place : nil
    }

    public mutating func expire(now: Timestamp) {
        while let first = bans.first, first.end <= now { remove(at: 0) }
    }

    public func isBanned(_ peer: PeerName, now: Timestamp) -> Bool {
        ends[peer].map { $0 > now } ?? false
    }

    /// Whether so many of its peers are banned that nobody from the host is let in.
    public func isBanned(host: FixedBytes<16>) -> Bool {
        hosts[host, default: 0] >= Self.hostPeerLimit
    }

    private mutating func count(_ ban: Ban) {
        ends[ban.peer] = ban.end
        if !ban.host.isZero { hosts[ban.host, default: 0] += 1 }
    }

    @discardableResult
    private mutating func remove(at place: Int) -> Ban {
        let ban = bans.remove(at: place)
        ends[ban.peer] = nil
        if let count = hosts[ban.host] { hosts[ban.host] = count > 1 ? count - 1 : nil }
        return ban
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        bans = try cursor.messages(1, "bans", limit: Self.limit, of: bytes)
        guard zip(bans, bans.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw WireError(.invalid, at: start).inside("bans")
        }
        for ban in bans {
            guard ends[ban.peer] == nil else {
                throw WireError(.invalid, at: start).inside("bans")
            }
            count(ban)
        }
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, bans) }
}
