package import Primitives

/// Why a connection was given up.
package enum ConnectionFault: Error, Equatable {
    case negotiation(NegotiationError)
    case noise(NoiseError)
    case yamux(YamuxFault)
    case wrongPeer(expected: PeerID, found: PeerID)
    case selfDial
    /// A handshake message announced more bytes than any has.
    case handshakeTooLong(Int)
    case unresponsive
    /// A message began and did not end in time.
    case unfinishedMessage(ProtocolID)
    /// A message is malformed or above the limit of its protocol.
    case badMessage(ProtocolID)
    case goneAway(code: UInt32)
}

/// The road from a new socket to an agreed multiplexer.
///
/// multistream-select, Noise, and multistream-select again inside Noise. The dialer sends ahead
/// where a refusal leaves nothing else to try (rule W6).
package struct Upgrade {
    package static let securityName = "/noise"
    package static let muxerName = "/yamux/1.0.0"
    /// The longest handshake message that is read; honest ones have about 200 bytes.
    package static let handshakeByteLimit = 2_048

    private enum Stage {
        case dialSecurity(DialNegotiation)
        case listenSecurity(ListenNegotiation)
        case handshake
        case dialMuxer(DialNegotiation)
        case listenMuxer(ListenNegotiation)
    }

    /// A connection whose peer is known.
    package struct Result {
        package var peer: PeerID
        package var noise: NoiseSession
        /// Bytes of Yamux that came with the last message of the negotiation.
        package var rest: [UInt8]
    }

    package struct Step {
        package var reply: [UInt8] = []
        package var result: Result?
    }

    private let isDialer: Bool
    private let own: PeerID
    private let expected: PeerID?
    private var stage: Stage
    private var handshake: NoiseHandshake
    private var peer: PeerID?
    private var noise: NoiseSession?
    /// Decrypted bytes of the second negotiation.
    private var inner = ByteQueue()

    /// Begins on one side; `expected` is whom the dialer wants, any peer when absent.
    package init(
        isDialer: Bool, identity: SigningKey, expected: PeerID?, staticKey: AgreementKey,
        ephemeralKey: AgreementKey
    ) {
        self.isDialer = isDialer
        self.expected = expected
        own = PeerID(identity.publicKey)
        handshake = NoiseHandshake(
            isInitiator: isDialer, identity: identity, staticKey: staticKey,
            ephemeralKey: ephemeralKey)
        stage =
            isDialer
            ? .dialSecurity(DialNegotiation([Self.securityName]))
            : .listenSecurity(ListenNegotiation())
    }

    /// What goes out first, without waiting for the peer.
    package mutating func start() -> [UInt8] {
        guard case .dialSecurity(let negotiation) = stage else { return ListenNegotiation.opening }
        return negotiation.opening + NoiseSession.frame(handshake.start())
    }

    /// Reads what has arrived, as far as it is complete.
    package mutating func receive(_ queue: inout ByteQueue) throws(ConnectionFault) -> Step {
        var step = Step()
        while step.result == nil, try advance(&queue, &step) {}
        return step
    }

    /// Does one stage's work; `false` when more bytes are needed.
    private mutating func advance(
        _ queue: inout ByteQueue, _ step: inout Step
    ) throws(ConnectionFault) -> Bool {
        do throws(NegotiationError) {
            switch stage {
            case .dialSecurity(var negotiation):
                let answer = try negotiation.receive(&queue)
                stage = answer.agreed == nil ? .dialSecurity(negotiation) : .handshake
                return answer.agreed != nil
            case .listenSecurity(var negotiation):
                let answer = try negotiation.receive(&queue) { $0 == Self.securityName }
                step.reply += answer.reply
                stage = answer.agreed == nil ? .listenSecurity(negotiation) : .handshake
                return answer.agreed != nil
            case .handshake, .dialMuxer, .listenMuxer:
                break
            }
        } catch {
            throw .negotiation(error)
        }
        if case .handshake = stage { return try advanceHandshake(&queue, &step) }
        return try advanceMuxer(&queue, &step)
    }

    private mutating func advanceHandshake(
        _ queue: inout ByteQueue, _ step: inout Step
    ) throws(ConnectionFault) -> Bool {
        guard let length = NoiseSession.frameLength(queue) else { return false }
        guard length <= Self.handshakeByteLimit else { throw .handshakeTooLong(length) }
        guard queue.count >= NoiseSession.frameHeaderByteCount + length else { return false }
        queue.skip(NoiseSession.frameHeaderByteCount)
        let message = queue.take(length)
        let outcome: NoiseHandshake.Step
        do { outcome = try handshake.receive(message) } catch { throw .noise(error) }
        switch outcome {
        case .send(let reply): step.reply += NoiseSession.frame(reply)
        case .complete(let reply, let peer, let session):
            guard peer != own else { throw .selfDial }
            if let expected, peer != expected {
                throw .wrongPeer(expected: expected, found: peer)
            }
            if let reply { step.reply += NoiseSession.frame(reply) }
            self.peer = peer
            noise = session
            if isDialer {
                let negotiation = DialNegotiation([Self.muxerName])
                sendInner(negotiation.opening, &step)
                stage = .dialMuxer(negotiation)
            } else {
                sendInner(ListenNegotiation.opening, &step)
                stage = .listenMuxer(ListenNegotiation())
            }
        }
        return true
    }

    private mutating func advanceMuxer(
        _ queue: inout ByteQueue, _ step: inout Step
    ) throws(ConnectionFault) -> Bool {
        guard let peer, var session = noise else {
            preconditionFailure("the multiplexer is agreed inside Noise")
        }
        do {
            guard let range = try session.open(&queue) else { return false }
            inner.append(queue.storage.span.extracting(range))
        } catch { throw .noise(error) }
        noise = session
        let answer: DialNegotiation.Step
        do throws(NegotiationError) {
            switch stage {
            case .dialMuxer(var negotiation):
                answer = try negotiation.receive(&inner)
                stage = .dialMuxer(negotiation)
            case .listenMuxer(var negotiation):
                answer = try negotiation.receive(&inner) { $0 == Self.muxerName }
                stage = .listenMuxer(negotiation)
            case .dialSecurity, .listenSecurity, .handshake:
                preconditionFailure("the multiplexer is agreed last")
            }
        } catch { throw .negotiation(error) }
        if !answer.reply.isEmpty { sendInner(answer.reply, &step) }
        if answer.agreed != nil, let noise {
            step.result = Result(peer: peer, noise: noise, rest: inner.takeAll())
        }
        return true
    }

    private mutating func sendInner(_ bytes: [UInt8], _ step: inout Step) {
        let start = NoiseSession.beginFrame(&step.reply)
        step.reply += bytes
        noise?.seal(&step.reply, from: start)
    }
}
