import Primitives
import Testing
import Transport
import Wire

@Suite("Peer ids and multiaddrs")
struct AddressTests {
    @Test(
        "A peer id has the bytes and the text that other programs give it",
        arguments: ["peer_alice", "peer_bob"])
    func peerID(section: String) throws {
        let vectors = try Vectors()
        let seed = try #require(FixedBytes<32>(try vectors.bytes(section, "seed")))
        let peer = PeerID(SigningKey(seed: seed).publicKey)
        #expect(peer.key.bytes.array == (try vectors.bytes(section, "public")))
        #expect(LibP2PKey.encode(peer.key) == (try vectors.bytes(section, "public_protobuf")))
        #expect(peer.bytes == (try vectors.bytes(section, "peer_id_bytes")))
        #expect(peer.description == (try vectors.text(section, "peer_id_base58")))
        #expect(PeerID(peer.description) == peer)
        #expect(PeerID(bytes: peer.bytes) == peer)
        #expect(LibP2PKey.decode(LibP2PKey.encode(peer.key)) == peer.key)
    }

    @Test("A CID in base32 names the same peer")
    func cid() throws {
        let alice = try #require(PeerID(try Vectors().text("peer_alice", "peer_id_base58")))
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        let bits = ([1, 0x72] + alice.bytes).flatMap { byte in
            (0..<8).map { byte >> UInt8(7 - $0) & 1 }
        }
        var text = "b"
        for start in stride(from: 0, to: bits.count, by: 5) {
            let value = (0..<5).reduce(0) { sum, offset in
                sum << 1 | Int(start + offset < bits.count ? bits[start + offset] : 0)
            }
            text.append(alphabet[value])
        }
        #expect(PeerID(text) == alice)
    }

    @Test("Everything but the one form of an Ed25519 peer id is refused")
    func refusedPeerIDs() throws {
        let bytes = try Vectors().bytes("peer_alice", "peer_id_bytes")
        for length in 0..<bytes.count { #expect(PeerID(bytes: Array(bytes.prefix(length))) == nil) }
        #expect(PeerID(bytes: bytes + [0]) == nil)
        for index in 0..<6 {
            var changed = bytes
            changed[index] ^= 1
            #expect(PeerID(bytes: changed) == nil)
        }
        let texts = ["", "b", "12D3", "Qm" + String(repeating: "a", count: 44), "b2222", "é"]
        for text in texts + [String(repeating: "1", count: 4_000)] {
            #expect(PeerID(text) == nil)
        }
    }

    @Test("Multiaddrs have the bytes and the text that other programs give them")
    func multiaddrs() throws {
        for (text, hex) in try Vectors().section("multiaddr") {
            let address = try #require(Multiaddr(text))
            #expect(Hex.encode(address.bytes) == hex)
            #expect(address.description == text)
            #expect(Multiaddr(bytes: address.bytes) == address)
        }
    }

    @Test("Addresses survive text and bytes", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = Chance(seed: seed)
        let peer = PeerID(SigningKey(seed: try #require(.init(random.bytes(32)))).publicKey)
        var six = random.bytes(16)
        for index in 0..<16 where Bool.random(using: &random) { six[index & ~1] = 0 }
        let hosts: [Multiaddr.Host] = [
            .ip4(try #require(.init(random.bytes(4)))), .ip6(try #require(.init(six))),
            .name(.dns, "a-\(seed).example"), .name(.dns6, "x"),
        ]
        for host in hosts {
            let address = try #require(
                Multiaddr(
                    host, port: UInt16(truncatingIfNeeded: random.next()),
                    peer: Bool.random(using: &random) ? peer : nil))
            #expect(Multiaddr(address.description) == address, "seed \(seed)")
            #expect(Multiaddr(bytes: address.bytes) == address, "seed \(seed)")
            for length in 0..<address.bytes.count where length != address.withoutPeer.bytes.count {
                #expect(Multiaddr(bytes: Array(address.bytes.prefix(length))) == nil)
            }
        }
    }

    @Test(
        "Text that is no address is refused",
        arguments: [
            "", "/", "//", "/ip4", "/ip4/1.2.3.4", "/ip4/1.2.3/tcp/1", "/ip4/01.2.3.4/tcp/1",
            "/ip4/256.1.1.1/tcp/1", "/ip4/1.2.3.4/tcp/65536", "/ip4/1.2.3.4/tcp/-1",
            "/ip6/::1::2/tcp/1", "/ip6/1:2:3/tcp/1", "/ip6/12345::/tcp/1", "/dns//tcp/1",
            "/udp/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/1/ws", "/ip4/1.2.3.4/tcp/1/p2p/x",
            "/dnsaddr/a/tcp/1", "ip4/1.2.3.4/tcp/1", "/dns4/a b/tcp/1",
        ])
    func refusedText(text: String) {
        #expect(Multiaddr(text) == nil)
    }

    @Test("Random bytes are an address or are refused, and never stop the program")
    func hostileBytes() {
        var random = Chance(seed: 1)
        for _ in 0..<20_000 {
            var bytes = random.bytes(Int(random.next() % 48))
            if !bytes.isEmpty, random.next() % 2 == 0 {
                bytes[0] = [4, 41, 53, 54, 55, 56][Int(random.next() % 6)]
            }
            if let address = Multiaddr(bytes: bytes) { #expect(address.bytes == bytes) }
            _ = PeerID(bytes: bytes)
        }
    }

    @Test("Limits by address count a /64 of IPv6 as one, groups a /16 and a /32")
    func groups() throws {
        let one = try #require(Multiaddr("/ip6/2001:db8:1:2::1/tcp/1"))
        let two = try #require(Multiaddr("/ip6/2001:db8:ffff:2::1/tcp/1"))
        #expect(one.networkGroup == two.networkGroup)
        let three = try #require(Multiaddr("/ip4/192.0.2.1/tcp/1"))
        let four = try #require(Multiaddr("/ip4/192.1.2.1/tcp/1"))
        #expect(three.networkGroup != four.networkGroup)
        #expect(Multiaddr("/ip4/127.9.9.9/tcp/1")?.isLoopback == true)
        #expect(Multiaddr("/ip6/::1/tcp/1")?.isLoopback == true)
        #expect(!three.isLoopback)
    }
}
