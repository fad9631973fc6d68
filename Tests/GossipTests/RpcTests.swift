import Gossip
import Primitives
import Testing
import Wire

@Suite("Frames of the gossip protocol")
struct RpcTests {
    static let topics = [Topic(name: Array("t".utf8)), Topic(name: Array("other".utf8))]

    /// The bytes that another implementation (py-libp2p 0.8.1) makes and reads.
    ///
    /// Frames are given with their length in front, as on the stream.
    enum Vector {
        static let subscribe = "070a050801120174"
        static let graft = "1a051a030a0174"
        static let prune = "1a0722050a0174183c"
        static let have =
            "1a310a2f0a0174121401010101010101010101010101010101010101011214"
            + "ffffffffffffffffffffffffffffffffffffffff"
        static let want = "1a1812160a140101010101010101010101010101010101010101"
        static let unwanted = "1a182a160a140101010101010101010101010101010101010101"
        static let anonymous = "12077061796c6f6164220174"
        static let signed =
            "0a26002408011220d5bf4a3fcce717b0388bcc2749ebc148ad9969b23f45ee1b605fd58778576ac4"
            + "12077061796c6f61641a0800000000000000072201742a40"
            + "3bac7c86d2028548dda9cce6ca1e28415af20cce1885cfb3282f981016275130"
            + "eb370f2fcef82f5828f4953698a8dbf62e4c43b0066cd0642480d417fd2f120d"
            + "322408011220d5bf4a3fcce717b0388bcc2749ebc148ad9969b23f45ee1b605fd58778576ac4"
        static let payload = Array("payload".utf8)
        static let ones = MessageID(FixedBytes(repeating: 1))
        static let allSet = MessageID(FixedBytes(repeating: 255))
    }

    static func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    static func rpc(_ hex: String) throws -> Rpc { try Rpc(frame: bytes(hex), topics: topics) }

    @Test("Subscriptions, grafts, prunes and ids read as other implementations write them")
    func control() throws {
        let hello = try Rpc(
            frame: Array(Self.bytes(Vector.subscribe).dropFirst()), topics: Self.topics)
        let subscription = try #require(hello.subscriptions.first)
        #expect(subscription.topic == 0 && subscription.isJoin)
        #expect(try Self.rpc(Vector.graft).grafts == [0])
        let prune = try #require(try Self.rpc(Vector.prune).prunes.first)
        #expect(prune.topic == 0 && prune.backoffSeconds == 60 && prune.records.isEmpty)
        let have = try #require(try Self.rpc(Vector.have).haves.first)
        #expect(have.topic == 0 && have.ids == [Vector.ones, Vector.allSet])
        #expect(try Self.rpc(Vector.want).wants == [Vector.ones])
        #expect(try Self.rpc(Vector.unwanted).unwanted == [[Vector.ones]])
    }

    @Test("A message without author reads and writes as other implementations have it")
    func message() throws {
        let inner = try Self.bytes(Vector.anonymous)
        let frame = [0x12, UInt8(inner.count)] + inner
        let rpc = try Rpc(frame: frame, topics: Self.topics)
        let message = try #require(rpc.messages.first)
        #expect(Array(frame[message.data]) == Vector.payload)
        #expect(message.isAnonymous && message.topic == 0)
        #expect(RpcWriter.publish(Vector.payload, on: Self.topics[0]) == frame)
        let hello = RpcWriter.subscriptions([Self.topics[0]], isJoin: true)
        let expected = try Self.bytes(Vector.subscribe)
        #expect([UInt8(hello.count)] + hello == expected)
    }

    @Test("A signed message is seen to have an author")
    func signed() throws {
        let inner = try Self.bytes(Vector.signed)
        let frame = [0x12, UInt8(inner.count & 0x7f | 0x80), UInt8(inner.count >> 7)] + inner
        let message = try #require(try Rpc(frame: frame, topics: Self.topics).messages.first)
        #expect(!message.isAnonymous)
    }

    @Test("A message id is the start of SHA-256 over topic length, topic and data")
    func messageID() {
        // Computed with an independent SHA-256: 01000000 74 7061796c6f6164.
        let expected = Sha256.hash([1, 0, 0, 0, 0x74] + Vector.payload)
        let id = MessageID(topic: Self.topics[0], data: Vector.payload)
        #expect(id.bytes.array == Array(expected.array.prefix(20)))
        #expect(id.description == "94d5dcee1c9846c44943c3301b04a4729ae27ec0")
    }

    @Test("Unknown fields are skipped wherever they stand")
    func unknownFields() throws {
        let senderRecord: [UInt8] = [0x22, 3, 1, 2, 3]
        let frame = try senderRecord + Self.bytes(Vector.graft) + [0x78, 0xff, 0x01]
        #expect(try Rpc(frame: frame, topics: Self.topics).grafts == [0])
        let inside: [UInt8] = [0x1a, 10, 0x1a, 8, 0x0a, 1, 0x74, 0x12, 3, 9, 9, 9]
        #expect(try Rpc(frame: inside, topics: Self.topics).grafts == [0])
    }

    @Test("Unknown topics are dropped, and counted only as bytes")
    func unknownTopics() throws {
        var frame: [UInt8] = []
        for number in 0..<10_000 {
            let topic = Topic(name: Array("topic-\(number)".utf8))
            frame += RpcWriter.subscriptions([topic], isJoin: true)
        }
        let rpc = try Rpc(frame: frame, topics: Self.topics)
        #expect(rpc.subscriptions.isEmpty)
    }

    @Test("Too much of anything is refused before it is kept")
    func limits() {
        func refusal(_ frame: [UInt8]) -> RpcFault? {
            do throws(RpcFault) { _ = try Rpc(frame: frame, topics: Self.topics) } catch {
                return error
            }
            return nil
        }
        let subscription = RpcWriter.subscriptions([Self.topics[0]], isJoin: true)
        let many = [[UInt8]](repeating: subscription, count: Rpc.subscriptionLimit + 1).joined()
        #expect(refusal(Array(many)) == .overLimit(count: 129, limit: 128))
        let huge = [UInt8](repeating: 0, count: Rpc.byteLimit + 1)
        #expect(refusal(huge) == .overLimit(count: 1_048_577, limit: 1_048_576))
        let big = RpcWriter.publish(
            [UInt8](repeating: 1, count: Rpc.dataByteLimit + 1), on: Self.topics[0])
        #expect(refusal(big) == .overLimit(count: 524_289, limit: 524_288))
        let messages = [[UInt8]](
            repeating: RpcWriter.publish([1], on: Self.topics[0]), count: Rpc.messageLimit + 1)
        #expect(refusal(Array(messages.joined())) == .overLimit(count: 1_025, limit: 1_024))
        // 1 MiB of ids in one control message.
        let ids: [UInt8] = [0x0a, 20] + [UInt8](repeating: 0, count: 20)
        let body = Array([[UInt8]](repeating: ids, count: 47_000).joined())
        let want = Self.field(2, body)
        #expect(
            refusal(Self.field(3, want)) == .overLimit(count: want.count, limit: 65_536))
    }

    static func field(_ number: UInt8, _ body: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [number << 3 | 2]
        Varint.append(UInt64(body.count), to: &output)
        return output + body
    }

    @Test("A hostile frame never traps", arguments: 0..<40 as Range<UInt64>)
    func hostile(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        let seeds = try [
            Vector.graft, Vector.prune, Vector.have, Vector.want, Vector.unwanted,
        ].map(Self.bytes)
        for _ in 0..<500 {
            var frame = seeds.randomElement(using: &chance) ?? []
            frame += seeds.randomElement(using: &chance) ?? []
            for _ in 0..<Int.random(in: 1...6, using: &chance) where !frame.isEmpty {
                let place = Int.random(in: frame.indices, using: &chance)
                switch Int.random(in: 0..<4, using: &chance) {
                case 0: frame[place] = UInt8.random(in: 0...255, using: &chance)
                case 1: frame.remove(at: place)
                case 2: frame.insert(0xff, at: place)
                default: frame = Array(frame.prefix(max(1, place)))
                }
            }
            _ = try? Rpc(frame: frame, topics: Self.topics)
            _ = SignedPeerRecord(envelope: frame)
        }
    }
}
