import Primitives
import Testing
import Transport
import Wire

@Suite("Noise XX as libp2p uses it")
struct NoiseTests {
    private static func key(_ vectors: Vectors, _ name: String) throws -> AgreementKey {
        AgreementKey(secret: try #require(.init(try vectors.bytes("noise_xx", name))))
    }

    private static func identity(_ vectors: Vectors, _ name: String) throws -> SigningKey {
        SigningKey(seed: try #require(.init(try vectors.bytes(name, "seed"))))
    }

    /// Both ends with the keys of the vectors.
    private func ends() throws -> (NoiseHandshake, NoiseHandshake) {
        let vectors = try Vectors()
        // The extension field is everything after key and signature, without tag and length.
        let payload = try vectors.bytes("noise_xx", "payload3_with_stream_muxers")
        return (
            NoiseHandshake(
                isInitiator: true, identity: try Self.identity(vectors, "peer_alice"),
                staticKey: try Self.key(vectors, "init_static"),
                ephemeralKey: try Self.key(vectors, "init_ephemeral"),
                extensions: Array(payload.dropFirst(38 + 66 + 2))),
            NoiseHandshake(
                isInitiator: false, identity: try Self.identity(vectors, "peer_bob"),
                staticKey: try Self.key(vectors, "resp_static"),
                ephemeralKey: try Self.key(vectors, "resp_ephemeral"))
        )
    }

    private func reply(_ step: NoiseHandshake.Step) throws -> [UInt8] {
        switch step {
        case .send(let bytes): bytes
        case .complete(let bytes, _, _): try #require(bytes)
        }
    }

    private func session(_ step: NoiseHandshake.Step) throws -> (PeerID, NoiseSession) {
        guard case .complete(_, let peer, let session) = step else {
            throw NoiseError.unexpected
        }
        return (peer, session)
    }

    private func seal(_ session: inout NoiseSession, _ text: String) -> [UInt8] {
        var output: [UInt8] = [9]
        let start = NoiseSession.beginFrame(&output)
        output += Array(text.utf8)
        session.seal(&output, from: start)
        return Array(output.dropFirst())
    }

    @Test("A whole handshake gives the bytes of another implementation")
    func transcript() throws {
        let vectors = try Vectors()
        var (alice, bob) = try ends()
        let first = alice.start()
        #expect(first == (try vectors.bytes("noise_xx", "msg1")))
        let second = try reply(bob.receive(first))
        #expect(second == (try vectors.bytes("noise_xx", "msg2")))
        let aliceDone = try alice.receive(second)
        let third = try reply(aliceDone)
        #expect(third == (try vectors.bytes("noise_xx", "msg3")))
        var (peerOfAlice, left) = try session(aliceDone)
        var (peerOfBob, right) = try session(try bob.receive(third))
        #expect(peerOfAlice.description == (try vectors.text("peer_bob", "peer_id_base58")))
        #expect(peerOfBob.description == (try vectors.text("peer_alice", "peer_id_base58")))
        let hash = try vectors.bytes("noise_xx", "handshake_hash")
        #expect(left.handshakeHash.array == hash && right.handshakeHash.array == hash)

        let hello = seal(&left, "hello")
        #expect(hello.dropFirst(2) == (try vectors.bytes("noise_xx", "transport_i2r_0_hello"))[...])
        let empty = seal(&left, "")
        #expect(empty.dropFirst(2) == (try vectors.bytes("noise_xx", "transport_i2r_1_empty"))[...])
        let world = seal(&right, "world")
        #expect(world.dropFirst(2) == (try vectors.bytes("noise_xx", "transport_r2i_0_world"))[...])

        var queue = ByteQueue(hello + empty)
        let range = try #require(try right.open(&queue))
        #expect(Array(queue.storage[range]) == Array("hello".utf8))
        #expect(try right.open(&queue)?.isEmpty == true, "an empty message is legal")
        #expect(try right.open(&queue) == nil)
    }

    @Test(
        "A changed byte anywhere in a handshake message ends the handshake", arguments: [1, 2, 3])
    func tampering(message: Int) throws {
        let vectors = try Vectors()
        let length = try vectors.bytes("noise_xx", "msg\(message)").count
        for index in 0..<length {
            var (alice, bob) = try ends()
            var wasRefused = false
            do {
                var first = alice.start()
                if message == 1 { first[index] ^= 1 }
                var second = try reply(bob.receive(first))
                if message == 2 { second[index] ^= 1 }
                var third = try reply(alice.receive(second))
                if message == 3 { third[index] ^= 1 }
                _ = try bob.receive(third)
            } catch is NoiseError {
                wasRefused = true
            }
            // The top bit of a point is not part of it; the hash of the transcript still is.
            #expect(wasRefused, "byte \(index) of message \(message)")
        }
    }

    @Test("A cut or lengthened handshake message is refused", arguments: [1, 2, 3])
    func wrongLength(message: Int) throws {
        let length = try Vectors().bytes("noise_xx", "msg\(message)").count
        for cut in [0, 1, 31, 32, 33, 47, 48, 79, 80, length - 1, length + 1] where cut != length {
            var (alice, bob) = try ends()
            #expect(throws: NoiseError.self, "length \(cut) of message \(message)") {
                let first = alice.start()
                let second = try reply(bob.receive(message == 1 ? resize(first, cut) : first))
                let third = try reply(
                    alice.receive(message == 2 ? resize(second, cut) : second))
                _ = try bob.receive(message == 3 ? resize(third, cut) : third)
            }
        }
    }

    private func resize(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        Array((bytes + [UInt8](repeating: 0, count: max(0, count - bytes.count))).prefix(count))
    }

    @Test("An ephemeral key that forces the secret to zero is refused")
    func weakKey() throws {
        var (_, bob) = try ends()
        #expect(throws: NoiseError.weakKey) {
            try bob.receive([UInt8](repeating: 0, count: 32))
        }
    }

    @Test("A changed, repeated or reordered transport frame is refused", arguments: 0..<4)
    func transportTampering(kind: Int) throws {
        var (alice, bob) = try ends()
        let first = alice.start()
        let done = try alice.receive(try reply(bob.receive(first)))
        var (_, left) = try session(done)
        var (_, right) = try session(try bob.receive(try reply(done)))
        let one = seal(&left, "one")
        let two = seal(&left, "two")
        var changed = one
        changed[4] ^= 0x80
        var queue = ByteQueue([changed, one + one, two + one, [0, 15] + one.dropFirst(2)][kind])
        #expect(throws: NoiseError.self) {
            while try right.open(&queue) != nil {}
        }
    }

    @Test("A frame of the largest size goes through")
    func largest() throws {
        var (alice, bob) = try ends()
        let first = alice.start()
        let done = try alice.receive(try reply(bob.receive(first)))
        var (_, left) = try session(done)
        var (_, right) = try session(try bob.receive(try reply(done)))
        let text = String(repeating: "x", count: NoiseSession.plaintextByteLimit)
        let frame = seal(&left, text)
        #expect(frame.count == 2 + 65_535)
        var queue = ByteQueue()
        for part in [frame.prefix(1), frame.dropFirst().prefix(40_000), frame.dropFirst(40_001)] {
            #expect(try right.open(&queue) == nil)
            queue.append(Array(part))
        }
        let range = try #require(try right.open(&queue))
        #expect(Array(queue.storage[range]) == Array(text.utf8))
    }
}
