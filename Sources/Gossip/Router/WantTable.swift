import Primitives

/// Messages that were asked for and have not come.
///
/// One peer is asked at a time. Who else announced the message is remembered, and one of them, drawn
/// by chance, is asked when the first is slow: a peer that announces and withholds costs a second.
///
/// - Source: `libp2p.md` 2.8 (promises); attack 63; specification G19.
struct WantTable: Sendable {
    static let countLimit = 8_192
    /// Further peers remembered for one message.
    static let otherLimit = 8
    static let retryMilliseconds: UInt64 = 1_000
    /// After this the promise made by announcing is broken (P7), unless the peer is known to be slow.
    static let promiseMilliseconds: UInt64 = 3_000
    /// The longest that a slow peer is given, and that an answer is waited for at all.
    static let patienceMilliseconds: UInt64 = 12_000

    private struct Ask: Sendable {
        let peer: PeerName
        let since: Instant
        var isBroken = false
    }

    private struct Want: Sendable {
        var asks: [Ask]
        var others: [PeerName] = []
    }

    /// What a heartbeat finds.
    struct Review {
        var asks: [(peer: PeerName, id: MessageID)] = []
        /// Peers that broke a promise, each once.
        var broken: Set<PeerName> = []
    }

    private var wants: [MessageID: Want] = [:]
    private var order: [MessageID] = []
    /// What peers are given whose last answer was slow.
    ///
    /// - Unit: milliseconds.
    private var patience: [PeerName: UInt64] = [:]

    var count: Int { wants.count }

    /// Notes that a peer announced a message; says whether to ask it now.
    mutating func announced(_ id: MessageID, by peer: PeerName, now: Instant) -> Bool {
        if let want = wants[id] {
            if want.others.count < Self.otherLimit, !want.others.contains(peer),
                !want.asks.contains(where: { $0.peer == peer && !$0.isBroken })
            {
                wants[id]?.others.append(peer)
            }
            return false
        }
        guard wants.count < Self.countLimit else { return false }
        wants[id] = Want(asks: [Ask(peer: peer, since: now)])
        order.append(id)
        return true
    }

    /// A message is here; who sent it when asked is given twice that time from now on.
    mutating func arrived(_ id: MessageID, from peer: PeerName, now: Instant) {
        guard let want = wants.removeValue(forKey: id),
            let ask = want.asks.first(where: { $0.peer == peer })
        else { return }
        let time = 2 * min(now.milliseconds(since: ask.since), Self.patienceMilliseconds / 2)
        patience[peer] = time > Self.promiseMilliseconds ? time : nil
    }

    mutating func forget(_ peer: PeerName) { patience[peer] = nil }

    /// Looks for broken promises, and for others to ask.
    mutating func review(now: Instant, isConnected: (PeerName) -> Bool, chance: inout Chance)
        -> Review
    {
        var review = Review()
        for id in order {
            guard var want = wants[id] else { continue }
            for place in want.asks.indices where !want.asks[place].isBroken {
                let ask = want.asks[place]
                let limit = patience[ask.peer] ?? Self.promiseMilliseconds
                guard now.milliseconds(since: ask.since) >= limit else { continue }
                want.asks[place].isBroken = true
                review.broken.insert(ask.peer)
            }
            want.asks.removeAll { ask in
                !isConnected(ask.peer)
                    || now.milliseconds(since: ask.since) >= Self.patienceMilliseconds
            }
            want.others.removeAll { !isConnected($0) }
            let isSlow = want.asks.allSatisfy {
                now.milliseconds(since: $0.since) >= Self.retryMilliseconds
            }
            if isSlow, !want.others.isEmpty {
                let place = Int.random(in: want.others.indices, using: &chance)
                let peer = want.others.remove(at: place)
                want.asks.append(Ask(peer: peer, since: now))
                review.asks.append((peer, id))
            }
            wants[id] = want.asks.isEmpty ? nil : want
        }
        order.removeAll { wants[$0] == nil }
        return review
    }
}
