import Primitives
import Wire

/// What peers did, as one number each.
///
/// Counted are first deliveries (P2), invalid messages squared (P4), the application's opinion (P5),
/// peers that share a host (P6) and broken rules of the protocol squared (P7). Delivery rates (P3)
/// are not: they misfire in small networks.
///
/// - Source: `libp2p.md` 2.8; specification G26 to G30.
struct ScoreBook: Sendable {
    /// Below zero a peer is not in the mesh; below these it gets and gives less.
    static let gossipThreshold = -10.0
    static let publishThreshold = -50.0
    static let graylistThreshold = -80.0
    /// Above these it may recommend peers, and the mesh is good enough.
    static let recommendThreshold = 10.0
    static let opportunisticThreshold = 5.0

    /// Records of peers that left; the oldest goes when there are more.
    static let retiredLimit = 4_096
    static let retiredMilliseconds: UInt64 = 3_600_000

    static let firstWeight = 0.5
    static let firstCap = 40.0
    static let firstDecay = 0.97
    static let invalidWeight = -10.0
    static let invalidDecay = 0.9992
    static let applicationWeight = 1.0
    static let hostPeerThreshold = 8
    static let hostWeight = -10.0
    static let behaviourThreshold = 4.0
    static let behaviourWeight = -10.0
    static let behaviourDecay = 0.98
    /// Smaller counts are zero.
    static let floor = 0.01

    private struct TopicRecord: Sendable {
        var first = 0.0
        var invalid = 0.0
        var backoffEnd = Instant(0)
    }

    private struct Record: Sendable {
        var topics: [TopicRecord]
        var application = 0.0
        var behaviour = 0.0
        /// The host that the peer shares with others; `nil` when that does not count for it.
        var host: FixedBytes<16>?
        var leftAt: Instant?
    }

    private struct Retired: Sendable {
        let name: PeerName
        let leftAt: Instant
    }

    private let topicCount: Int
    private var records: [PeerName: Record] = [:]
    private var names: [PeerName] = []
    private var hosts: [FixedBytes<16>: Int] = [:]
    private var retired = FirstInFirstOut<Retired>()

    init(topicCount: Int) { self.topicCount = topicCount }

    var recordCount: Int { names.count }

    mutating func connect(_ name: PeerName, _ link: PeerLink) {
        let isExempt = link.isDirect || link.place.reach == .loopback
        var record =
            records[name]
            ?? Record(topics: [TopicRecord](repeating: TopicRecord(), count: topicCount))
        record.leftAt = nil
        record.host = isExempt ? nil : link.place.host
        if let host = record.host { hosts[host, default: 0] += 1 }
        if records.updateValue(record, forKey: name) == nil { names.insertInOrder(name) }
    }

    /// Keeps what counts against the peer, so that leaving does not clear it.
    mutating func disconnect(_ name: PeerName, now: Instant) {
        guard var record = records[name], record.leftAt == nil else { return }
        if let host = record.host, let count = hosts[host] {
            hosts[host] = count > 1 ? count - 1 : nil
        }
        record.host = nil
        for index in record.topics.indices { record.topics[index].first = 0 }
        record.leftAt = now
        records[name] = record
        guard score(of: record) < 0 || record.behaviour > 0 || hasBackoff(record, now) else {
            remove(name)
            return
        }
        retired.append(Retired(name: name, leftAt: now))
        while retired.count > Self.retiredLimit { dropOldest() }
    }

    func score(of name: PeerName) -> Double { records[name].map(score(of:)) ?? 0 }

    private func score(of record: Record) -> Double {
        var score = record.application * Self.applicationWeight
        for topic in record.topics {
            score += topic.first * Self.firstWeight
            score += topic.invalid * topic.invalid * Self.invalidWeight
        }
        if let host = record.host, let count = hosts[host], count > Self.hostPeerThreshold {
            let excess = Double(count - Self.hostPeerThreshold)
            score += excess * excess * Self.hostWeight
        }
        let excess = record.behaviour - Self.behaviourThreshold
        if excess > 0 { score += excess * excess * Self.behaviourWeight }
        return score
    }

    // MARK: Counting

    mutating func deliveredFirst(_ name: PeerName, topic: Int) {
        guard let first = records[name]?.topics[topic].first else { return }
        records[name]?.topics[topic].first = min(first + 1, Self.firstCap)
    }

    mutating func deliveredInvalid(_ name: PeerName, topic: Int) {
        records[name]?.topics[topic].invalid += 1
    }

    mutating func misbehaved(_ name: PeerName, by amount: Double) {
        records[name]?.behaviour += amount
    }

    mutating func rate(_ name: PeerName, _ value: Double) {
        guard value.isFinite else { return }
        records[name]?.application = min(max(value, -100), 100)
    }

    /// Forgets what faded, and peers that left long ago.
    mutating func decay(now: Instant) {
        for name in names {
            guard var record = records[name] else { continue }
            for index in record.topics.indices {
                record.topics[index].first = faded(record.topics[index].first, Self.firstDecay)
                record.topics[index].invalid = faded(
                    record.topics[index].invalid, Self.invalidDecay)
            }
            record.behaviour = faded(record.behaviour, Self.behaviourDecay)
            records[name] = record
        }
        while let oldest = retired.first,
            now.milliseconds(since: oldest.leftAt) >= Self.retiredMilliseconds
        {
            dropOldest()
        }
    }

    private func faded(_ value: Double, _ factor: Double) -> Double {
        let rest = value * factor
        return rest < Self.floor ? 0 : rest
    }

    // MARK: Backoff

    /// Until when the peer must not be grafted, or must not graft.
    func backoffEnd(_ name: PeerName, topic: Int) -> Instant {
        records[name]?.topics[topic].backoffEnd ?? Instant(0)
    }

    /// Lengthens a backoff; it is never shortened.
    mutating func back(off name: PeerName, topic: Int, until end: Instant) {
        guard let known = records[name]?.topics[topic].backoffEnd, known < end else { return }
        records[name]?.topics[topic].backoffEnd = end
    }

    private func hasBackoff(_ record: Record, _ now: Instant) -> Bool {
        record.topics.contains { $0.backoffEnd > now }
    }

    // MARK: Bounds

    private mutating func dropOldest() {
        guard let oldest = retired.popFirst(), records[oldest.name]?.leftAt == oldest.leftAt else {
            return  // The peer came back.
        }
        remove(oldest.name)
    }

    private mutating func remove(_ name: PeerName) {
        records[name] = nil
        names.removeInOrder(name)
    }
}
