public import Primitives
public import Wire

/// What decides which inbound peer goes when a newcomer finds the node full.
public struct InboundPeer: Hashable, Sendable {
    public let name: PeerName
    public let place: NetworkPlace
    public let since: Instant
    /// Least round trip; `nil` before the first measurement.
    public var pingMilliseconds: UInt64?
    /// When the peer last brought us a transaction or a block that was new.
    public var lastTransaction: Instant?
    public var lastBlock: Instant?

    public init(name: PeerName, place: NetworkPlace, since: Instant) {
        self.name = name
        self.place = place
        self.since = since
    }
}

/// Chooses whom to give up, so that an attacker who fills all places pushes out its own first.
///
/// Protected are peers that are hard to be for an attacker: from groups picked by a secret, near,
/// useful, and of long standing. Of the rest the youngest of the largest group goes.
///
/// - Source: Bitcoin Core, `libp2p.md` 3; attack 70; specification A12.
public enum InboundEviction {
    static let protectedGroups = 4
    static let protectedNear = 8
    static let protectedTransactions = 4
    static let protectedBlocks = 4

    /// The peer to disconnect, or `nil` when all are worth keeping.
    public static func choose(from peers: [InboundPeer], key: FixedBytes<32>) -> PeerName? {
        var rest = peers.sorted { $0.name < $1.name }
        protect(&rest, protectedGroups) { (0, rank($0.place.group, key)) }
        protect(&rest, protectedNear) {
            ($0.pingMilliseconds == nil ? 1 : 0, $0.pingMilliseconds ?? 0)
        }
        protect(&rest, protectedTransactions) { newest($0.lastTransaction) }
        protect(&rest, protectedBlocks) { newest($0.lastBlock) }
        protect(&rest, rest.count / 2) { (0, $0.since.number) }
        var sizes: [NetworkGroup: Int] = [:]
        for peer in rest { sizes[peer.place.group, default: 0] += 1 }
        return rest.max { left, right in
            let (less, more) = (
                sizes[left.place.group, default: 0], sizes[right.place.group, default: 0]
            )
            return (less, left.since, left.name) < (more, right.since, right.name)
        }?.name
    }

    /// Takes out the first by this order; those without a first number stay in.
    private static func protect(
        _ peers: inout [InboundPeer], _ count: Int, by order: (InboundPeer) -> (Int, UInt64)
    ) {
        let ranked = peers.filter { order($0).0 == 0 }.sorted { left, right in
            (order(left).1, left.name) < (order(right).1, right.name)
        }
        let kept = Set(ranked.prefix(count).map(\.name))
        peers.removeAll { kept.contains($0.name) }
    }

    private static func newest(_ time: Instant?) -> (Int, UInt64) {
        time.map { (0, .max - $0.number) } ?? (1, 0)
    }

    private static func rank(_ group: NetworkGroup, _ key: FixedBytes<32>) -> UInt64 {
        let digest = Digest(hashing: key.array + group.bytes.array, in: .addressBook)
        var number: UInt64 = 0
        for index in 0..<8 { number |= UInt64(digest.bytes[index]) << UInt64(8 * index) }
        return number
    }
}
