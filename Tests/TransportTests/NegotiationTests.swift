import Primitives
import Testing
import Transport
import Wire

@Suite("Agreeing on a protocol")
struct NegotiationTests {
    private static let header = Negotiation.encode(Negotiation.header)

    @Test("Varints have the bytes that other programs give them")
    func varints() throws {
        for (text, hex) in try Vectors().section("varint") {
            var bytes: [UInt8] = []
            Varint.append(try #require(UInt64(text)), to: &bytes)
            #expect(Hex.encode(bytes) == hex)
        }
    }

    @Test("Messages have the bytes that other programs give them")
    func vectors() throws {
        for (text, hex) in try Vectors().section("multistream") {
            #expect(Hex.encode(Negotiation.encode(text)) == hex)
            var queue = ByteQueue(try #require(Hex.decode(hex)))
            #expect(try Negotiation.next(&queue) == text)
            #expect(queue.isEmpty)
        }
    }

    @Test("A dialer falls back to its next proposal, and both agree, byte by byte")
    func fallback() throws {
        var dialer = DialNegotiation(["/meshsub/1.2.0", "/meshsub/1.1.0"])
        var listener = ListenNegotiation()
        var toListener = dialer.opening
        var toDialer = ListenNegotiation.opening
        var (atListener, atDialer) = (ByteQueue(), ByteQueue())
        var agreed: [String?] = [nil, nil]
        while !toListener.isEmpty || !toDialer.isEmpty {
            if !toListener.isEmpty {
                atListener.append([toListener.removeFirst()])
                let step = try listener.receive(&atListener) { $0 == "/meshsub/1.1.0" }
                toDialer += step.reply
                agreed[0] = agreed[0] ?? step.agreed
            }
            if !toDialer.isEmpty {
                atDialer.append([toDialer.removeFirst()])
                let step = try dialer.receive(&atDialer)
                toListener += step.reply
                agreed[1] = agreed[1] ?? step.agreed
            }
        }
        #expect(agreed == ["/meshsub/1.1.0", "/meshsub/1.1.0"])
    }

    @Test("What follows the agreement is left for the protocol")
    func pipelined() throws {
        var listener = ListenNegotiation()
        var queue = ByteQueue(DialNegotiation(["/noise"]).opening + [0, 32, 1, 2])
        let step = try listener.receive(&queue) { $0 == "/noise" }
        #expect(step.agreed == "/noise" && step.reply == Negotiation.encode("/noise"))
        #expect(queue.takeAll() == [0, 32, 1, 2])
    }

    @Test("The obsolete ls, and a proposal sent ahead that is refused, are answered with na")
    func refusals() throws {
        var listener = ListenNegotiation()
        let names = ["ls", "/tls/1.0.0", "/noise"]
        var queue = ByteQueue(Self.header + names.flatMap { Negotiation.encode($0) })
        let step = try listener.receive(&queue) { $0 == "/noise" }
        #expect(step.reply == ["na", "na", "/noise"].flatMap { Negotiation.encode($0) })
        var dialer = DialNegotiation(["/a"])
        var answer = ByteQueue(Self.header + Negotiation.encode("na"))
        #expect(throws: NegotiationError.refused) { try dialer.receive(&answer) }
    }

    @Test(
        "Malformed messages are refused before they are stored",
        arguments: [
            [0x00], [0x80, 0x00], [0x81, 0x80], [0xff, 0x7f], [0x80, 0x09], [0x02, 0x61, 0x62],
            [0x02, 0xff, 0x0a],
        ] as [[UInt8]])
    func malformed(bytes: [UInt8]) {
        var queue = ByteQueue(bytes + [UInt8](repeating: 0x61, count: 2_000))
        var listener = ListenNegotiation()
        #expect(throws: NegotiationError.self) { try listener.receive(&queue) { _ in true } }
        queue = ByteQueue(Self.header + bytes + [UInt8](repeating: 0x61, count: 2_000))
        var second = ListenNegotiation()
        #expect(throws: NegotiationError.self) { try second.receive(&queue) { _ in true } }
    }

    @Test("Attack 60: proposals that never end are cut off at the sixteenth")
    func endless() {
        var listener = ListenNegotiation()
        var queue = ByteQueue(Self.header)
        for index in 0..<17 { queue.append(Negotiation.encode("/x/\(index)")) }
        #expect(throws: NegotiationError.tooManyProposals) {
            try listener.receive(&queue) { _ in false }
        }
    }

    @Test("Random bytes never stop the program")
    func hostile() {
        var random = Chance(seed: 3)
        for _ in 0..<20_000 {
            var listener = ListenNegotiation()
            var dialer = DialNegotiation(["/a", "/b"])
            var queue = ByteQueue(Bool.random(using: &random) ? Self.header : [])
            queue.append(random.bytes(Int(random.next() % 64)))
            var copy = queue
            _ = try? listener.receive(&queue) { _ in false }
            _ = try? dialer.receive(&copy)
        }
    }
}
