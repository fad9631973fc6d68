import Consensus
import Primitives
import Testing
import Wire

@Suite("Wire forms of agreement")
struct WireTests {
    let keys = Fixture.keys(9)

    private func subject(_ random: inout Chance) -> VoteSubject {
        let (one, other) = (
            Digest(hashing: [UInt8(random.below(256))], in: .block),
            Digest(hashing: [UInt8(random.below(256))], in: .node)
        )
        return switch random.below(3) {
        case 0: .notarize(parentView: View(random.below(3)), block: one)
        case 1: .nullify
        default: .finalize(parentView: View(random.below(3)), block: one, stateRoot: other)
        }
    }

    private func message(_ random: inout Chance) -> ConsensusMessage {
        let config = Fixture.config(keys)
        let view = random.below(1 << 40)
        let seats = (0..<9).filter { _ in random.chance(80) } + []
        let certificates = (0..<random.below(4)).map { _ in
            Fixture.certificate(
                subject(&random), view: view, seats: seats.isEmpty ? [0] : seats, keys: keys,
                config: config)
        }
        switch random.below(5) {
        case 0:
            let solo = Solo(seat: 0, count: 9)
            let header = solo.header(view: view + 1, reveal: UInt8(random.below(256)))
            return .proposal(
                solo.proposal(header, parent: certificates.first, skipped: certificates))
        case 1:
            return .vote(
                Fixture.vote(
                    subject(&random), view: view, seat: Int(random.below(9)), keys: keys,
                    config: config))
        case 2: return .certificates(CertificateBatch(certificates))
        case 3:
            return .status(
                EpochStatus(
                    epoch: Epoch(random.below(3)), view: View(view), finalizedView: View(0),
                    finalizedHeight: Height(random.next())))
        default:
            return .request(
                CertificateRequest(
                    epoch: Epoch(1), views: (0..<random.below(9)).map { View($0 * view) }))
        }
    }

    @Test("Decoding undoes encoding; what else decodes is canonical", arguments: 0..<64 as Range)
    func roundTrip(seed: UInt64) throws {
        var random = Chance(seed: seed)
        let message = message(&random)
        let bytes = message.wire
        #expect(try ConsensusMessage(wire: bytes) == message, "seed \(seed)")
        for _ in 0..<200 {
            var hostile = bytes
            let place = Int(random.below(UInt64(bytes.count)))
            switch random.below(4) {
            case 0: hostile[place] = UInt8(random.below(256))
            case 1: hostile.removeSubrange(place...)
            case 2: hostile.insert(UInt8(random.below(256)), at: place)
            default: hostile.append(UInt8(random.below(256)))
            }
            if let other = try? ConsensusMessage(wire: hostile) {
                #expect(other.wire == hostile, "seed \(seed)")
            }
        }
    }

    @Test("Attack 42: no message makes a machine trap", arguments: 0..<16 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var random = Chance(seed: seed)
        var solo = Solo(seat: 3, count: 9)
        for _ in 0..<150 {
            var hostile = message(&random).wire
            if random.chance(50) {
                hostile[Int(random.below(UInt64(hostile.count)))] = UInt8(random.below(256))
            }
            if let decoded = try? ConsensusMessage(wire: hostile) { solo.receive(decoded) }
            if random.chance(20) { solo.wait(milliseconds: 100) }
        }
    }

    @Test("Records and marks survive their wire form")
    func records() throws {
        let solo = Solo(seat: 0)
        let header = solo.header(view: 3)
        let vote = solo.vote(.nullify, view: 4, seat: 1)
        let records: [VoteRecord] = [
            .proposed(solo.proposal(header)), .voted(vote),
            .certified(solo.certificate(.nullify, view: 4)),
            .accepted(view: View(3), header: header, stateRoot: .zero),
            .rejected(view: View(9), block: header.digest),
        ]
        for record in records { #expect(try VoteRecord(wire: record.wire) == record) }
        #expect(try HighWater(wire: HighWater(vote).wire) == HighWater(vote))
    }

    @Test("The signed bytes are as the specification has them")
    func signedBytes() {
        let bytes = VoteSubject.finalize(
            parentView: View(0x0102), block: Digest(FixedBytes(repeating: 0xbb)),
            stateRoot: Digest(FixedBytes(repeating: 0xcc))
        ).signedBytes(
            chain: Digest(FixedBytes(repeating: 0xaa)), epoch: Epoch(5), view: View(0x0304))
        let expected =
            "6172676f73792f766f74650000000000" + String(repeating: "aa", count: 32)
            + "0000000000000005" + "04" + "0000000000000304" + "0000000000000102"
            + String(repeating: "bb", count: 32) + String(repeating: "cc", count: 32)
        #expect(Hex.encode(bytes) == expected)
    }

    @Test("With real signatures four validators agree too")
    func ed25519() {
        var options = ClusterOptions()
        options.scheme = .ed25519
        var cluster = Cluster(options)
        cluster.startAll()
        cluster.run(milliseconds: 3_000)
        #expect(cluster.checker.finalCount > 10)
        #expect(cluster.checker.violations == [])
    }
}
