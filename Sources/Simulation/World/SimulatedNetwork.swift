import Primitives
import Replica

/// What the network does to frames.
public struct NetworkFaults: Hashable, Sendable {
    /// Probabilities in thousandths.
    public var lossPerMille: UInt64 = 0
    public var duplicationPerMille: UInt64 = 0
    /// A frame that is held back by up to ``reorderMilliseconds``.
    public var reorderPerMille: UInt64 = 0
    public var reorderMilliseconds: UInt64 = 200
    /// How far the logarithm of a delay strays from that of the table, in thousandths.
    public var spreadPerMille: UInt64 = 50
    /// Bytes that a node can send in a millisecond; 100 Mbit/s by default.
    public var uplinkBytesPerMillisecond: UInt64 = 12_500
    /// How many frames in a million arrive with a byte changed.
    public var corruptionPerMillion: UInt64 = 0
    /// What every link takes beyond its distance.
    public var extraMilliseconds: UInt64 = 0

    public init() {}
}

/// Delays, losses and partitions between nodes.
///
/// Gossip runs over a reliable stream and keeps its order; the other channels may lose, repeat and
/// reorder frames, since nothing may depend on a frame's arrival.
struct SimulatedNetwork: Sendable {
    var faults = NetworkFaults()
    private let count: Int
    private var dice: Dice
    /// Links that carry nothing, by sender and receiver.
    private var isCut: [Bool]
    private var uplinkFreeAt: [UInt64]
    /// Until when what a node sends stays where it is.
    private var clogEndsAt: [UInt64]
    private var gossipFreeAt: [UInt64]
    /// What frames to and from a node take longer.
    private var slowness: [UInt64]
    private let cities: [City]
    private(set) var tally = FaultTally()

    init(cities: [City], dice: Dice) {
        count = cities.count
        self.cities = cities
        self.dice = dice
        isCut = Array(repeating: false, count: count * count)
        uplinkFreeAt = Array(repeating: 0, count: count)
        clogEndsAt = uplinkFreeAt
        gossipFreeAt = Array(repeating: 0, count: count * count)
        slowness = uplinkFreeAt
    }

    func isCut(from sender: Int, to receiver: Int) -> Bool { isCut[sender * count + receiver] }

    mutating func cut(from sender: Int, to receiver: Int, _ cut: Bool) {
        isCut[sender * count + receiver] = cut
    }

    /// Holds back what a node sends, until a time of the run.
    mutating func clog(_ sender: Int, until nanoseconds: UInt64) {
        clogEndsAt[sender] = nanoseconds
    }

    mutating func slow(_ node: Int, milliseconds: UInt64) {
        slowness[node] = milliseconds * 1_000_000
    }

    /// Whether a frame is changed on its way.
    mutating func corrupts() -> Bool {
        guard faults.corruptionPerMillion > 0,
            dice.below(1_000_000) < faults.corruptionPerMillion
        else { return false }
        tally[.corruption] += 1
        return true
    }

    mutating func heal() { isCut = Array(repeating: false, count: count * count) }

    /// When copies of a frame arrive; none when it is lost.
    ///
    /// - Unit: nanoseconds of the run.
    mutating func arrivals(
        from sender: Int, to receiver: Int, _ channel: Channel, byteCount: Int, at now: UInt64
    ) -> [UInt64] {
        let transfer = UInt64(byteCount) * 1_000_000 / max(1, faults.uplinkBytesPerMillisecond)
        uplinkFreeAt[sender] = max(uplinkFreeAt[sender], clogEndsAt[sender], now) + transfer
        let base =
            City.roundTripMilliseconds(cities[sender], cities[receiver]) * 500_000
            + faults.extraMilliseconds * 1_000_000 + slowness[sender] + slowness[receiver]
        let delay = base * dice.factor(spreadPerMille: faults.spreadPerMille) / 1_000_000
        var arrival = uplinkFreeAt[sender] + delay
        let link = sender * count + receiver
        guard channel != .gossip else {
            guard !isCut[link] else { return [] }
            arrival = max(arrival, gossipFreeAt[link] + 1)
            gossipFreeAt[link] = arrival
            return [arrival]
        }
        guard !isCut[link], !happens(faults.lossPerMille, .loss) else { return [] }
        if happens(faults.reorderPerMille, .reordering) {
            arrival += dice.below(faults.reorderMilliseconds * 1_000_000)
        }
        guard happens(faults.duplicationPerMille, .duplication) else { return [arrival] }
        return [arrival, arrival + dice.below(100_000_000)]
    }

    /// Draws only for faults that are on, so that a run without faults stays cheap.
    private mutating func happens(_ perMille: UInt64, _ kind: FaultKind) -> Bool {
        guard perMille > 0, dice.happens(perMille: perMille) else { return false }
        tally[kind] += 1
        return true
    }
}
