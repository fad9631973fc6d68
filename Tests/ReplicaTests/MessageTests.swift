import Chain
import Primitives
import Replica
import Testing
import Wire

@Suite("Messages between full nodes")
struct MessageTests {
    private static func samples() -> [SyncMessage] {
        let block = Block(
            header: header(), body: BlockBody(transactions: [Paper.payment(from: 1, 1)]))
        return [
            .request(number: 1, .run(from: Height(7), countLimit: 256)),
            .request(number: .max, .block(.numbered(3))),
            .request(
                number: 3, .bodies(of: .numbered(1), envelopes: [.numbered(4), .numbered(5)])),
            .answer(number: 4, .run(.empty)),
            .answer(
                number: 5,
                .run(BlockRun(blocks: [block], following: [header()], finalization: nil))),
            .answer(number: 6, .block(nil)),
            .answer(number: 7, .block(block)),
            .answer(number: 8, .bodies([Paper.payment(from: 2, 1)])),
        ]
    }

    private static func header() -> BlockHeader {
        BlockHeader(
            protocolNumber: 1, chain: Paper.chain, epoch: Epoch(0), view: View(1),
            height: Height(1), parent: .zero, parentView: View(0), time: Timestamp(5),
            transactionsRoot: .zero, parentReceiptsRoot: .zero, parentStateRoot: .zero,
            historyRoot: .zero, validatorSet: .zero, nextValidatorSet: .zero, parameters: .zero,
            evidenceRoot: .zero, reveal: .zero, leader: Seat(0), bodyByteCount: 0)
    }

    @Test("Decoding undoes encoding, and no shorter or longer form decodes")
    func roundTrip() throws {
        for message in Self.samples() {
            let bytes = message.wire
            #expect(try SyncMessage(wire: bytes).wire == bytes)
            #expect(throws: WireError.self) { try SyncMessage(wire: bytes + [0]) }
            for length in 1..<bytes.count
            where (try? SyncMessage(wire: Array(bytes.prefix(length)))) != nil {
                // A message may be the beginning of a longer one only if it is whole in itself.
                let part = Array(bytes.prefix(length))
                #expect(try SyncMessage(wire: part).wire == part)
            }
        }
        let status = StatusMessage(
            chain: .numbered(1), epoch: Epoch(2), finalHeight: Height(3), pendingCount: 4)
        #expect(try StatusMessage(wire: status.wire) == status)
    }

    @Test("Attack 77: a request or an answer over its count is refused while it is read")
    func counts() {
        let many = (0..<9_000).map { Digest.numbered(UInt64($0)) }
        let request = SyncMessage.request(number: 1, .bodies(of: .zero, envelopes: many))
        #expect(throws: WireError.self) { try SyncMessage(wire: request.wire) }
        let run = BlockRun(
            blocks: [], following: Array(repeating: Self.header(), count: 600), finalization: nil)
        #expect(throws: WireError.self) {
            try SyncMessage(wire: SyncMessage.answer(number: 1, .run(run)).wire)
        }
    }

    @Test("Random bytes never trap a decoder", arguments: 0..<16)
    func noise(seed: UInt64) {
        var random = Chance(seed: seed)
        for _ in 0..<200 {
            var bytes =
                Self.samples().randomElement(using: &random)?.wire ?? []
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            _ = try? SyncMessage(wire: bytes)
            _ = try? ConsensusFrame(wire: bytes)
            _ = try? StatusMessage(wire: bytes)
        }
    }
}
