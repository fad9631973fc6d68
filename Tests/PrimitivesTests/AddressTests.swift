import Primitives
import Testing
import Wire

@Suite("Addresses and identifiers")
struct AddressTests {
    @Test(
        "Texts that BIP-350 calls valid are read, and written the same",
        arguments: [
            "A1LQFN3A", "a1lqfn3a",
            "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber1"
                + "1sg7hg6",
            "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
            "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"
                + "ludsr8",
            "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "?1v759aa",
        ])
    func valid(text: String) throws {
        let (readable, _) = try Bech32m.decodeValues(text)
        #expect(text.lowercased().hasPrefix(readable + "1"))
        if let (readable, bytes) = try? Bech32m.decode(text) {
            #expect(Bech32m.encode(bytes, readable: readable) == text.lowercased())
        }
    }

    @Test(
        "Texts that BIP-350 calls invalid are refused for the reason it gives",
        arguments: [
            (" 1xj0phk", Bech32m.Fault.foreignCharacter(at: 0)),
            ("\u{7f}1g6xzxy", .foreignCharacter(at: 0)),
            ("\u{80}1vctc34", .foreignCharacter(at: 0)),
            (
                "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioand"
                    + "number11d6pts4", .tooLong(count: 91)
            ),
            ("qyrz8wqd2c9m", .noReadablePart), ("1qyrz8wqd2c9m", .noReadablePart),
            ("y1b0jsk6g", .foreignCharacter(at: 2)), ("lt1igcx5c0", .foreignCharacter(at: 3)),
            ("in1muywd", .tooShort(count: 8)), ("mm1crxm3i", .foreignCharacter(at: 8)),
            ("au1s5cgom", .foreignCharacter(at: 7)), ("M1VUXWEZ", .wrongChecksum),
            ("16plkw9", .noReadablePart), ("1p2gdwpf", .noReadablePart),
            ("a1LQFN3A", .mixedCase),
        ])
    func invalid(text: String, fault: Bech32m.Fault) {
        #expect(throws: fault) { try Bech32m.decode(text) }
    }

    private static let key = SigningKey(seed: FixedBytes(repeating: 9)).publicKey

    @Test("An address with and without a reference is read back, in either case")
    func roundTrip() throws {
        for reference in [nil, FixedBytes<8>(repeating: 5)] {
            let address = Address(key: Self.key, reference: reference)
            let text = address.text(prefix: "argosyl")
            #expect(text.hasPrefix("argosyl1") && text.utf8.count <= Bech32m.characterLimit)
            #expect(try Address(text, prefix: "argosyl") == address)
            #expect(try Address(text.uppercased(), prefix: "argosyl") == address)
        }
    }

    @Test("An address of another network, version, length or without a key is refused by name")
    func refused() {
        let text = Address(key: Self.key).text(prefix: "argosyt")
        #expect(throws: AddressError.otherNetwork(prefix: "argosyt", expected: "argosy")) {
            try Address(text, prefix: "argosy")
        }
        let key = Self.key.bytes.array
        #expect(throws: AddressError.unknownVersion(2)) {
            try Address(Bech32m.encode([2] + key, readable: "argosy"), prefix: "argosy")
        }
        #expect(throws: AddressError.wrongLength(count: 34)) {
            try Address(Bech32m.encode([1] + key + [0], readable: "argosy"), prefix: "argosy")
        }
        #expect(throws: AddressError.notAKey) {
            let zeros = [UInt8](repeating: 0, count: 32)
            return try Address(Bech32m.encode([1] + zeros, readable: "argosy"), prefix: "argosy")
        }
    }

    @Test("Every single wrong character is found")
    func checksum() {
        let text = Array(Address(key: Self.key).text(prefix: "argosy").utf8)
        for index in text.indices {
            for character in "qpzry9x8".utf8 where character != text[index] {
                var wrong = text
                wrong[index] = character
                #expect(throws: AddressError.self) {
                    try Address(String(decoding: wrong, as: UTF8.self), prefix: "argosy")
                }
            }
        }
    }

    @Test("Attack 17: signs that look like others are no part of an address")
    func lookAlikes() {
        let text = Address(key: Self.key).text(prefix: "argosy")
        for sign in ["\u{212a}", "\u{200b}", "\u{202e}", "\u{0301}", "а"] {
            #expect(throws: AddressError.self) { try Address(sign + text, prefix: "argosy") }
            #expect(throws: AddressError.self) { try Address(text + sign, prefix: "argosy") }
        }
    }

    @Test("A did:key is read back; other schemes, key types and points are refused")
    func identifiers() throws {
        let text = DIDKey.text(of: Self.key)
        #expect(text.hasPrefix("did:key:z6Mk"))
        #expect(try DIDKey.key(from: text) == Self.key)
        // From the did:key specification, example 1.
        let known = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
        #expect(DIDKey.text(of: try DIDKey.key(from: known)) == known)
        #expect(throws: DIDKey.Fault.otherScheme) { try DIDKey.key(from: "did:web:x") }
        #expect(throws: DIDKey.Fault.malformed) { try DIDKey.key(from: "did:key:z0") }
        #expect(throws: DIDKey.Fault.otherKeyType) {
            try DIDKey.key(from: "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme")
        }
        let identity = Base58.encode([0xed, 1, 1] + [UInt8](repeating: 0, count: 31))
        #expect(throws: DIDKey.Fault.notAKey) { try DIDKey.key(from: "did:key:z" + identity) }
    }
}
