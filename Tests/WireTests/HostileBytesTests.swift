import Chain
import Consensus
import Decoders
import Primitives
import Testing
import Wire

@Suite("Hostile bytes")
struct HostileBytesTests {
    @Test(
        "Attack 13, 18: random bytes never trap, and what decodes is the only form",
        arguments: (Format.all + Format.more).map(\.name))
    func random(name: String) throws {
        let format = try #require((Format.all + Format.more).first { $0.name == name })
        var random = Chance(seed: UInt64(name.utf8.count))
        for _ in 0..<4_000 {
            let bytes = Self.plausible(&random)
            guard let again = try? format.again(bytes) else { continue }
            #expect(again == bytes)
        }
    }

    @Test("Attack 13: every changed, cut or lengthened header is refused or has one form")
    func mutated() {
        var random = Chance(seed: 3)
        let set = ValidatorSet(
            (0..<20).map { _ in
                Validator(key: PublicKey(random.digest().bytes), weight: random.next() >> 8 | 1)
            })
        let valid = set?.wire ?? []
        for _ in 0..<20_000 {
            var bytes = valid
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.removeSubrange(place...)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            default: bytes.append(contentsOf: bytes[place...])
            }
            if let decoded = try? ValidatorSet(wire: bytes) { #expect(decoded.wire == bytes) }
        }
    }

    @Test("Attack 18: a length of 2^40 is refused before anything is reserved")
    func hugeLength() {
        var bytes: [UInt8] = [0x0a]
        Varint.append(1 << 40, to: &bytes)
        for format in Format.all + Format.more {
            #expect(throws: WireError.self) { try format.again(bytes) }
        }
    }

    @Test("Attack 15: messages nested 10^5 deep are refused")
    func nested() {
        var bytes: [UInt8] = []
        for _ in 0..<1_000 {
            var outer: [UInt8] = [0x0a]
            Varint.append(UInt64(bytes.count), to: &outer)
            bytes = outer + bytes
        }
        let deep = [UInt8](repeating: 0x0a, count: 100_000)
        for format in Format.all + Format.more {
            for hostile in [bytes, deep] {
                if let again = try? format.again(hostile) { #expect(again == hostile) }
            }
        }
    }

    /// Bytes that look like fields often enough to get past the first one.
    private static func plausible(_ random: inout Chance) -> [UInt8] {
        var bytes: [UInt8] = []
        var number: UInt64 = 0
        for _ in 0..<random.next() % 12 {
            number += 1 + (random.next() % 4 == 0 ? 1 : 0)
            switch random.next() % 5 {
            case 0, 1:
                Varint.append(number << 3, to: &bytes)
                Varint.append(random.number(), to: &bytes)
            case 2:
                Varint.append(number << 3 | 2, to: &bytes)
                Varint.append(32, to: &bytes)
                bytes += random.bytes(32)
            case 3:
                Varint.append(number << 3 | 2, to: &bytes)
                let inner = random.bytes(Int(random.next() % 80))
                Varint.append(UInt64(inner.count), to: &bytes)
                bytes += inner
            default:
                bytes += random.bytes(Int(random.next() % 8))
            }
        }
        return bytes
    }
}
