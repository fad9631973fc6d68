import Primitives
import Testing

@Suite("Base58")
struct Base58Tests {
    @Test(
        "Known texts stand for known bytes, both ways",
        arguments: [
            ("", ""),
            ("61", "2g"),
            ("626262", "a3gV"),
            ("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"),
            ("516b6fcd0f", "ABnLTmg"),
            ("572e4794", "3EFU7m"),
            ("10c8511e", "Rt5zm"),
            ("00000000000000000000", "1111111111"),
            ("0000287fb4cd", "11233QC4"),
        ])
    func vectors(hex: String, text: String) throws {
        let bytes = try #require(Hex.decode(hex))
        #expect(Base58.encode(bytes) == text)
        #expect(Base58.decode(text) == bytes)
    }

    @Test(
        "Characters outside the alphabet are refused", arguments: ["0", "O", "I", "l", "a b", "é"])
    func foreign(text: String) { #expect(Base58.decode(text) == nil) }

    @Test("Text for more bytes than the limit is refused before the work is done")
    func limit() {
        let longest = [UInt8](repeating: 255, count: Base58.byteLimit)
        #expect(Base58.decode(Base58.encode(longest)) == longest)
        #expect(Base58.decode(Base58.encode(longest), limit: 255) == nil)
        #expect(Base58.decode(String(repeating: "z", count: 1_000_000)) == nil)
        #expect(Base58.decode("111", limit: 2) == nil)
    }

    @Test("Decoding undoes encoding at every length", arguments: 0..<100)
    func roundTrip(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
        #expect(Base58.decode(Base58.encode(bytes), limit: count) == bytes)
    }
}
