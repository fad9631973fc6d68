import Primitives
import Testing
import Wire

@Suite("Ed25519: published vectors and the odd cases")
struct SignatureTests {
    @Test(
        "Keys and signatures agree with RFC 8032, 7.1",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                    + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                    + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
                    + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func rfc8032(seed: String, key: String, message: String, signature: String) throws {
        let bytes = try #require(Hex.decode(seed).flatMap { FixedBytes<32>($0) })
        let signer = SigningKey(seed: bytes)
        let message = try #require(Hex.decode(message))
        #expect(signer.publicKey.hex == key)
        #expect(signer.seed == bytes)
        #expect(signer.sign(message).description == signature)
        #expect(signer.sign(message).isValid(for: message, by: signer.publicKey))
    }

    @Test("The start-up vectors come out as the network expects")
    func selfTest() {
        #expect(SignatureSelfTest.run() == .expected)
        #expect(SignatureSelfTest.complaint() == nil)
    }

    @Test("Attack 1: S plus the group's order is refused")
    func malleable() throws {
        let key = SigningKey(seed: FixedBytes(repeating: 3))
        let message = Array("pay".utf8)
        let signature = key.sign(message).bytes.array
        let order = try #require(
            Hex.decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
        var carry: UInt16 = 0
        var raised = signature
        for index in 0..<32 {
            let sum = UInt16(signature[32 + index]) + UInt16(order[index]) + carry
            raised[32 + index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(carry == 0)
        #expect(try #require(Signature(raised)).isValid(for: message, by: key.publicKey) == false)
    }

    @Test("Attack 2, 5: points of small order are not admitted, in any of their encodings")
    func smallOrder() throws {
        let canonical = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ]
        for hex in canonical { #expect(try #require(PublicKey(hex: hex)).isAdmissible == false) }
        // y from the field's prime to 2^255 - 1, with either sign: 38 encodings, none canonical.
        for low in UInt8(0xed)...0xff {
            for high in [UInt8(0x7f), 0xff] {
                let key = try #require(
                    PublicKey([low] + [UInt8](repeating: 0xff, count: 30) + [high]))
                #expect(!key.isAdmissible)
            }
        }
    }

    @Test("Attack 3, 4: a key or an R moved out of the subgroup is refused")
    func torsion() {
        let outcome = SignatureSelfTest.run()
        #expect(outcome.shifted == "Vxxxxxxx")
        #expect(outcome.shiftedKeys == "Vxxxxxxx")
        // The library alone takes case 3; admission of the key is what refuses it.
        #expect(outcome.edges.contains("V") && !outcome.edgesAdmitted.contains("V"))
    }

    @Test("Attack 6: a library that judges one vector differently is told apart")
    func otherLibrary() {
        let newer = SignatureSelfTest.Outcome(
            edges: "xxxVVVxxxxxx", edgesAdmitted: "xxxxxxxxxxxx", shifted: "VxVxVxVx",
            shiftedKeys: "Vxxxxxxx")
        let older = SignatureSelfTest.Outcome(
            edges: "xxxVxxxxxxxx", edgesAdmitted: "xxxxxxxxxxxx", shifted: "Vxxxxxxx",
            shiftedKeys: "VxxxVxxx")
        #expect(newer != .expected && older != .expected)
    }
}
