import Primitives
import Synchronization
import Transport
import Wire

/// One direction of a connection over loopback, against the cipher alone.
struct LoopbackTransport {
    private static let frameByteCount = 65_536
    private static let bulk = ProtocolID(0)
    private static let small = ProtocolID(1)
    let byteCount: Int

    private static let protocols = [
        StreamProtocol(
            bulk, .messages, dialNames: ["/argosy/bench/bulk/1"], priority: .consensus,
            frameByteLimit: 1 << 20, queueByteLimit: 8 << 20, overflow: .refuse),
        StreamProtocol(
            small, .messages, dialNames: ["/argosy/bench/small/1"], priority: .consensus,
            frameByteLimit: 1 << 20, queueByteLimit: 8 << 20, overflow: .refuse),
    ]

    /// Bytes that arrived.
    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)

        func take(_ events: [HostEvent]) {
            for case .messages(let batch) in events {
                count.add(batch.frames.reduce(0) { $0 + $1.count }, ordering: .relaxed)
            }
        }

        var value: Int { count.load(ordering: .relaxed) }
    }

    func figures() async throws -> [Figure] {
        let raw = (0..<3).map { _ in cipher() }.median
        let counter = Counter()
        let receiver = Host(
            HostConfiguration(
                identity: .numbered(1 << 45), protocols: Self.protocols)
        ) { counter.take($0) }
        let sender = Host(
            HostConfiguration(
                identity: .numbered(1 << 45 | 1), protocols: Self.protocols)
        ) { _ in }
        guard let local = Multiaddr("/ip4/127.0.0.1/tcp/0") else {
            preconditionFailure("the address is well formed")
        }
        let peer = try await sender.dial(try await receiver.listen(local))
        let bulk = try await send(
            Self.frameByteCount, Self.bulk, byteCount, sender, peer, counter)
        let small = try await send(256, Self.small, byteCount / 8, sender, peer, counter)
        await sender.close()
        await receiver.close()
        let rawRate = raw.rate(byteCount) / 1e6
        return [
            Figure(
                name: "cipher_raw", value: rawRate, unit: "MB/s",
                note: "ChaCha20-Poly1305 seal, 64 KiB, one thread; the limit below"),
            Figure(
                name: "transport_bulk", value: bulk.rate(byteCount) / 1e6, unit: "MB/s",
                limitName: "cipher_raw", ratio: bulk.rate(byteCount) / 1e6 / rawRate,
                coreRatio: bulk.coreRate(byteCount) * 2 / raw.coreRate(byteCount),
                note: "Noise and Yamux over TCP, 64 KiB frames; both ends in this process"),
            Figure(
                name: "transport_small_frames",
                value: small.rate(byteCount / 8 / 256), unit: "1/s", note: "256-byte frames"),
        ]
    }

    private func cipher() -> Stopwatch.Reading {
        let key = FixedBytes<32>(repeating: 9)
        var buffer = [UInt8](repeating: 1, count: Self.frameByteCount + ChaChaPoly.tagByteCount)
        return Stopwatch.measure {
            for counter in 0..<byteCount / Self.frameByteCount {
                ChaChaPoly.seal(
                    &buffer, 0..<Self.frameByteCount, key: key, counter: UInt64(counter))
            }
        }
    }

    private func send(
        _ frameByteCount: Int, _ id: ProtocolID, _ total: Int, _ sender: Host, _ peer: PeerID,
        _ counter: Counter
    ) async throws -> Stopwatch.Reading {
        let frame = [UInt8](repeating: 5, count: frameByteCount)
        let start = counter.value
        let deadline = ContinuousClock.now + .seconds(120)
        return try await Stopwatch.measure {
            for _ in 0..<total / frameByteCount {
                while sender.send(frame, to: peer, on: id) != .queued {
                    // The queue lasts for tens of milliseconds; waking more often is not the wire's cost.
                    try await Task.sleep(for: .milliseconds(3))
                    guard ContinuousClock.now < deadline else {
                        throw BenchError("the connection stands still")
                    }
                }
            }
            while counter.value - start < total / frameByteCount * frameByteCount {
                try await Task.sleep(for: .milliseconds(1))
                guard ContinuousClock.now < deadline else {
                    throw BenchError("bytes were lost on the way")
                }
            }
        }
    }
}
