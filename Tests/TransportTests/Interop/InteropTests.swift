import Foundation
import Gossip
import Leftovers
import Primitives
import Testing
import Transport
import Wire

/// Tests 4, 5, 12 and 13 of the list of interop tests, and the parts of 1 to 3 that the full stack
/// shows; each with the foreign peer as dialer and as listener.
@Suite("Interop with py-libp2p", .serialized, .tidy, .enabled(if: ForeignPeer.python != nil))
struct InteropTests {
    static let rows = [
        StreamProtocol(
            .consensus, .messages, dialNames: ["/argosy/interop/sink/1"], priority: .consensus,
            frameByteLimit: 2 << 20, queueByteLimit: 32 << 20),
        StreamProtocol(
            .light, .requests, dialNames: ["/argosy/interop/echo/1"], priority: .light,
            frameByteLimit: 256 << 10, queueByteLimit: 1 << 20, requestLimit: 30),
        StreamProtocol(
            .gossip, .messages, dialNames: ["/meshsub/1.1.0"],
            acceptNames: ["/meshsub/1.2.0", "/meshsub/1.1.0"], priority: .gossip,
            frameByteLimit: 1 << 20, queueByteLimit: 4 << 20),
    ]

    enum Dialer: String, CaseIterable { case ours, theirs }

    private func host(_ limits: HostLimits = HostLimits()) -> TestHost {
        TestHost(seed: 9, rows: Self.rows, limits: limits, answer: { $0.respond($0.body) })
    }

    /// Connects the two and waits until both know it.
    private func connect(_ dialer: Dialer, _ ours: TestHost, _ theirs: ForeignPeer) async throws {
        switch dialer {
        case .ours: #expect(try await ours.host.dial(theirs.address) == theirs.id)
        case .theirs:
            let address = try await ours.listen()
            try theirs.send("dial \(address)")
            _ = try await theirs.next("dialed")
        }
        #expect(await ours.wait(seconds: 20) { $0.info(of: theirs.id) != nil })
    }

    @Test("Connect, identify both ways, three pings both ways", arguments: Dialer.allCases)
    func wholeStack(dialer: Dialer) async throws {
        let theirs = try await ForeignPeer(seed: "stack")
        let ours = host()
        try await connect(dialer, ours, theirs)
        let info = try #require(ours.info(of: theirs.id))
        #expect(info.agent.contains("libp2p"))
        #expect(info.protocolNames.contains("/ipfs/ping/1.0.0"))
        #expect(info.listenAddresses.map(\.port).contains(theirs.address.port))
        #expect(info.observedAddress?.isLoopback == true)
        let seen = try await theirs.ask("identify \(ours.id)", "identify")
        #expect(seen.string("agent") == "argosy")
        #expect(seen.string("protocol_version") == "/argosy/1.0.0")
        #expect(seen.string("public_key") == Hex.encode(LibP2PKey.encode(ours.id.key)))
        #expect(
            Set(seen.strings("protocols")).isSuperset(of: ["/meshsub/1.1.0", "/ipfs/id/1.0.0"]))
        #expect(seen.string("observed").hasPrefix("/ip4/127.0.0.1/tcp/"))
        if dialer == .theirs { #expect(seen.strings("listen").count == 1) }
        for _ in 0..<3 { _ = try await ours.host.ping(theirs.id) }
        let pings = try await theirs.ask("ping \(ours.id) 3", "ping")
        #expect((pings.fields["rtt_us"] as? [Any])?.count == 3)
        await ours.host.close()
    }

    @Test("Both derive the same peer id text from 100 keys")
    func peerIDs() async throws {
        let theirs = try await ForeignPeer(seed: "ids")
        try theirs.send("ids 100")
        for _ in 0..<100 {
            let event = try await theirs.next("id")
            let seed = try #require(Hex.decode(event.string("seed")).flatMap { FixedBytes<32>($0) })
            #expect(PeerID(SigningKey(seed: seed).publicKey).description == event.string("id"))
        }
    }

    @Test("Each verifies the other's signed peer record")
    func signedRecords() async throws {
        let theirs = try await ForeignPeer(seed: "record")
        let ours = host()
        let address = try await ours.listen()
        let key = SigningKey(seed: FixedBytes(repeating: 9))
        let record = SignedPeerRecord(
            signing: [address.withoutPeer.bytes], sequence: 7, with: key)
        ours.host.setSignedPeerRecord(record.envelope)
        #expect(try await ours.host.dial(theirs.address) == theirs.id)
        #expect(await ours.wait { $0.info(of: theirs.id) != nil })
        let envelope = try #require(ours.info(of: theirs.id)?.signedPeerRecord)
        let found = try #require(SignedPeerRecord(envelope: envelope))
        #expect(found.isValid() && found.peer == theirs.id.name)
        #expect(
            found.addresses.compactMap { Multiaddr(bytes: $0) }.map(\.port).contains(
                theirs.address.port))
        let seen = try await theirs.ask("record \(ours.id)", "record")
        #expect(seen.string("peer") == ours.id.description)
        #expect(seen.number("seq") == 7)
        #expect(seen.strings("addrs") == [address.withoutPeer.description])
        await ours.host.close()
    }

    @Test("A peer that is not who was dialled is refused, by either side")
    func wrongPeer() async throws {
        let theirs = try await ForeignPeer(seed: "wrong")
        let ours = host()
        var address = theirs.address
        let other = PeerID(SigningKey(seed: FixedBytes(repeating: 77)).publicKey)
        address.peer = other
        await #expect(throws: TransportError.wrongPeer(expected: other, found: theirs.id)) {
            try await ours.host.dial(address)
        }
        var own = try await ours.listen()
        own.peer = other
        try theirs.send("dial \(own)")
        _ = try await theirs.next("dial-failed")
        #expect(!ours.isConnected(to: theirs.id))
        await ours.host.close()
    }

    @Test("A protocol that one side does not speak is refused with na", arguments: Dialer.allCases)
    func refusedProtocol(dialer: Dialer) async throws {
        let theirs = try await ForeignPeer(seed: "na")
        var rows = Self.rows
        rows[0] = StreamProtocol(
            .consensus, .messages, dialNames: ["/argosy/interop/none/1"], priority: .consensus,
            frameByteLimit: 1_024, queueByteLimit: 1_024)
        let ours = TestHost(seed: 9, rows: rows, answer: { $0.respond($0.body) })
        try await connect(dialer, ours, theirs)
        let unknown = try await theirs.ask("speaks \(ours.id) /argosy/interop/none/2", "speaks")
        #expect(!unknown.bool("ok"))
        let known = try await theirs.ask("speaks \(ours.id) /argosy/interop/echo/1", "speaks")
        #expect(known.bool("ok"))
        ours.host.send([1], to: theirs.id, on: .consensus)
        #expect(
            await ours.wait { host in
                host.events.contains {
                    if case .refused(theirs.id, .consensus) = $0 { true } else { false }
                }
            })
        #expect(ours.isConnected(to: theirs.id), "only the stream is refused")
        await ours.host.close()
    }

    @Test("100 streams each way, then a half-closed one and a reset", arguments: Dialer.allCases)
    func manyStreams(dialer: Dialer) async throws {
        let theirs = try await ForeignPeer(seed: "streams")
        let ours = host()
        try await connect(dialer, ours, theirs)
        let echo = try await theirs.ask("echo \(ours.id) 20000 100 16", "echo", seconds: 60)
        #expect(echo.number("ok") == 100)
        for first in stride(from: 0, to: 100, by: 25) {
            try await withThrowingTaskGroup { group in
                for index in first..<first + 25 {
                    group.addTask {
                        let body = [UInt8](repeating: UInt8(index), count: 20_000)
                        let answer = try await ours.host.request(
                            body, from: theirs.id, on: .light, responseByteLimit: 20_000,
                            deadline: .seconds(30))
                        #expect(answer == body)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await theirs.ask("half \(ours.id)", "half").string("answer") == "hello")
        _ = try await ours.host.ping(theirs.id)
        await ours.host.close()
    }

    @Test("10 MiB each way at once through windows of 256 KiB", arguments: Dialer.allCases)
    func bothWays(dialer: Dialer) async throws {
        let theirs = try await ForeignPeer(seed: "bulk")
        let ours = host()
        try await connect(dialer, ours, theirs)
        let frame = [UInt8](repeating: 0xa5, count: 100_000)
        var sum: [UInt8] = []
        try theirs.send("source \(ours.id) 105 100000")
        for _ in 0..<105 {
            #expect(ours.host.send(frame, to: theirs.id, on: .consensus) == .queued)
            sum = Sha256.hash(sum + frame).array
        }
        let sourced = try await theirs.next("sourced", seconds: 60)
        #expect(await ours.wait(seconds: 30) { $0.byteCount(.consensus) == 10_500_000 })
        #expect(Hex.encode(ours.digest(.consensus)) == sourced.string("sha256"))
        var sink = try await theirs.ask("sink", "sink")
        for _ in 0..<100 where sink.number("frames") < 105 {
            try await Task.sleep(for: .milliseconds(100))
            sink = try await theirs.ask("sink", "sink")
        }
        #expect(sink.number("bytes") == 10_500_000)
        #expect(sink.string("sha256") == Hex.encode(sum))
        await ours.host.close()
    }

    @Test("A slow consumer stops that stream and no other; then everything arrives")
    func backPressure() async throws {
        let theirs = try await ForeignPeer(seed: "slow")
        let ours = host()
        try await connect(.theirs, ours, theirs)
        ours.holdMessages(true)
        try theirs.send("source \(ours.id) 40 50000")
        try await Task.sleep(for: .seconds(2))
        #expect(ours.byteCount(.consensus) < 400_000)
        for _ in 0..<3 { _ = try await ours.host.ping(theirs.id) }
        ours.holdMessages(false)
        _ = try await theirs.next("sourced")
        #expect(await ours.wait(seconds: 20) { $0.byteCount(.consensus) == 2_000_000 })
        await ours.host.close()
    }

    @Test("100,000 window updates by one byte and as many empty data frames change nothing")
    func tinyFrames() async throws {
        let theirs = try await ForeignPeer(seed: "tiny")
        let ours = host()
        try await connect(.theirs, ours, theirs)
        _ = try await theirs.ask("tiny \(ours.id) 100000", "tiny", seconds: 60)
        #expect(await ours.wait(seconds: 30) { $0.byteCount(.consensus) == 4 })
        _ = try await ours.host.ping(theirs.id)
        await ours.host.close()
    }

    @Test("A go-away of either side is a good-bye, and both can meet again")
    func goAway() async throws {
        let theirs = try await ForeignPeer(seed: "away")
        let ours = host()
        try await connect(.ours, ours, theirs)
        _ = try await theirs.ask("go-away \(ours.id) 0", "went-away")
        #expect(await ours.wait { $0.disconnections(of: theirs.id) == [.remoteClosed] })
        #expect(try await ours.host.dial(theirs.address) == theirs.id)
        #expect(
            await ours.wait { host in
                host.events.count { if case .identified = $0 { true } else { false } } == 2
            })
        _ = try await theirs.ask("hear-go-away \(ours.id)", "listening-for-go-away")
        ours.host.disconnect(theirs.id)
        _ = try await theirs.next("go-away")
        await ours.host.close()
    }

    @Test("A peer killed in the middle of a stream is reported, and can be dialled again")
    func killed() async throws {
        let theirs = try await ForeignPeer(seed: "killed", ["--port", "0"])
        let ours = host()
        try await connect(.ours, ours, theirs)
        try theirs.send("source \(ours.id) 1000 100000")
        #expect(await ours.wait { $0.byteCount(.consensus) > 0 })
        theirs.kill()
        #expect(await ours.wait { $0.disconnections(of: theirs.id) == [.remoteClosed] })
        let again = try await ForeignPeer(
            seed: "killed", ["--port", "\(theirs.address.port ?? 0)"])
        #expect(again.id == theirs.id)
        #expect(try await ours.host.dial(again.address) == again.id)
        await ours.host.close()
    }

    @Test("A peer that stops answering keeps our queues bounded and is let go after its ping")
    func stopped() async throws {
        let (theirs, other) = (
            try await ForeignPeer(seed: "stopped"), try await ForeignPeer(seed: "other")
        )
        var limits = HostLimits()
        limits.pingIntervalMilliseconds = 1_000
        limits.pingTimeoutMilliseconds = 3_000
        let ours = host(limits)
        try await connect(.ours, ours, theirs)
        try await connect(.ours, ours, other)
        theirs.pause(true)
        let frame = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<100 { ours.host.send(frame, to: theirs.id, on: .consensus) }
        #expect(await ours.host.statistics().droppedMessageCounts[.consensus] ?? 0 > 60)
        for _ in 0..<3 { _ = try await ours.host.ping(other.id) }
        #expect(await ours.wait(seconds: 10) { $0.disconnections(of: theirs.id) != [] })
        #expect(ours.disconnections(of: theirs.id) == [.unresponsive])
        #expect(ours.isConnected(to: other.id))
        theirs.pause(false)
        #expect(try await ours.host.dial(theirs.address) == theirs.id)
        await ours.host.close()
    }

    @Test("An idle connection stays up for a minute")
    func idle() async throws {
        let theirs = try await ForeignPeer(seed: "idle")
        let ours = host()
        try await connect(.ours, ours, theirs)
        try await Task.sleep(for: .seconds(60))
        #expect(ours.isConnected(to: theirs.id))
        _ = try await ours.host.ping(theirs.id)
        _ = try await theirs.ask("ping \(ours.id) 1", "ping")
        await ours.host.close()
    }
}
