import Primitives
import Testing
import Transport
import Wire

@Suite("Identify")
struct IdentifyTests {
    private func alice() throws -> PublicKey {
        try #require(PublicKey(try Vectors().bytes("peer_alice", "public")))
    }

    @Test("The message has the bytes of another implementation, in both directions")
    func vector() throws {
        let bytes = try Vectors().bytes("identify")
        let info = try #require(IdentifyMessage.decode(bytes, key: try alice()))
        #expect(info.agent == "x/1")
        #expect(info.protocolVersion == "/trade/0.1.0")
        #expect(info.protocolNames == ["/ipfs/ping/1.0.0"])
        #expect(info.listenAddresses.map(\.description) == ["/ip4/127.0.0.1/tcp/4001"])
        #expect(info.observedAddress?.description == "/ip4/127.0.0.1/tcp/5000")
        #expect(IdentifyMessage.encode(info, key: try alice()) == bytes)
    }

    @Test("Another key than the connection's is refused; unknown fields are skipped")
    func otherKey() throws {
        let bytes = try Vectors().bytes("identify")
        let bob = try #require(PublicKey(try Vectors().bytes("peer_bob", "public")))
        #expect(IdentifyMessage.decode(bytes, key: bob) == nil)
        let unknown: [UInt8] = [0x78, 0x05, 0x7a, 0x01, 0xff, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]
        #expect(IdentifyMessage.decode(unknown + bytes, key: try alice()) != nil)
    }

    @Test("Lists above their limits are cut, and a message above 4 KiB is refused")
    func limits() throws {
        let key = try alice()
        var info = PeerInfo()
        info.protocolNames = (0..<300).map { "\($0)" }
        info.listenAddresses = try (0..<50).map {
            try #require(Multiaddr("/ip4/10.0.0.\($0)/tcp/1"))
        }
        let read = try #require(
            IdentifyMessage.decode(IdentifyMessage.encode(info, key: key), key: key))
        #expect(read.protocolNames.count == IdentifyMessage.protocolLimit)
        #expect(read.listenAddresses.count == IdentifyMessage.addressLimit)
        info.agent = String(repeating: "a", count: 5_000)
        #expect(IdentifyMessage.decode(IdentifyMessage.encode(info, key: key), key: key) == nil)
    }

    @Test("Random and cut messages never stop the program")
    func hostile() throws {
        let bytes = try Vectors().bytes("identify")
        let key = try alice()
        for length in bytes.indices {
            _ = IdentifyMessage.decode(Array(bytes.prefix(length)), key: key)
        }
        var random = Chance(seed: 5)
        for _ in 0..<10_000 {
            var changed = bytes
            for _ in 0..<4 {
                changed[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            _ = IdentifyMessage.decode(changed, key: key)
        }
    }
}
