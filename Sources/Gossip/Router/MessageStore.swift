import Primitives

/// What became of a message that was seen.
enum Fate: Sendable { case pending, valid, rejected, ignored }

/// A message that the application is looking at.
struct PendingMessage: Sendable {
    let topic: Int
    let data: [UInt8]
    /// Who sent it, the first one first.
    var senders: [PeerName]
    let since: Instant
}

/// A message that may be asked for.
struct CachedMessage: Sendable {
    /// Answers to one peer that asks for the same message again and again.
    static let serveLimit: UInt8 = 3

    let topic: Int
    /// The message as it goes out; one buffer for everyone.
    let frame: [UInt8]
    var served: [PeerName: UInt8] = [:]
}

/// The messages of the last minutes: what was seen, what is being looked at, what can be asked for.
///
/// - Source: `libp2p.md` 2.8 (seen cache, message cache 6/3); specification G9 to G14.
struct MessageStore: Sendable {
    /// Ids remembered as seen, by count and by time.
    static let seenLimit = 262_144
    static let seenMilliseconds: UInt64 = 600_000
    /// Heartbeats that a message can be asked for, and heartbeats that it is announced.
    static let windowCount = 6
    static let announcedWindowCount = 3
    static let cacheByteLimit = 64 << 20
    /// Messages that the application has not judged.
    static let pendingLimit = 4_096
    static let pendingByteLimit = 64 << 20
    static let pendingPeerByteLimit = 16 << 20
    static let pendingLightByteLimit = 256 << 10
    static let pendingMilliseconds: UInt64 = 60_000
    /// Messages of our own, kept until surely everyone could ask.
    static let ownByteLimit = 16 << 20
    static let ownLimit = 1_024
    static let ownMilliseconds: UInt64 = 120_000

    private struct Aged: Sendable {
        let id: MessageID
        let since: Instant
    }

    private var fates: [MessageID: Fate] = [:]
    private var seenOrder = FirstInFirstOut<Aged>()
    private var pending: [MessageID: PendingMessage] = [:]
    private var pendingBytes: [PeerName: Int] = [:]
    private var pendingByteCount = 0
    private var cache: [MessageID: CachedMessage] = [:]
    private var windows: [[MessageID]] = [[]]
    private var cacheByteCount = 0
    private var own = OwnMessages()

    var byteCount: Int { pendingByteCount + cacheByteCount + own.byteCount }

    // MARK: Seen

    func fate(of id: MessageID) -> Fate? { fates[id] }

    private mutating func mark(_ id: MessageID, _ fate: Fate, now: Instant) {
        if fates.updateValue(fate, forKey: id) == nil {
            seenOrder.append(Aged(id: id, since: now))
            if seenOrder.count > Self.seenLimit { forgetOldest() }
        }
    }

    private mutating func forgetOldest() {
        guard let oldest = seenOrder.popFirst() else { return }
        fates[oldest.id] = nil
        release(oldest.id)
    }

    // MARK: Pending

    /// Takes a new message, unless too many of this peer or of all wait already.
    mutating func hold(
        _ id: MessageID, topic: Int, data: [UInt8], from name: PeerName, role: PeerLink.Role,
        now: Instant
    ) -> Bool {
        let peerLimit: Int
        switch role {
        case .full: peerLimit = Self.pendingPeerByteLimit
        case .light: peerLimit = Self.pendingLightByteLimit
        }
        let peerBytes = pendingBytes[name, default: 0]
        guard pending.count < Self.pendingLimit, peerBytes + data.count <= peerLimit,
            pendingByteCount + data.count <= Self.pendingByteLimit
        else { return false }
        pendingBytes[name] = peerBytes + data.count
        pendingByteCount += data.count
        pending[id] = PendingMessage(topic: topic, data: data, senders: [name], since: now)
        mark(id, .pending, now: now)
        return true
    }

    mutating func addSender(_ name: PeerName, of id: MessageID) {
        guard pending[id]?.senders.contains(name) == false else { return }
        pending[id]?.senders.append(name)
    }

    /// Ends the wait for a verdict.
    mutating func settle(_ id: MessageID, _ fate: Fate) -> PendingMessage? {
        guard let message = release(id) else { return nil }
        if fates[id] != nil { fates[id] = fate }
        return message
    }

    @discardableResult
    private mutating func release(_ id: MessageID) -> PendingMessage? {
        guard let message = pending.removeValue(forKey: id) else { return nil }
        pendingByteCount -= message.data.count
        let rest = pendingBytes[message.senders[0], default: 0] - message.data.count
        pendingBytes[message.senders[0]] = rest > 0 ? rest : nil
        return message
    }

    // MARK: Cache

    /// Makes a message available to those who ask.
    mutating func keep(_ id: MessageID, topic: Int, frame: [UInt8]) {
        let message = CachedMessage(topic: topic, frame: frame)
        guard cache.updateValue(message, forKey: id) == nil else { return }
        windows[windows.count - 1].append(id)
        cacheByteCount += frame.count
        while cacheByteCount > Self.cacheByteLimit { dropOldestWindow() }
    }

    /// Keeps a message of our own in the cache, and beyond it.
    mutating func keepOwn(_ id: MessageID, topic: Int, frame: [UInt8], now: Instant) {
        mark(id, .valid, now: now)
        keep(id, topic: topic, frame: frame)
        own.insert(id, topic: topic, frame: frame, now: now)
    }

    /// The frame of a message, unless the peer had it often enough.
    mutating func serve(_ id: MessageID, to name: PeerName) -> [UInt8]? {
        if let served = cache[id]?.served[name, default: 0] {
            guard served < CachedMessage.serveLimit else { return nil }
            cache[id]?.served[name] = served + 1
            return cache[id]?.frame
        }
        return own.serve(id, to: name)
    }

    /// The messages of a topic that peers outside the mesh are told of.
    func announced(topic: Int) -> [MessageID] {
        windows.suffix(Self.announcedWindowCount).flatMap { window in
            window.filter { cache[$0]?.topic == topic }
        }
    }

    func ownIDs(topic: Int) -> [MessageID] { own.ids(topic: topic) }

    // MARK: Time

    /// Moves all windows on by one heartbeat.
    ///
    /// - Returns: The messages that nobody judged in time; they count as ignored.
    mutating func shift(now: Instant) -> Int {
        while let oldest = seenOrder.first,
            now.milliseconds(since: oldest.since) >= Self.seenMilliseconds
        {
            forgetOldest()
        }
        windows.append([])
        while windows.count > Self.windowCount { dropOldestWindow() }
        own.expire(now: now)
        var late: [MessageID] = []
        for id in pending.keys.sorted() {
            guard let message = pending[id],
                now.milliseconds(since: message.since) >= Self.pendingMilliseconds
            else { continue }
            late.append(id)
        }
        for id in late { _ = settle(id, .ignored) }
        return late.count
    }

    private mutating func dropOldestWindow() {
        for id in windows.removeFirst() {
            cacheByteCount -= cache.removeValue(forKey: id)?.frame.count ?? 0
        }
        if windows.isEmpty { windows = [[]] }
    }
}

/// Our own messages, so that none is lost because nobody was there or a queue was full.
struct OwnMessages: Sendable {
    private struct Entry: Sendable {
        let id: MessageID
        let since: Instant
    }

    private var messages: [MessageID: CachedMessage] = [:]
    private var order = FirstInFirstOut<Entry>()
    private(set) var byteCount = 0

    mutating func insert(_ id: MessageID, topic: Int, frame: [UInt8], now: Instant) {
        let message = CachedMessage(topic: topic, frame: frame)
        guard messages.updateValue(message, forKey: id) == nil else { return }
        order.append(Entry(id: id, since: now))
        byteCount += frame.count
        while byteCount > MessageStore.ownByteLimit || messages.count > MessageStore.ownLimit {
            dropOldest()
        }
    }

    func ids(topic: Int) -> [MessageID] {
        messages.keys.filter { messages[$0]?.topic == topic }.sorted()
    }

    mutating func serve(_ id: MessageID, to name: PeerName) -> [UInt8]? {
        guard let served = messages[id]?.served[name, default: 0],
            served < CachedMessage.serveLimit
        else { return nil }
        messages[id]?.served[name] = served + 1
        return messages[id]?.frame
    }

    mutating func expire(now: Instant) {
        while let oldest = order.first,
            now.milliseconds(since: oldest.since) >= MessageStore.ownMilliseconds
        {
            dropOldest()
        }
    }

    private mutating func dropOldest() {
        guard let oldest = order.popFirst() else { return }
        byteCount -= messages.removeValue(forKey: oldest.id)?.frame.count ?? 0
    }
}
