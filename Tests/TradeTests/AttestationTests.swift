import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Attestations")
struct AttestationTests {
    static func key(_ byte: UInt8) -> AccountID {
        AccountID(SigningKey(seed: .init(repeating: byte)).publicKey)
    }

    @Test("An attestation counts until its end, and not after")
    func end() {
        let attestation = Attestation(
            attester: Self.key(1), subject: Self.key(2), role: .carrier, end: Timestamp(1_000))
        #expect(attestation.counts(at: Timestamp(999)))
        #expect(attestation.counts(at: Timestamp(1_000)))
        #expect(!attestation.counts(at: Timestamp(1_001)))
    }
}
