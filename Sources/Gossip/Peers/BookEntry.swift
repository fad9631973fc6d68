public import Primitives
public import Wire

/// An address as the book keeps it: bytes that the transport understands, and where they lead.
public struct BookAddress: Hashable, Sendable, WireCodable {
    public static let byteLimit = 256

    public let bytes: [UInt8]
    public let group: NetworkGroup

    /// - Returns: `nil` when there are no bytes or more than ``byteLimit``.
    public init?(_ bytes: [UInt8], group: NetworkGroup) {
        guard (1...Self.byteLimit).contains(bytes.count) else { return nil }
        self.bytes = bytes
        self.group = group
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        self.bytes = try cursor.bytes(1, "bytes", limit: Self.byteLimit, of: bytes)
        guard !self.bytes.isEmpty else { throw WireError(.missing, at: start).inside("bytes") }
        group = try cursor.fixed(2, "group", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.bytes(1, bytes)
        writer.fixed(2, group)
    }
}

/// What the book knows of one peer.
public struct BookEntry: Hashable, Sendable, WireCodable {
    public static let addressLimit = 4
    /// Bytes of a signed record that is kept to be passed on.
    public static let envelopeByteLimit = 1_024

    public struct History: Hashable, Sendable {
        /// When someone last said that the peer is there.
        public var seen = Timestamp(0)
        public var tried = Timestamp(0)
        public var succeeded = Timestamp(0)
        /// Failures since the last success.
        public var failures: UInt32 = 0

        public init() {}
    }

    public let name: PeerName
    /// The first one is dialled first.
    public internal(set) var addresses: [BookAddress]
    /// Number of the signed record that the addresses come from; zero for a list or a user.
    public internal(set) var sequence: UInt64
    /// Group of the peer that told us.
    public let source: NetworkGroup
    public internal(set) var history = History()
    /// Whether we were connected to it.
    public internal(set) var isTried = false
    /// The record that it signed, if it gave it to us itself.
    public internal(set) var envelope: [UInt8] = []

    init(
        name: PeerName, addresses: [BookAddress], sequence: UInt64, source: NetworkGroup,
        seen: Timestamp
    ) {
        self.name = name
        self.addresses = addresses
        self.sequence = sequence
        self.source = source
        history.seen = seen
    }

    var group: NetworkGroup { addresses[0].group }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        name = try cursor.fixed(1, "name", of: bytes)
        addresses = try cursor.messages(2, "addresses", limit: Self.addressLimit, of: bytes)
        guard !addresses.isEmpty else {
            throw WireError(.missing, at: start).inside("addresses")
        }
        sequence = try cursor.uint64(3, "sequence", of: bytes)
        source = try cursor.fixed(4, "source", of: bytes)
        history.seen = Timestamp(try cursor.uint64(5, "seen_ms", of: bytes))
        history.tried = Timestamp(try cursor.uint64(6, "tried_ms", of: bytes))
        history.succeeded = Timestamp(try cursor.uint64(7, "succeeded_ms", of: bytes))
        history.failures = try cursor.uint32(8, "failures", of: bytes)
        isTried = try cursor.bool(9, "is_tried", of: bytes)
        envelope = try cursor.bytes(10, "envelope", limit: Self.envelopeByteLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, name)
        writer.messages(2, addresses)
        writer.uint64(3, sequence)
        writer.fixed(4, source)
        writer.uint64(5, history.seen.milliseconds)
        writer.uint64(6, history.tried.milliseconds)
        writer.uint64(7, history.succeeded.milliseconds)
        writer.uint32(8, history.failures)
        writer.bool(9, isTried)
        writer.bytes(10, envelope)
    }
}

extension BookEntry {
    private static let minute: UInt64 = 60_000
    private static let day: UInt64 = 24 * 60 * minute
    static let horizonMilliseconds = 30 * day
    static let neverLimit: UInt32 = 3
    static let failureLimit: UInt32 = 10
    static let failureMilliseconds = 7 * day
    static let recentMilliseconds = 10 * minute

    /// Whether the entry may be forgotten to make room.
    ///
    /// - Source: Bitcoin Core's address manager, `libp2p.md` 3: not seen for 30 days, three tries
    ///   without any success, or ten failures in a week without one.
    func isTerrible(now: Timestamp) -> Bool {
        guard age(history.tried, now) > Self.minute else { return false }
        if age(history.seen, now) > Self.horizonMilliseconds { return true }
        if history.seen > now.adding(10 * Self.minute) { return true }
        if history.succeeded == Timestamp(0) { return history.failures >= Self.neverLimit }
        return age(history.succeeded, now) > Self.failureMilliseconds
            && history.failures >= Self.failureLimit
    }

    /// How likely the entry is to be chosen when chance falls on it, from 0 to 1.
    func weight(now: Timestamp) -> Double {
        var weight = 1.0
        if age(history.tried, now) < Self.recentMilliseconds { weight *= 0.01 }
        for _ in 0..<min(history.failures, 8) { weight *= 0.66 }
        return weight
    }

    func age(_ time: Timestamp, _ now: Timestamp) -> UInt64 {
        now > time ? now.milliseconds - time.milliseconds : 0
    }
}
