import Primitives
import Testing
import Wire

@Suite("Hashes against published vectors")
struct HashVectorTests {
    @Test("SHA-512 and HMAC-SHA-512 agree with FIPS 180-4 and RFC 4231")
    func sha512() {
        #expect(
            Hex.encode(Sha512.hash(Array("abc".utf8)).array)
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
        let tag = Sha512.authenticate(
            Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            Hex.encode(tag.array)
                == "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")
    }

    @Test("SHA-256 and HMAC-SHA-256 agree with FIPS 180-4 and RFC 4231")
    func sha256() {
        #expect(
            Hex.encode(Sha256.hash(Array("abc".utf8)).array)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let tag = Sha256.authenticate(
            Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            Hex.encode(tag.array)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("SHA-256 is the same by the processor's instructions and by libsodium, however it is cut")
    func sha256ByEitherWay() throws {
        // The vector of FIPS 180-4 with two blocks; hash and input are cut at every place below.
        let text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        let known = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        #expect(Hex.encode(Sha256.hash(Array(text.utf8)).array) == known)
        var random = Chance(seed: 256)
        for count in 0...200 {
            let input = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let whole = Sha256.hashInSoftware(input.span, Span())
            for cut in [0, 1, count / 3, count - 1, count] where (0...count).contains(cut) {
                let (first, second) = (Array(input[..<cut]), Array(input[cut...]))
                #expect(Sha256.hashInSoftware(first.span, second.span) == whole, "\(count), \(cut)")
                guard Sha256.isBuiltIn else { continue }
                #expect(Sha256.hashBuiltIn(first.span, second.span) == whole, "\(count), \(cut)")
            }
        }
        let long = (0..<100_037).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let (head, tail) = (Array(long[..<77]), Array(long[77...]))
        #expect(Sha256.hash(head.span, tail.span) == Sha256.hashInSoftware(long.span, Span()))
    }

    @Test("BLAKE2b with 32 bytes follows RFC 7693")
    func blake2b() {
        // The RFC prints 64-byte output only; these 32-byte values come from Python's hashlib.
        let cases = [
            ("", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
            ("abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
        ]
        for (text, hex) in cases {
            #expect(Digest(plain: Array(text.utf8)).hex == hex)
        }
    }

    @Test("The domain goes into the personalisation field, filled with zeros")
    func domains() {
        let expected = "3953fe06e0329eebe3baf1cbf5803c7864f91cce06005cab0a3b1940040dcf52"
        #expect(Digest(hashing: Array("abc".utf8), in: .body).hex == expected)
        #expect(Digest(hashing: [], in: .leaf) != Digest(hashing: [], in: .node))
    }

    @Test("Two purposes never share a domain")
    func distinct() {
        let domains: [HashDomain] = [
            .body, .action, .header, .block, .genesis, .key, .leaf, .node, .journal, .event, .list,
            .listNode, .history, .historyNode, .asset, .receipt, .validators, .parameters,
            .evidence, .schedule, .seed, .vote, .proof, .bootstrap, .attachment, .simulated,
            .record,
        ]
        let digests = Set(domains.map { Digest(hashing: [1], in: $0) })
        #expect(digests.count == domains.count)
    }
}
