import Chain
import Gossip
import Primitives
import Wire

/// RPCs of gossip, and our own messages beside it.
enum GossipSamples {
    static let decoders = [
        Decoder(
            "transaction-batch", [TransactionBatch(ChainSamples.transactions.map(\.bytes))]),
        Decoder("repair-message", repairs), Decoder("exchange-message", exchanges),
        Decoder("bootstrap-list", [bootstrap]),
        Decoder("signed-peer-record", samples: [record.envelope], read: readRecord),
        Decoder("gossip-rpc", samples: frames, read: readFrame),
        Decoder("gossip-router", samples: frames, read: readRouter),
    ]

    static let topic = Topic.transactions(genesis: .numbered(9))

    private static var repairs: [RepairMessage] {
        let ids = (0..<20 as Range<UInt8>).map { Digest.numbered($0) }
        let sketch = RepairMessage.sketch(
            RepairSketch(of: ids, salt: RepairSalt(first: 3, second: 4)))
        return [
            sketch, .inventory(ids), .fetch(ids),
            .delivery(ChainSamples.transactions.map(\.bytes)),
        ]
    }

    private static var exchanges: [ExchangeMessage] {
        [.request, .answer([record.envelope, record.envelope])]
    }

    /// 127.0.0.1, port 9100.
    private static let address: [UInt8] = [4, 127, 0, 0, 1, 6, 0x23, 0x8c]

    private static var record: SignedPeerRecord {
        SignedPeerRecord(signing: [address], sequence: 300, with: .numbered(5))
    }

    private static var bootstrap: BootstrapList {
        BootstrapList(
            genesis: .numbered(9), sequence: 3, expiry: Timestamp(2_000_000_000_000),
            peers: [
                BootstrapList.Peer(
                    name: PeerName(SigningKey.numbered(5).publicKey), address: address)
            ], signedBy: .numbered(6))
    }

    private static func readRecord(_ bytes: [UInt8]) -> Decoder.Outcome {
        guard let record = SignedPeerRecord(envelope: bytes) else { return .refused }
        _ = record.isValid(scheme: .simulated)
        return .taken
    }

    private static func field(_ number: UInt32, _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        Varint.append(UInt64(number) << 3 | 2, to: &bytes)
        Varint.append(UInt64(content.count), to: &bytes)
        return bytes + content
    }

    /// One frame of each kind, and one with everything.
    private static var frames: [[UInt8]] {
        let id = field(2, [UInt8](repeating: 7, count: 20))
        let wanted = field(1, [UInt8](repeating: 7, count: 20))
        let name = field(1, topic.name)
        let recommended = field(2, field(1, [0, 36]) + field(2, record.envelope))
        let controls = [
            field(1, name + id), field(2, wanted + wanted), field(3, name),
            field(4, name + recommended + [0x18, 60]), field(5, wanted),
        ]
        let parts =
            [
                RpcWriter.subscriptions([topic], isJoin: true),
                RpcWriter.subscriptions([topic], isJoin: false),
                RpcWriter.publish(
                    TransactionBatch(ChainSamples.transactions.map(\.bytes)).wire, on: topic),
                RpcWriter.publish([1, 2, 3], on: topic), field(4, record.envelope),
            ] + controls.map { field(3, $0) }
        return parts + [parts.flatMap { $0 }, field(3, controls.flatMap { $0 })]
    }

    private static func readFrame(_ bytes: [UInt8]) -> Decoder.Outcome {
        (try? Rpc(frame: bytes, topics: [topic])) == nil ? .refused : .taken
    }

    /// Hands the bytes, cut into frames, to a router with two peers, and lets time pass.
    private static func readRouter(_ bytes: [UInt8]) -> Decoder.Outcome {
        var router = GossipRouter(
            own: PeerName(SigningKey.numbered(1).publicKey), topics: [topic], scheme: .simulated,
            chance: Chance(seed: 1))
        var now = Instant(1_000_000_000)
        guard let place = NetworkPlace(ip: [20, 1, 2, 3]) else { return .refused }
        let peers = (2...3 as ClosedRange<UInt8>).map {
            PeerName(SigningKey.numbered($0).publicKey)
        }
        _ = router.handle(.started, now: now)
        _ = router.handle(.join(topic), now: now)
        for peer in peers {
            _ = router.handle(
                .connected(peer, PeerLink(isOutbound: true, place: place)), now: now)
        }
        // The first byte says into how many frames the rest is cut.
        let frames = max(1, Int(bytes.first ?? 1) % 8)
        let rest = Array(bytes.dropFirst())
        for number in 0..<frames {
            let part = Array(
                rest[rest.count * number / frames..<rest.count * (number + 1) / frames])
            let effects = router.handle(.received(peers[number % 2], part), now: now)
            for case .validate(let id, _, let data, _) in effects {
                let verdicts: [GossipRouter.Verdict] = [.accept, .reject, .ignore]
                _ = router.handle(.judged(id, verdicts[data.count % 3]), now: now)
            }
            now = now.advanced(milliseconds: 400)
            _ = router.handle(.fired(number % 2 == 0 ? .announce : .heartbeat), now: now)
        }
        return .taken
    }
}
