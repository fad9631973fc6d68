import Leftovers
import Primitives
import Testing
import Transport
import Wire

@Suite("Limits of a host", .serialized, .tidy)
struct HostLimitTests {
    private func limits(_ change: (inout HostLimits) -> Void) -> HostLimits {
        var limits = HostLimits()
        change(&limits)
        return limits
    }

    @Test("Attack 55: a handshake that comes byte by byte is cut off at its deadline")
    func slowHandshake() async throws {
        let host = TestHost(seed: 1, limits: limits { $0.handshakeMilliseconds = 800 })
        let address = try await host.listen()
        let socket = try await RawSocket(address)
        let start = ContinuousClock.now
        for byte in Negotiation.encode(Negotiation.header) where !socket.isClosed {
            socket.send([byte])
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await socket.waitUntilClosed())
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(await host.host.statistics().failedHandshakeCount == 1)
        await host.host.close()
    }

    @Test("Attack 11: a handshake that announces more than a key needs ends before its bytes come")
    func longHandshake() async throws {
        let host = TestHost(seed: 1, limits: limits { $0.handshakeMilliseconds = 60_000 })
        let address = try await host.listen()
        let socket = try await RawSocket(address)
        socket.send(Negotiation.encode(Negotiation.header) + Negotiation.encode("/noise"))
        socket.send([0xFF, 0xFF])
        #expect(try await socket.waitUntilClosed(seconds: 20))
        #expect(await host.host.statistics().failedHandshakeCount == 1)
        await host.host.close()
    }

    @Test("Attack 68: silent handshakes are bounded, in all and by address, and make room again")
    func silentHandshakes() async throws {
        let host = TestHost(
            seed: 1,
            limits: limits {
                // Long enough to be counted before it is over, also on a busy machine.
                $0.handshakeMilliseconds = 8_000
                $0.handshakesPerAddressLimit = 3
                $0.exemptsLoopback = false
            })
        let address = try await host.listen()
        var sockets: [RawSocket] = []
        for _ in 0..<10 { sockets.append(try await RawSocket(address)) }
        try await Task.sleep(for: .milliseconds(300))
        let statistics = await host.host.statistics()
        #expect(statistics.handshakeCount == 3)
        #expect(statistics.refusedCount == 7)
        #expect(sockets.filter(\.isClosed).count == 7)
        for socket in sockets { #expect(try await socket.waitUntilClosed(seconds: 30)) }
        let other = TestHost(seed: 2)
        #expect(try await other.host.dial(address) == host.id)
        await host.host.close()
        await other.host.close()
    }

    @Test("Attack 68: what is no handshake at all ends only its own connection")
    func garbage() async throws {
        let host = TestHost(seed: 1, limits: limits { $0.handshakeMilliseconds = 1_000 })
        let address = try await host.listen()
        var random = Chance(seed: 4)
        for _ in 0..<20 {
            let socket = try await RawSocket(address)
            socket.send(random.bytes(200))
            #expect(try await socket.waitUntilClosed(seconds: 12))
        }
        let other = TestHost(seed: 2)
        #expect(try await other.host.dial(address) == host.id)
        await host.host.close()
        await other.host.close()
    }

    @Test("Attack 69: our own address is not dialled, also under another's name")
    func selfDial() async throws {
        let host = TestHost(seed: 1)
        var address = try await host.listen()
        await #expect(throws: TransportError.selfDial) { try await host.host.dial(address) }
        address.peer = PeerID(SigningKey(seed: FixedBytes(repeating: 3)).publicKey)
        await #expect(throws: TransportError.selfDial) { try await host.host.dial(address) }
        #expect(host.events.isEmpty)
        await host.host.close()
    }

    @Test("Connections above the limit and those that admission refuses are not kept")
    func connectionLimit() async throws {
        let banned = PeerID(SigningKey(seed: FixedBytes(repeating: 40)).publicKey)
        let host = TestHost(
            seed: 1, limits: limits { $0.connectionLimit = 2 },
            admission: { _, peer, _ in peer != banned })
        let address = try await host.listen()
        let outcast = TestHost(seed: 40)
        _ = try? await outcast.host.dial(address)
        #expect(await host.host.connectedPeers() == [])
        let others = [TestHost(seed: 41), TestHost(seed: 42), TestHost(seed: 43)]
        for other in others { _ = try? await other.host.dial(address) }
        #expect(await others[2].wait { !$0.isConnected(to: host.id) })
        #expect(await host.host.connectedPeers() == [others[0].id, others[1].id])
        for other in others + [host, outcast] { await other.host.close() }
    }

    @Test("A dead address, a wrong name and a missing one are told apart")
    func dialErrors() async throws {
        let (host, other) = (TestHost(seed: 1), TestHost(seed: 2))
        let address = try await other.listen()
        await #expect(throws: TransportError.unusableAddress) {
            try await host.host.dial(address.withoutPeer)
        }
        var wrong = address
        wrong.peer = PeerID(SigningKey(seed: FixedBytes(repeating: 3)).publicKey)
        let named = try #require(wrong.peer)
        await #expect(throws: TransportError.wrongPeer(expected: named, found: other.id)) {
            try await host.host.dial(wrong)
        }
        await other.host.close()
        await #expect(throws: TransportError.self) { try await host.host.dial(address) }
        await host.host.close()
    }

    @Test(
        "Two hosts that dial each other at once keep one connection, the same one",
        arguments: 0..<8 as Range<UInt8>)
    func simultaneousDial(seed: UInt8) async throws {
        let (left, right) = (TestHost(seed: seed), TestHost(seed: 100 + seed))
        let (leftAddress, rightAddress) = (try await left.listen(), try await right.listen())
        async let one = left.host.dial(rightAddress)
        async let two = right.host.dial(leftAddress)
        #expect(try await one == right.id)
        #expect(try await two == left.id)
        try await Task.sleep(for: .milliseconds(200))
        #expect(left.isConnected(to: right.id) && right.isConnected(to: left.id))
        left.host.send([1, 2], to: right.id, on: .gossip)
        right.host.send([1, 2, 3], to: left.id, on: .gossip)
        #expect(await right.wait { $0.byteCount(.gossip) == 2 })
        #expect(await left.wait { $0.byteCount(.gossip) == 3 })
        await left.host.close()
        await right.host.close()
    }

    @Test("A peer that comes back with the same key takes the place of its old connection")
    func returning() async throws {
        let host = TestHost(seed: 1)
        let address = try await host.listen()
        let first = TestHost(seed: 2)
        _ = try await first.host.dial(address)
        let second = TestHost(seed: 2)
        _ = try await second.host.dial(address)
        #expect(await host.wait { $0.disconnections(of: first.id) == [.duplicate] })
        #expect(await first.wait { $0.disconnections(of: host.id).count == 1 })
        #expect(host.isConnected(to: second.id))
        for other in [host, first, second] { await other.host.close() }
    }

    @Test("A host that is closed answers every call at once", .timeLimit(.minutes(1)))
    func closed() async throws {
        let (one, other) = (TestHost(seed: 1), TestHost(seed: 2))
        let place = try #require(Multiaddr("/ip4/127.0.0.1/tcp/0"))
        let address = try await other.host.listen(place)
        _ = try await one.host.dial(address)
        await one.host.close()
        await one.host.close()
        await #expect(throws: TransportError.closed) { try await one.host.dial(address) }
        await #expect(throws: TransportError.closed) {
            try await one.host.listen(place)
        }
        await #expect(throws: TransportError.closed) { try await one.host.ping(other.host.id) }
        await #expect(throws: TransportError.closed) {
            try await one.host.request(
                [1], from: other.host.id, on: .light, responseByteLimit: 10, deadline: .seconds(1))
        }
        #expect(await one.host.connectedPeers().isEmpty)
        #expect(await one.host.statistics().connectionCount == 0)
        #expect(one.host.send([1], to: other.host.id, on: .consensus) == .notConnected)
        one.host.disconnect(other.host.id)
        one.host.setListenAddresses([])
        await other.host.close()
    }

    @Test("Calls that meet the end of a host are answered", .timeLimit(.minutes(1)))
    func closing() async throws {
        let other = TestHost(seed: 2)
        let place = try #require(Multiaddr("/ip4/127.0.0.1/tcp/0"))
        let address = try await other.host.listen(place)
        for seed in 3..<11 {
            let one = TestHost(seed: UInt8(seed))
            await withTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask { _ = try? await one.host.dial(address) }
                    group.addTask { _ = try? await one.host.ping(other.host.id) }
                    group.addTask { _ = await one.host.statistics() }
                }
                group.addTask { await one.host.close() }
            }
        }
        await other.host.close()
    }

    @Test("A flood of gossip does not hold up consensus, and drops only gossip")
    func priorities() async throws {
        let (left, right) = (TestHost(seed: 1), TestHost(seed: 2))
        _ = try await left.host.dial(try await right.listen())
        #expect(await right.wait { $0.isConnected(to: left.id) })
        right.holdMessages(true)
        let frame = [UInt8](repeating: 0, count: 100_000)
        for _ in 0..<200 { left.host.send(frame, to: right.id, on: .gossip) }
        #expect(left.host.send([7], to: right.id, on: .consensus) == .queued)
        #expect(await right.wait(seconds: 2) { $0.byteCount(.consensus) == 1 })
        #expect(right.byteCount(.gossip) < 1 << 20)
        let dropped = await left.host.statistics().droppedMessageCounts
        #expect(dropped[.gossip] ?? 0 > 100)
        #expect(dropped[.consensus] == 0)
        right.holdMessages(false)
        #expect(await right.wait { $0.byteCount(.gossip) >= 4_100_000 }, "41 messages fit")
        await left.host.close()
        await right.host.close()
    }

    @Test("Kept messages stay when newer ones push out the others")
    func keptMessages() async throws {
        let (left, right) = (TestHost(seed: 1), TestHost(seed: 2))
        _ = try await left.host.dial(try await right.listen())
        #expect(await right.wait { $0.isConnected(to: left.id) })
        right.holdMessages(true)
        let frame = [UInt8](repeating: 0, count: 100_000)
        for _ in 0..<60 { left.host.send(frame, to: right.id, on: .gossip) }
        for _ in 0..<3 {
            left.host.send([1], to: right.id, on: .gossip, isKept: true)
            for _ in 0..<60 { left.host.send(frame, to: right.id, on: .gossip) }
        }
        right.holdMessages(false)
        #expect(await right.wait { $0.byteCount(.gossip) % 100_000 == 3 })
        #expect(
            left.host.send([UInt8](repeating: 0, count: 2 << 20), to: right.id, on: .gossip)
                == .tooLong)
        await left.host.close()
        await right.host.close()
    }

    @Test("Requests that are declined, too slow or too long say so, and free their places")
    func failedRequests() async throws {
        let left = TestHost(seed: 1)
        let right = TestHost(
            seed: 2,
            answer: { request in
                switch request.body.first {
                case 1: request.decline()
                case 2: request.respond([UInt8](repeating: 0, count: 5_000))
                case 3:
                    Task {
                        try await Task.sleep(for: .seconds(2))
                        request.respond([3])
                    }
                default: break  // Letting go of it declines it.
                }
            })
        _ = try await left.host.dial(try await right.listen())
        for _ in 0..<5 {
            for (kind, error) in [
                (0, TransportError.declined), (1, .declined), (2, .declined), (3, .timedOut),
            ] as [(UInt8, TransportError)] {
                await #expect(throws: error) {
                    try await left.host.request(
                        [kind], from: right.id, on: .light, responseByteLimit: 4_000,
                        deadline: .milliseconds(300))
                }
            }
        }
        await #expect(throws: TransportError.tooLong(byteCount: 70_000, limit: 65_536)) {
            try await left.host.request(
                [UInt8](repeating: 0, count: 70_000), from: right.id, on: .light,
                responseByteLimit: 1, deadline: .seconds(1))
        }
        await right.host.close()
        await #expect(throws: TransportError.self) {
            try await left.host.request(
                [1], from: right.id, on: .light, responseByteLimit: 1, deadline: .seconds(5))
        }
        await left.host.close()
    }
}
