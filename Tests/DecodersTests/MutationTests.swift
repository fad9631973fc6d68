import Chain
import Decoders
import Foundation
import Primitives
import Testing
import Wire

/// The fast part of fuzzing: seeded changes of valid messages.
///
/// `Tools/Fuzz/run` does the same for longer, guided by what the code does.
@Suite("Every decoder that sees a peer's bytes")
struct MutationTests {
    static let decoders = Decoder.all
    static let names = decoders.map(\.name)

    private func decoder(_ name: String) throws -> Decoder {
        try #require(Self.decoders.first { $0.name == name })
    }

    @Test("Valid messages are taken", arguments: names)
    func samples(name: String) throws {
        let decoder = try decoder(name)
        #expect(!decoder.samples.isEmpty)
        for sample in decoder.samples where name != "connection" {
            #expect(decoder.read(sample) == .taken, "\(sample)")
        }
    }

    @Test("Every kind of action is among the transactions that changes begin from")
    func kinds() throws {
        let samples = try decoder("transaction").samples.map { try Transaction(wire: $0) }
        let sampled = Set(samples.flatMap { $0.body.actions.map(\.kind.number) })
        // A number that no kind has is named in the refusal; the first field is whose action it is.
        let known = (2...4_000 as ClosedRange<UInt32>).filter { number in
            var writer = WireWriter()
            writer.bytes(number, [0xff])
            do { _ = try Action(wire: writer.bytes) } catch {
                return !"\(error)".contains("unknownCase")
            }
            return true
        }
        #expect(known.count > 80)
        #expect(sampled.sorted() == known)
    }

    @Test("Changed messages never trap, and what is taken has one form", arguments: names)
    func mutated(name: String) throws {
        let decoder = try decoder(name)
        var random = Chance(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        var takenCount = 0
        for _ in 0..<400 {
            let bytes = Self.mutate(decoder.samples, using: &random)
            let outcome = decoder.read(bytes)
            #expect(outcome != .notCanonical, "\(bytes)")
            if outcome == .taken { takenCount += 1 }
        }
        #expect(takenCount < 400 || name == "gossip-router", "some change is refused")
    }

    @Test(
        "What once broke a decoder, or found its way far into one, does no harm", arguments: names)
    func kept(name: String) throws {
        let decoder = try decoder(name)
        let folder = Self.corpus.appendingPathComponent(name)
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty, "the corpus keeps something for each decoder")
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            #expect(decoder.read(bytes) != .notCanonical, "\(file.lastPathComponent)")
        }
    }

    /// `Tools/Fuzz/Corpus`, seen from this file.
    private static var corpus: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Tools/Fuzz/Corpus")
    }

    /// One to four changes of one of the messages: bits, bytes, numbers, cuts, doublings, joins.
    private static func mutate(_ samples: [[UInt8]], using random: inout Chance) -> [UInt8] {
        func below(_ limit: Int) -> Int {
            limit == 0 ? 0 : Int(random.next() % UInt64(limit))
        }
        var bytes = samples[below(samples.count)]
        for _ in 0...below(4) {
            let place = below(bytes.count)
            switch below(9) {
            case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(below(8))
            case 1 where !bytes.isEmpty: bytes[place] = UInt8(below(256))
            case 2 where !bytes.isEmpty: bytes[place] = [0, 0x7f, 0x80, 0xff][below(4)]
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(UInt8(below(256)), at: place)
            case 5: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0x0f], at: place)
            case 6 where !bytes.isEmpty:
                let end = min(bytes.count, place + 1 + below(32))
                bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
            case 7 where !bytes.isEmpty:
                bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
            default:
                let other = samples[below(samples.count)]
                bytes += other[below(other.count)...]
            }
        }
        return bytes
    }
}
