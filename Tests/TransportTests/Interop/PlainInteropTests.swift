import Primitives
import Testing
import Transport
import Wire

/// Test 2 of the list of interop tests: negotiation and Yamux with no Noise around them, with the
/// foreign peer as dialer and as listener.
@Suite("Interop with py-libp2p in the clear", .serialized, .enabled(if: ForeignPeer.python != nil))
struct PlainInteropTests {
    typealias Dialer = InteropTests.Dialer

    private func connected(
        _ dialer: Dialer, _ seed: String, _ rows: [StreamProtocol] = InteropTests.rows
    ) async throws -> (PlainHost, ForeignPeer) {
        let theirs = try await ForeignPeer(seed: seed, ["--plaintext"])
        let ours = try await PlainHost.connected(
            asDialer: dialer == .ours, to: theirs, rows: rows)
        return (ours, theirs)
    }

    @Test("Accept and na, echo, half-close, reset and ping", arguments: Dialer.allCases)
    func small(dialer: Dialer) async throws {
        var rows = InteropTests.rows
        rows[0] = StreamProtocol(
            .consensus, .messages, dialNames: ["/argosy/interop/none/1"], priority: .consensus,
            frameByteLimit: 1_024, queueByteLimit: 1_024)
        let (ours, theirs) = try await connected(dialer, "plain-small", rows)
        let unknown = try await theirs.ask("speaks \(ours.id) /argosy/interop/none/2", "speaks")
        #expect(!unknown.bool("ok"))
        let known = try await theirs.ask("speaks \(ours.id) /argosy/interop/echo/1", "speaks")
        #expect(known.bool("ok"))
        ours.withSession { session, now in session.openMessages(.consensus, now: now) }
        #expect(await ours.wait { $0.wasRefused(.consensus) }, "the peer says na")
        #expect(await ours.echo([[1, 2, 3]]) == 1)
        #expect(try await theirs.ask("half \(ours.id)", "half").string("answer") == "hello")
        ours.withSession { session, now in
            session.ping(
                token: RequestToken(7_000), deadline: now.advanced(milliseconds: 10_000), now: now)
        }
        #expect(await ours.wait { $0.hasPong(7_000) })
        let pings = try await theirs.ask("ping \(ours.id) 3", "ping")
        #expect((pings.fields["rtt_us"] as? [Any])?.count == 3)
        let session = try await theirs.ask("session-ping \(ours.id) 1234", "session-ping")
        #expect(session.bool("ok"), "a ping of Yamux itself")
        ours.close()
    }

    @Test("100 streams each way", arguments: Dialer.allCases)
    func manyStreams(dialer: Dialer) async throws {
        let (ours, theirs) = try await connected(dialer, "plain-streams")
        let echo = try await theirs.ask("echo \(ours.id) 20000 100 16", "echo", seconds: 60)
        #expect(echo.number("ok") == 100)
        var answered = 0
        for first in stride(from: 0, to: 100, by: 25) {
            answered += await ours.echo(
                (first..<first + 25).map { [UInt8](repeating: UInt8($0), count: 20_000) })
        }
        #expect(answered == 100)
        ours.close()
    }

    @Test("10 MiB each way at once through windows of 256 KiB", arguments: Dialer.allCases)
    func bothWays(dialer: Dialer) async throws {
        let (ours, theirs) = try await connected(dialer, "plain-bulk")
        ours.withSession { session, now in session.openMessages(.consensus, now: now) }
        #expect(await ours.wait { $0.hasAgreed(.consensus) })
        try theirs.send("source \(ours.id) 105 100000")
        let frame = [UInt8](repeating: 0xa5, count: 100_000)
        var sum: [UInt8] = []
        for _ in 0..<105 {
            ours.withSession { session, _ in
                session.sendMessages(.consensus, FrameAssembler.frame(frame))
            }
            sum = Sha256.hash(sum + frame).array
        }
        let sourced = try await theirs.next("sourced", seconds: 60)
        #expect(await ours.wait(seconds: 30) { $0.received().frameCount == 105 })
        #expect(Hex.encode(ours.received().sum) == sourced.string("sha256"))
        #expect(await ours.wait(seconds: 30) { $0.isSent(.consensus) })
        var sink = try await theirs.ask("sink", "sink")
        for _ in 0..<100 where sink.number("frames") < 105 {
            try await Task.sleep(for: .milliseconds(100))
            sink = try await theirs.ask("sink", "sink")
        }
        #expect(sink.string("sha256") == Hex.encode(sum))
        ours.close()
    }

    @Test("A go-away of any code ends the session, and ours is heard", arguments: [0, 1, 2, 4_101])
    func goAway(code: UInt32) async throws {
        let (ours, theirs) = try await connected(.theirs, "plain-away-\(code)")
        _ = try await theirs.ask("go-away \(ours.id) \(code)", "went-away")
        #expect(await ours.wait { $0.fault == .goneAway(code: code) })
        ours.close()
        let (again, other) = try await connected(.ours, "plain-left-\(code)")
        _ = try await other.ask("hear-go-away \(again.id)", "listening-for-go-away")
        again.withSession { session, _ in session.goAway(code) }
        _ = try await other.next("go-away")
        again.close()
    }
}
