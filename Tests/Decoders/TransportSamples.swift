import Primitives
import Transport
import Wire

/// The layers of libp2p, alone and together, before and after the handshake.
enum TransportSamples {
    static let decoders =
        names + [
            Decoder("identify", samples: [identify], read: readIdentify),
            Decoder("multistream-dial", samples: Array(lines.dropLast()), read: readDialled),
            Decoder("multistream-listen", samples: lines, read: readListened),
            Decoder("frame-assembler", samples: [[3, 1, 2, 3, 0, 1, 9]], read: readFrames),
            Decoder("noise-payload", samples: payloads, read: readPayload),
            Decoder("noise-handshake", samples: handshakes, read: readHandshake),
            Decoder("noise-frames", samples: [sealed], read: readSealed),
            Decoder("connection", samples: openings, read: readConnection),
            Decoder("yamux", samples: yamux + [goodBye], read: readYamux),
            Decoder("peer-session", samples: yamux, read: readSession),
        ]

    // MARK: Names

    private static let peer = PeerID(SigningKey.numbered(5).publicKey)

    private static let names: [Decoder] = {
        let texts =
            [
                "/ip4/127.0.0.1/tcp/9100/p2p/\(peer)", "/ip6/::1/tcp/1", "/dns4/example.org/tcp/80",
                "/ip6/2001:db8::7/tcp/65535",
            ]
        return [
            Decoder("multiaddr", samples: texts.compactMap { Multiaddr($0)?.bytes }) { bytes in
                guard let address = Multiaddr(bytes: bytes) else { return .refused }
                return Multiaddr(address.description) == address ? .taken : .notCanonical
            },
            Decoder("multiaddr-text", samples: texts.map { Array($0.utf8) }) { bytes in
                guard let address = Multiaddr(String(decoding: bytes, as: UTF8.self)) else {
                    return .refused
                }
                return Multiaddr(bytes: address.bytes) == address ? .taken : .notCanonical
            },
            Decoder("peer-id", samples: [peer.bytes]) { bytes in
                guard let peer = PeerID(bytes: bytes) else { return .refused }
                return peer.bytes == bytes ? .taken : .notCanonical
            },
            Decoder("peer-id-text", samples: [Array(peer.description.utf8)]) { bytes in
                guard let peer = PeerID(String(decoding: bytes, as: UTF8.self)) else {
                    return .refused
                }
                return PeerID(peer.description) == peer ? .taken : .notCanonical
            },
        ]
    }()

    private static var identify: [UInt8] {
        IdentifyMessage.encode(
            PeerInfo(
                agent: "argosy", protocolVersion: "/argosy/1.0.0",
                listenAddresses: [Multiaddr("/ip4/127.0.0.1/tcp/9100")].compactMap { $0 },
                protocolNames: ["/meshsub/1.1.0", "/ipfs/ping/1.0.0"],
                observedAddress: Multiaddr("/ip4/10.0.0.1/tcp/5"), signedPeerRecord: [1, 2]),
            key: peer.key)
    }

    private static func readIdentify(_ bytes: [UInt8]) -> Decoder.Outcome {
        IdentifyMessage.decode(bytes, key: peer.key) == nil ? .refused : .taken
    }

    // MARK: Lines and frames

    private static let spoken = ["/meshsub/1.2.0", "/meshsub/1.1.0"]

    private static var lines: [[UInt8]] {
        [
            DialNegotiation(spoken).opening, ListenNegotiation.opening,
            ListenNegotiation.opening + Negotiation.encode("na")
                + Negotiation.encode("/meshsub/1.1.0") + [1, 2, 3],
            ListenNegotiation.opening + Negotiation.encode("ls"),
        ]
    }

    private static func readDialled(_ bytes: [UInt8]) -> Decoder.Outcome {
        var (dial, queue) = (DialNegotiation(spoken), ByteQueue(bytes))
        return (try? dial.receive(&queue)) == nil ? .refused : .taken
    }

    private static func readListened(_ bytes: [UInt8]) -> Decoder.Outcome {
        var (listen, queue) = (ListenNegotiation(), ByteQueue(bytes))
        return (try? listen.receive(&queue) { $0 == spoken[1] }) == nil ? .refused : .taken
    }

    /// Feeds the bytes in two parts, the first as long as its first byte says.
    private static func readFrames(_ bytes: [UInt8]) -> Decoder.Outcome {
        var assembler = FrameAssembler(byteLimit: 1_024)
        var frames: [[UInt8]] = []
        let cut = min(bytes.count, Int(bytes.first ?? 0))
        do {
            try assembler.feed(bytes.span, 0..<cut, into: &frames)
            try assembler.feed(bytes.span, cut..<bytes.count, into: &frames)
        } catch { return .refused }
        precondition(assembler.partialByteCount <= 1_024, "a part is within the limit")
        return .taken
    }

    // MARK: Noise

    private static func noise(_ isInitiator: Bool, extensions: [UInt8] = []) -> NoiseHandshake {
        NoiseHandshake(
            isInitiator: isInitiator, identity: .numbered(isInitiator ? 1 : 2),
            staticKey: AgreementKey(secret: FixedBytes(repeating: isInitiator ? 3 : 4)),
            ephemeralKey: AgreementKey(secret: FixedBytes(repeating: isInitiator ? 5 : 6)),
            extensions: extensions)
    }

    private static let claimed = FixedBytes<32>(repeating: 8)

    private static var payloads: [[UInt8]] {
        let signed = Array("noise-libp2p-static-key:".utf8) + claimed.array
        var writer = WireWriter()
        writer.bytes(1, LibP2PKey.encode(peer.key))
        writer.bytes(2, SigningKey.numbered(5).sign(signed).bytes.array)
        writer.bytes(4, [0x12, 3, 1, 2, 3])
        return [writer.bytes]
    }

    private static func readPayload(_ bytes: [UInt8]) -> Decoder.Outcome {
        (try? NoiseHandshake.identity(of: bytes, staticKey: claimed)) == nil ? .refused : .taken
    }

    /// The three messages of a handshake, each behind the number of whom it is for.
    private static var handshakes: [[UInt8]] {
        var (left, right) = (noise(true), noise(false))
        let first = left.start()
        guard case .send(let second)? = try? right.receive(first),
            case .complete(let third?, _, _)? = try? left.receive(second)
        else { preconditionFailure("two of our own agree") }
        return [[0] + first, [1] + second, [2] + third]
    }

    private static func readHandshake(_ bytes: [UInt8]) -> Decoder.Outcome {
        var (left, right) = (noise(true), noise(false))
        let message = Array(bytes.dropFirst())
        let first = left.start()
        switch (bytes.first ?? 0) % 3 {
        case 0: return (try? right.receive(message)) == nil ? .refused : .taken
        case 1: return (try? left.receive(message)) == nil ? .refused : .taken
        default:
            _ = try? right.receive(first)
            return (try? right.receive(message)) == nil ? .refused : .taken
        }
    }

    private static var sessions: (NoiseSession, NoiseSession) {
        var (left, right) = (noise(true), noise(false))
        let first = left.start()
        guard case .send(let second)? = try? right.receive(first),
            case .complete(let third?, _, let one)? = try? left.receive(second),
            case .complete(_, _, let other)? = try? right.receive(third)
        else { preconditionFailure("two of our own agree") }
        return (one, other)
    }

    private static let ends = sessions

    private static var sealed: [UInt8] {
        var (one, _) = ends
        var output: [UInt8] = []
        for content in [[1, 2, 3], [], [4]] as [[UInt8]] {
            let start = NoiseSession.beginFrame(&output)
            output += content
            one.seal(&output, from: start)
        }
        return output
    }

    private static func readSealed(_ bytes: [UInt8]) -> Decoder.Outcome {
        var (_, other) = ends
        var queue = ByteQueue(bytes)
        do { while try other.open(&queue) != nil {} } catch { return .refused }
        return .taken
    }

    // MARK: Connections

    private static var setup: PeerSession.Setup {
        let rows = [
            StreamProtocol(
                ProtocolID(0), .messages, dialNames: ["/meshsub/1.1.0"],
                acceptNames: ["/meshsub/1.2.0", "/meshsub/1.1.0"], priority: .gossip,
                frameByteLimit: 1 << 12, queueByteLimit: 1 << 14),
            StreamProtocol(
                ProtocolID(1), .requests, dialNames: ["/light/1"], priority: .light,
                frameByteLimit: 1 << 12, queueByteLimit: 1 << 14, requestLimit: 4),
        ]
        return PeerSession.Setup(
            protocols: rows, limits: HostLimits(), info: PeerInfo(agent: "a"),
            key: SigningKey.numbered(2).publicKey)
    }

    private static func connection(_ isDialer: Bool) -> Connection {
        Connection(
            isDialer: isDialer, identity: .numbered(isDialer ? 1 : 2), expected: nil,
            staticKey: AgreementKey(secret: FixedBytes(repeating: isDialer ? 3 : 4)),
            ephemeralKey: AgreementKey(secret: FixedBytes(repeating: isDialer ? 5 : 6)),
            setup: setup)
    }

    private static let start = Instant(1_000_000_000)

    /// What each side of a connection sends until the streams are open, behind who reads it.
    private static var openings: [[UInt8]] {
        var (dialer, listener) = (connection(true), connection(false))
        var (there, back): ([UInt8], [UInt8]) = ([0], [1])
        for _ in 0..<8 {
            var output: [UInt8] = []
            while dialer.takeOutput(into: &output) {}
            _ = try? listener.receive(output.span, now: start)
            there += output
            output = []
            while listener.takeOutput(into: &output) {}
            _ = try? dialer.receive(output.span, now: start)
            back += output
        }
        return [there, back]
    }

    private static func readConnection(_ bytes: [UInt8]) -> Decoder.Outcome {
        var end = connection((bytes.first ?? 0) % 2 == 1)
        var output: [UInt8] = []
        while end.takeOutput(into: &output) {}
        let input = Array(bytes.dropFirst())
        let cut = input.count / 2
        do {
            for part in [input[..<cut], input[cut...]] {
                let bytes = Array(part)
                _ = try end.receive(bytes.span, now: start)
                while end.takeOutput(into: &output) {}
            }
            try end.tick(now: start.advanced(milliseconds: 20_000))
        } catch { return .refused }
        return .taken
    }

    // MARK: Yamux

    private static func frame(
        _ kind: YamuxFrame.Kind, _ flags: YamuxFrame.Flags = [], stream: UInt32,
        _ content: [UInt8] = [], length: UInt32 = 0
    ) -> [UInt8] {
        var output: [UInt8] = []
        let length = content.isEmpty ? length : UInt32(content.count)
        YamuxFrame(kind, flags, stream: stream, length: length).append(to: &output)
        return output + content
    }

    /// Streams opened, answered, half-closed, reset; pings.
    private static var yamux: [[UInt8]] {
        let gossip = DialNegotiation(["/meshsub/1.1.0"]).opening + [2, 1, 2, 1, 9]
        let light = DialNegotiation(["/light/1"]).opening + [3, 1, 2, 3]
        let identify = DialNegotiation([IdentifyMessage.protocolName]).opening
        let ping =
            DialNegotiation([PingProtocol.name]).opening + [UInt8](repeating: 7, count: 32)
        let opened = [gossip, light, identify, ping].enumerated().map { number, content in
            frame(.data, .syn, stream: UInt32(2 * number + 1), content)
        }
        let answers = ListenNegotiation.opening + Negotiation.encode(IdentifyMessage.protocolName)
        return opened + [
            opened.flatMap { $0 } + frame(.windowUpdate, .fin, stream: 3)
                + frame(.windowUpdate, .rst, stream: 5),
            frame(
                .data, .ack, stream: 2, answers + FrameAssembler.frame(TransportSamples.identify)),
            frame(.ping, .syn, stream: 0, length: 9) + frame(.ping, .ack, stream: 0, length: 1)
                + frame(.windowUpdate, stream: 1, length: 262_144),
        ]
    }

    private static var goodBye: [UInt8] {
        frame(.ping, .syn, stream: 0, length: 3) + frame(.goAway, stream: 0, length: 0)
    }

    private static func readYamux(_ bytes: [UInt8]) -> Decoder.Outcome {
        var session = YamuxSession(isDialer: false)
        var output: [UInt8] = []
        var offset = 0
        do {
            while let event = try session.next(of: bytes.span, at: &offset, end: bytes.count) {
                guard case .data(let id, let range) = event else { continue }
                session.consume(id, range.count)
                session.write(id, Array(bytes[range]))
                if range.count % 2 == 0 { session.finish(id) }
                while session.takeOutput(into: &output, limit: 65_519) {}
                output = []
            }
        } catch { return .refused }
        precondition(
            session.inboundStreamCount <= session.limits.inboundStreamLimit, "streams are bounded")
        return .taken
    }

    private static func readSession(_ bytes: [UInt8]) -> Decoder.Outcome {
        var session = PeerSession(isDialer: false, peer: peer, setup: setup, now: start)
        var output: [UInt8] = []
        while session.takeOutput(into: &output, limit: 65_519) {}
        let cut = bytes.count / 3
        do {
            for range in [0..<cut, cut..<bytes.count] {
                try session.receive(bytes.span, range, now: start)
                for event in session.takeEvents() {
                    switch event {
                    case .request(_, let id, let body): session.respond(id, body, now: start)
                    case .messages(_, let id, _, let count): session.release(id, count)
                    default: break
                    }
                }
                while session.takeOutput(into: &output, limit: 65_519) {}
                output = []
            }
            try session.tick(now: start.advanced(milliseconds: 90_000))
        } catch { return .refused }
        return .taken
    }
}
