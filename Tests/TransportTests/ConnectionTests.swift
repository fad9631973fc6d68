import Primitives
import Testing
import Transport
import Wire

/// Two connections whose bytes the test carries.
struct ConnectionPair {
    var ends: [Connection]
    var found: [PeerID?] = [nil, nil]
    let ids: [PeerID]
    let now = Instant(1_000_000_000)
    /// All bytes that each end has said.
    var said: [[UInt8]] = [[], []]

    /// - Precondition: seeds from 0 to 200, so that the Noise keys differ from them.
    init(seeds: [UInt8] = [1, 2], expected: PeerID? = nil) {
        let keys = seeds.map { SigningKey(seed: FixedBytes(repeating: $0)) }
        ids = keys.map { PeerID($0.publicKey) }
        let wanted = expected ?? ids[1]
        ends = [true, false].map { isDialer in
            let index: UInt8 = isDialer ? 0 : 1
            let key = keys[Int(index)]
            return Connection(
                isDialer: isDialer, identity: key, expected: isDialer ? wanted : nil,
                staticKey: AgreementKey(secret: FixedBytes(repeating: 201 + index)),
                ephemeralKey: AgreementKey(secret: FixedBytes(repeating: 203 + index)),
                setup: PeerSession.Setup(
                    protocols: TestHost.rows, limits: HostLimits(), info: PeerInfo(agent: "x"),
                    key: key.publicKey))
        }
    }

    mutating func take(_ index: Int) -> [UInt8] {
        var output: [UInt8] = []
        while ends[index].takeOutput(into: &output) {}
        said[index] += output
        return output
    }

    mutating func give(_ index: Int, _ bytes: [UInt8]) throws(ConnectionFault) {
        if let peer = try ends[index].receive(bytes.span, now: now) { found[index] = peer }
    }

    /// Carries bytes in pieces until both are silent.
    mutating func flow(pieceByteCount: Int = .max) throws(ConnectionFault) {
        while true {
            var isSilent = true
            for index in 0..<2 {
                var bytes = take(index)[...]
                while !bytes.isEmpty {
                    isSilent = false
                    let piece = bytes.prefix(pieceByteCount)
                    bytes = bytes.dropFirst(piece.count)
                    try give(1 - index, Array(piece))
                }
            }
            if isSilent { return }
        }
    }

    mutating func events(_ index: Int) -> [PeerSession.Event] {
        ends[index].withSession { $0.takeEvents() } ?? []
    }
}

@Suite("A connection from its first byte")
struct ConnectionTests {
    @Test(
        "Two ends find each other, whatever the pieces in which bytes arrive",
        arguments: [1, 2, 3, 7, 64, .max])
    func upgrade(pieceByteCount: Int) throws {
        var pair = ConnectionPair()
        try pair.flow(pieceByteCount: pieceByteCount)
        #expect(pair.found == [pair.ids[1], pair.ids[0]])
        for index in 0..<2 {
            let agents = pair.events(index).compactMap {
                if case .identified(let info) = $0 { info.agent } else { nil }
            }
            #expect(agents == ["x"])
        }
    }

    @Test("The dialer's first write holds header, proposal and the first Noise message")
    func pipelined() {
        var pair = ConnectionPair()
        let first = pair.take(0)
        let opening = DialNegotiation(["/noise"]).opening
        #expect(first.prefix(opening.count) == opening[...])
        #expect(first.count == opening.count + 2 + 32)
    }

    @Test("Another identity than the dialled one is refused by the dialer")
    func wrongPeer() {
        let other = PeerID(SigningKey(seed: FixedBytes(repeating: 9)).publicKey)
        var pair = ConnectionPair(expected: other)
        #expect(throws: ConnectionFault.wrongPeer(expected: other, found: pair.ids[1])) {
            try pair.flow()
        }
    }

    @Test("Attack 69: a connection to ourselves is seen in the handshake and ended")
    func selfDial() {
        var pair = ConnectionPair(seeds: [5, 5])
        #expect(throws: ConnectionFault.selfDial) { try pair.flow() }
    }

    @Test("A handshake frame above 2 KiB is refused before it has arrived")
    func longHandshake() {
        var pair = ConnectionPair()
        let start = DialNegotiation(["/noise"]).opening + [0xff, 0xff]
        #expect(throws: ConnectionFault.handshakeTooLong(65_535)) {
            try pair.give(1, start)
        }
    }

    @Test(
        "A changed byte anywhere in the opening ends the connection or changes nothing",
        arguments: [0, 1])
    func tampering(side: Int) throws {
        var honest = ConnectionPair()
        try honest.flow()
        let length = honest.said[side].count
        for position in 0..<length {
            var pair = ConnectionPair()
            var offset = 0
            do throws(ConnectionFault) {
                while true {
                    var isSilent = true
                    for index in 0..<2 {
                        var bytes = pair.take(index)
                        if bytes.isEmpty { continue }
                        isSilent = false
                        if index == side {
                            let place = position - offset
                            if bytes.indices.contains(place) { bytes[place] ^= 1 }
                            offset += bytes.count
                        }
                        try pair.give(1 - index, bytes)
                    }
                    if isSilent { break }
                }
            } catch {
                continue  // Refused, as it should be.
            }
            // A byte that only makes the other side wait for more: nobody was taken in.
            #expect(pair.found[1 - side] == nil || position > 200, "byte \(position)")
        }
    }

    @Test("Random bytes in place of a handshake never stop the program")
    func hostile() {
        var random = Chance(seed: 11)
        for _ in 0..<3_000 {
            var pair = ConnectionPair()
            let opening = DialNegotiation(["/noise"]).opening
            do throws(ConnectionFault) {
                try pair.give(1, random.next() % 2 == 0 ? opening : [])
                for _ in 0..<3 { try pair.give(1, random.bytes(Int(random.next() % 80))) }
            } catch {
                continue
            }
        }
    }
}
