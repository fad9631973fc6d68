import Primitives
import Transport
import Wire

/// A session under test whose peer is a bare Yamux session that the test drives by hand.
struct SessionBench {
    var session: PeerSession
    var foreign = YamuxEnd(isDialer: true)
    var events: [PeerSession.Event] = []
    var now = Instant(1_000_000_000)

    init(rows: [StreamProtocol] = TestHost.rows, limits: HostLimits = HostLimits()) {
        let key = SigningKey(seed: FixedBytes(repeating: 1)).publicKey
        session = PeerSession(
            isDialer: false, peer: PeerID(SigningKey(seed: FixedBytes(repeating: 2)).publicKey),
            setup: PeerSession.Setup(
                protocols: rows, limits: limits, info: PeerInfo(agent: "a"), key: key), now: now)
    }

    /// Bytes from the foreign side, as they are.
    mutating func give(_ bytes: [UInt8]) throws(ConnectionFault) {
        try session.receive(bytes.span, 0..<bytes.count, now: now)
        events += session.takeEvents()
    }

    /// Everything that waits, in both directions, until nothing waits.
    mutating func flow() throws {
        while true {
            let there = foreign.write()
            if !there.isEmpty { try give(there) }
            var back: [UInt8] = []
            let hasBack = session.takeOutput(into: &back, limit: 65_519)
            if hasBack { try foreign.read(back) }
            if there.isEmpty, !hasBack { return }
        }
    }

    /// Opens a stream and proposes a protocol.
    mutating func open(_ name: String) throws -> StreamID {
        let id = try foreign.open(.gossip)
        foreign.session.write(id, DialNegotiation([name]).opening)
        try flow()
        return id
    }

    mutating func write(_ id: StreamID, _ bytes: [UInt8]) throws {
        foreign.session.write(id, bytes)
        try flow()
    }

    mutating func pass(milliseconds: UInt64) throws(ConnectionFault) {
        now = now.advanced(milliseconds: milliseconds)
        try session.tick(now: now)
        events += session.takeEvents()
    }

    var requests: [(StreamID, [UInt8])] {
        events.compactMap { if case .request(_, let id, let body) = $0 { (id, body) } else { nil } }
    }

    var messageCount: Int {
        events.reduce(0) { sum, event in
            if case .messages(_, _, let frames, _) = event { sum + frames.count } else { sum }
        }
    }

    func wasReset(_ id: StreamID) -> Bool { foreign.events.contains(.reset(id)) }
}
