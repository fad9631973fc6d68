import Primitives
import Testing
import Wire

@Suite("Wire form of a block header")
struct HeaderTests {
    @Test("Decoding undoes encoding")
    func roundTrip() throws {
        let header = BlockHeader(
            protocolNumber: 1, chain: .zero, epoch: Epoch(0), view: View(300), height: Height(7),
            parent: .zero, parentView: View(2), time: Timestamp(1_700_000_000_000),
            transactionsRoot: .zero, parentReceiptsRoot: .zero, parentStateRoot: .zero,
            historyRoot: .zero, validatorSet: .zero, nextValidatorSet: .zero, parameters: .zero,
            evidenceRoot: .zero, reveal: Digest(hashing: [1, 2], in: .seed), leader: Seat(3),
            bodyByteCount: 512)
        let decoded = try BlockHeader(wire: header.wire)
        #expect(decoded == header)
        for length in header.wire.indices {
            // A cut between two fields may leave a shorter message that is canonical too.
            let cut = Array(header.wire.prefix(length))
            if let shorter = try? BlockHeader(wire: cut) { #expect(shorter.wire == cut) }
        }
    }

    @Test("A signature is valid for its message and key only")
    func signatures() {
        let key = SigningKey(seed: FixedBytes(repeating: 7))
        let signature = key.sign([1, 2, 3])
        #expect(signature.isValid(for: [1, 2, 3], by: key.publicKey))
        #expect(!signature.isValid(for: [1, 2, 4], by: key.publicKey))
        #expect(key.publicKey.isAdmissible)
    }
}
