import Primitives
import Testing
import Transport
import Wire

@Suite("Peer ids and multiaddrs")
struct AddressTests {
    static let alice = "12D3KooWQCkBm1BYtkHpocxCwMgR8yjitEeHGx8spzcDLGt2gkBm"
    static let aliceBytes =
        "002408011220d5bf4a3fcce717b0388bcc2749ebc148ad9969b23f45ee1b605fd58778576ac4"

    @Test("A peer id has the bytes and the text that other programs give it")
    func peerID() throws {
        let seed = try #require(
            Hex.decode("2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90"))
        let key = SigningKey(seed: try #require(.init(seed)))
        let peer = PeerID(key.publicKey)
        #expect(Hex.encode(peer.bytes) == Self.aliceBytes)
        #expect(peer.description == Self.alice)
        #expect(PeerID(Self.alice) == peer)
        #expect(PeerID(bytes: peer.bytes) == peer)
    }
}
