import Leftovers
import Primitives
import Testing
import Transport
import Wire

@Suite("What has left a queue", .tidy)
struct SentTests {
    static let rows = TestHost.rows.map { row in
        StreamProtocol(
            row.id, row.shape, dialNames: row.dialNames, acceptNames: row.acceptNames,
            priority: row.priority, frameByteLimit: row.frameByteLimit,
            queueByteLimit: row.queueByteLimit, reportsSent: row.id == .gossip)
    }

    private func sentCount(_ host: TestHost, _ id: ProtocolID) -> Int {
        host.events.reduce(0) { sum, event in
            if case .sent(_, id, let byteCount) = event { sum + byteCount } else { sum }
        }
    }

    @Test("Bytes are told when they leave, all of them once, and not while the peer does not read")
    func backPressure() async throws {
        let (sender, reader) = (TestHost(seed: 1, rows: Self.rows), TestHost(seed: 2))
        let address = try await reader.listen()
        _ = try await sender.host.dial(address)
        reader.holdMessages(true)
        let frame = [UInt8](repeating: 7, count: 10_000)
        for _ in 0..<300 {
            #expect(sender.host.send(frame, to: reader.id, on: .gossip, isKept: true) == .queued)
        }
        sender.host.send(frame, to: reader.id, on: .consensus)
        #expect(await reader.wait { $0.byteCount(.gossip) > 0 && $0.byteCount(.consensus) > 0 })
        try await Task.sleep(for: .milliseconds(500))
        // Two windows at the most: what the peer holds, and what is ready to be sent.
        let stuck = sentCount(sender, .gossip)
        #expect(stuck < 1_000_000, "\(stuck) bytes have left, and the peer holds them")
        #expect(stuck > 0)
        reader.holdMessages(false)
        #expect(await sender.wait { _ in sentCount(sender, .gossip) == 3_000_000 })
        #expect(await reader.wait { $0.byteCount(.gossip) == 3_000_000 })
        #expect(sentCount(sender, .consensus) == 0, "nobody asked")
        for host in [sender, reader] { await host.host.close() }
    }

    @Test("What is dropped because the peer does not speak the protocol has left too")
    func refused() async throws {
        let (sender, deaf) = (
            TestHost(seed: 1, rows: Self.rows),
            TestHost(seed: 2, rows: Array(TestHost.rows.prefix(2)))
        )
        _ = try await sender.host.dial(try await deaf.listen())
        sender.host.send([1, 2, 3], to: deaf.id, on: .gossip)
        #expect(await sender.wait { _ in sentCount(sender, .gossip) == 3 })
        for host in [sender, deaf] { await host.host.close() }
    }
}
