import Primitives
import Testing
import Wire

@Suite("Recovery words, derived keys, sealed seeds")
struct RecoveryTests {
    struct Vector: Sendable {
        let entropy: String
        let words: String
        let seed: String
    }

    @Test("24 words and their seed agree with the vectors of BIP-39", arguments: Self.vectors)
    func words(vector: Vector) throws {
        let entropy = try #require(Hex.decode(vector.entropy).flatMap { FixedBytes<32>($0) })
        let mnemonic = Mnemonic(entropy: entropy)
        #expect(mnemonic.text == vector.words)
        #expect(try Mnemonic(vector.words.uppercased() + " \n").entropy == entropy)
        #expect(Hex.encode(try mnemonic.seed(passphrase: "TREZOR").array) == vector.seed)
    }

    @Test("Wrong words are refused by their place, and never by their text")
    func wrongWords() throws {
        let right = Mnemonic(entropy: FixedBytes(repeating: 0)).words
        #expect(throws: MnemonicError.wrongCount(23)) {
            try Mnemonic(right.dropLast().joined(separator: " "))
        }
        var wrong = right
        wrong[4] = "abandom"
        #expect(throws: MnemonicError.unknownWord(place: 5)) {
            try Mnemonic(wrong.joined(separator: " "))
        }
        wrong[4] = "ability"
        #expect(throws: MnemonicError.wrongChecksum) { try Mnemonic(wrong.joined(separator: " ")) }
        #expect(throws: MnemonicError.wrongCount(.max)) {
            try Mnemonic(String(repeating: "zoo ", count: 1_000_000))
        }
        #expect(throws: MnemonicError.passphraseNotASCII) {
            try Mnemonic(entropy: FixedBytes()).seed(passphrase: "né")
        }
    }

    @Test("Derived keys agree with SLIP-10, test vector 1 for ed25519")
    func derivation() throws {
        let seed = try #require(Hex.decode("000102030405060708090a0b0c0d0e0f"))
        var key = DerivedKey(seed: seed)
        let steps: [(UInt32?, String, String)] = [
            (
                nil, "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
                "a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed"
            ),
            (
                0, "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3",
                "8c8a13df77a28f3445213a0f432fde644acaa215fc72dcdf300d5efaa85d350c"
            ),
            (
                1, "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2",
                "1932a5270f335bed617d5b935c80aedb1a35bd9fc1e31acafd5372c30f5c1187"
            ),
            (
                2, "92a5b23c0b8a99e37d07df3fb9966917f5d06e02ddbd909c7e184371463e9fc9",
                "ae98736566d30ed0e9d2f4486a64bc95740d89c7db33f52121f8ea8f76ff0fc1"
            ),
            (
                2, "30d1dc7e5fc04c31219ab25a27ae00b50f6fd66622f6e9c913253d6511d1e662",
                "8abae2d66361c879b900d204ad2cc4984fa2aa344dd7ddc46007329ac76c429c"
            ),
            (
                1_000_000_000, "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
                "3c24da049451555d51a7014a37337aa4e12d41e485abccfa46b47dfb2af54b7a"
            ),
        ]
        for (index, secret, publicKey) in steps {
            if let index { key = key.child(index) }
            #expect(Hex.encode(key.secret.array) == secret)
            #expect(SigningKey(seed: key.secret).publicKey.hex == publicKey)
        }
        let accounts = (0..<3).map { DerivedKey.account($0, from: FixedBytes(repeating: 1)) }
        #expect(Set(accounts).count == 3)
    }

    private static let cost = SealedSeed.Cost(passes: 1, kibibytes: 8)
    private static let seed = FixedBytes<32>(repeating: 42)

    private static func sealed() throws -> SealedSeed {
        try SealedSeed(
            seed, passphrase: Array("correct".utf8), salt: FixedBytes(repeating: 1),
            nonce: FixedBytes(repeating: 2), cost: cost)
    }

    @Test("A seal opens with its passphrase only, and names its key without it")
    func seal() throws {
        let sealed = try SealedSeed(wire: Self.sealed().wire)
        #expect(try sealed.open(passphrase: Array("correct".utf8)) == Self.seed)
        #expect(sealed.publicKey == SigningKey(seed: Self.seed).publicKey)
        for wrong in ["", "Correct", "correct "] {
            #expect(throws: SealedSeed.Fault.notOpened) {
                try sealed.open(passphrase: Array(wrong.utf8))
            }
        }
    }

    @Test("A seal with any byte changed does not open")
    func tampered() throws {
        let bytes = try Self.sealed().wire
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            // The few changes that ask for more memory still fail, only later.
            guard let sealed = try? SealedSeed(wire: changed), sealed.cost == Self.cost else {
                continue
            }
            #expect(throws: SealedSeed.Fault.notOpened) {
                try sealed.open(passphrase: Array("correct".utf8))
            }
        }
    }

    @Test("A file that asks for more work or memory than the limit is refused unopened")
    func greedy() {
        for (passes, kibibytes) in [(17, 8), (0, 8), (1, 7), (1, 1_048_577), (.max, UInt32.max)] {
            var writer = WireWriter()
            writer.uint32(1, 1)
            writer.uint32(2, UInt32(clamping: passes))
            writer.uint32(3, kibibytes)
            writer.fixed(4, FixedBytes<16>())
            writer.fixed(5, FixedBytes<32>())
            writer.fixed(6, FixedBytes<24>())
            writer.fixed(7, FixedBytes<48>())
            #expect(throws: WireError(.invalid, at: 0, path: ["cost"])) {
                try SealedSeed(wire: writer.bytes)
            }
        }
    }

    @Test("Attack 84: bytes that only a broken source gives are refused")
    func entropy() throws {
        let one = Sha256.hash([1])
        let two = Sha256.hash([2])
        try EntropyHealth.check(one, against: two)
        for seed in UInt8(0)...255 {
            try EntropyHealth.check(Sha256.hash([seed]), against: Sha256.hash([seed, 1]))
        }
        #expect(throws: EntropyHealth.Fault.repeatedDraw) {
            try EntropyHealth.check(one, against: one)
        }
        #expect(throws: EntropyHealth.Fault.repetition(byte: 0)) {
            try EntropyHealth.check(FixedBytes(), against: two)
        }
        let cycle = FixedBytes<32>(InlineArray { UInt8($0 % 4) })
        #expect(throws: EntropyHealth.Fault.fewValues(count: 4)) {
            try EntropyHealth.check(one, against: cycle)
        }
    }
}
