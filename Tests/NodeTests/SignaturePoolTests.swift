import Chain
import Ledger
import Node
import Primitives
import Testing
import Wire

@Suite("The pool that checks signatures")
struct SignaturePoolTests {
    private func transaction(_ sequence: UInt64, _ key: SigningKey) throws -> Transaction {
        let asset = AssetID(FixedBytes(repeating: 1))
        return Transaction(
            signing: Body(
                chain: .zero, account: AccountID(key.publicKey), sequence: Sequence(sequence),
                expiry: Height(9), feeAsset: asset, feeLimit: .zero,
                actions: [Action(.burn(Burn(asset: asset, amount: Amount(minorUnits: 1))))]),
            with: [key])
    }

    @Test("Each signature is checked once, and a forged one never passes for it")
    func once() async throws {
        let key = SigningKey(seed: FixedBytes(repeating: 5))
        let honest = try (1...200).map { try transaction(UInt64($0), key) }
        let pool = SignaturePool()
        #expect(await pool.verify(honest) == Array(repeating: true, count: 200))
        #expect(await pool.checkedCount == 200)
        #expect(await pool.verify(honest) == Array(repeating: true, count: 200))
        #expect(await pool.checkedCount == 200)
        // The same body, and so the same id, under a signature of something else.
        let entry = SignatureEntry(
            key: key.publicKey, signature: honest[1].signatures[0].signature)
        let forged = Transaction(body: honest[0].body, signatures: [entry])
        #expect(forged.id == honest[0].id)
        #expect(await pool.verify([forged, honest[2]]) == [false, true])
        #expect(await pool.verify([forged]) == [false])
    }

    @Test("Two who need the same signatures at once have them checked once")
    func together() async throws {
        let key = SigningKey(seed: FixedBytes(repeating: 6))
        let honest = try (1...600).map { try transaction(UInt64($0), key) }
        let entry = SignatureEntry(
            key: key.publicKey, signature: honest[1].signatures[0].signature)
        let forged = Transaction(body: honest[0].body, signatures: [entry])
        let pool = SignaturePool()
        let wanted = honest + [forged]
        let verdicts = await withTaskGroup(of: [Bool].self) { group in
            for _ in 0..<4 { group.addTask { await pool.verify(wanted) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.count == 4)
        for verdict in verdicts {
            #expect(verdict == Array(repeating: true, count: 600) + [false])
        }
        // A forged one is not remembered: who comes after the check is done has it checked again.
        #expect(await pool.checkedCount <= 601 + 3)
    }
}
