import Foundation
import Leftovers
import Primitives
import Testing
import Transport
import Wire

/// Test 15 of the list of interop tests: a second, fast opinion on Noise and Yamux.
@Suite(
    "Interop with flynn/noise and hashicorp/yamux", .serialized, .tidy,
    .enabled(if: ForeignPeer.goPeer != nil))
struct GoInteropTests {
    enum Dialer: String, CaseIterable { case ours, theirs }

    private func connected(_ dialer: Dialer, _ seed: String) async throws -> (TestHost, ForeignPeer)
    {
        let theirs = try await ForeignPeer(goSeed: seed)
        var rows = InteropTests.rows
        rows[0] = StreamProtocol(
            .consensus, .messages, dialNames: rows[0].dialNames, priority: .consensus,
            frameByteLimit: 2 << 20, queueByteLimit: 4 << 20, overflow: .refuse)
        let ours = TestHost(
            seed: 9, rows: rows, answer: { $0.respond($0.body) })
        switch dialer {
        case .ours: #expect(try await ours.host.dial(theirs.address) == theirs.id)
        case .theirs:
            let address = try await ours.listen()
            try theirs.send("dial 127.0.0.1:\(address.port ?? 0)")
        }
        #expect(try await theirs.next("connected").string("key") == ours.id.key.hex)
        #expect(await ours.wait { $0.isConnected(to: theirs.id) })
        return (ours, theirs)
    }

    @Test("Handshake, 100 streams each way, session ping", arguments: Dialer.allCases)
    func streams(dialer: Dialer) async throws {
        let (ours, theirs) = try await connected(dialer, "streams")
        let echo = try await theirs.ask("echo 100000 100 16", "echo")
        #expect(echo.number("ok") == 100)
        for first in stride(from: 0, to: 100, by: 25) {
            try await withThrowingTaskGroup { group in
                for index in first..<first + 25 {
                    group.addTask {
                        let body = [UInt8](repeating: UInt8(index), count: 100_000)
                        let answer = try await ours.host.request(
                            body, from: theirs.id, on: .light, responseByteLimit: 100_000,
                            deadline: .seconds(30))
                        #expect(answer == body)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await theirs.ask("ping", "ping").bool("ok"))
        await ours.host.close()
        _ = try await theirs.next("gone")
    }

    @Test("100 MiB each way at once arrive whole", arguments: Dialer.allCases)
    func bothWays(dialer: Dialer) async throws {
        let (ours, theirs) = try await connected(dialer, "bulk")
        let frame = [UInt8](repeating: 0x5a, count: 1 << 20)
        let start = ContinuousClock.now
        try theirs.send("source 100 1048576")
        var sum: [UInt8] = []
        for _ in 0..<100 {
            // This protocol refuses what does not fit; a moment later it does.
            while ours.host.send(frame, to: theirs.id, on: .consensus) == .full {
                try await Task.sleep(for: .milliseconds(2))
            }
            sum = Sha256.hash(sum + frame).array
        }
        let sourced = try await theirs.next("sourced", seconds: 120)
        #expect(await ours.wait(seconds: 60) { $0.byteCount(.consensus) == 100 << 20 })
        #expect(Hex.encode(ours.digest(.consensus)) == sourced.string("sha256"))
        var sink = try await theirs.ask("sink", "sink")
        for _ in 0..<300 where sink.number("frames") < 100 {
            try await Task.sleep(for: .milliseconds(100))
            sink = try await theirs.ask("sink", "sink")
        }
        #expect(sink.string("sha256") == Hex.encode(sum))
        print("200 MiB in both directions together: \(ContinuousClock.now - start)")
        await ours.host.close()
    }

    @Test("A peer killed in the middle of a transfer is reported")
    func killed() async throws {
        let (ours, theirs) = try await connected(.theirs, "killed")
        try theirs.send("source 1000 1048576")
        #expect(await ours.wait { $0.byteCount(.consensus) > 0 })
        theirs.kill()
        #expect(await ours.wait { $0.disconnections(of: theirs.id) == [.remoteClosed] })
        await ours.host.close()
    }
}
