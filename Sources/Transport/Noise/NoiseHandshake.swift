package import Primitives
package import Wire

/// Why a handshake failed.
package enum NoiseError: Error, Equatable {
    /// A message is shorter than its fixed part.
    case truncated
    /// A tag is wrong: the message was changed, or the peer is not who it was.
    case notAuthentic
    /// The peer's key forces the shared secret to zero.
    case weakKey
    /// The payload is not a well-formed libp2p payload.
    case malformedPayload
    /// The identity key is of a kind that we do not admit.
    case unsupportedKey
    /// The signature over the Noise key is not the identity's.
    case wrongSignature
    /// A message came when none was expected.
    case unexpected
}

/// The handshake Noise XX with 25519, ChaChaPoly and SHA-256, as libp2p uses it.
///
/// The dialer is the initiator. Each side proves its identity with an Ed25519 signature over its
/// Noise key, inside the encrypted part.
///
/// - Source: Noise specification revision 34, sections 5 and 7.5; libp2p "noise"; rules W8 to W12.
package struct NoiseHandshake {
    /// The longest message, since its length is written in two bytes.
    package static let messageByteLimit = 65_535
    private static let name = Array("Noise_XX_25519_ChaChaPoly_SHA256".utf8)
    private static let signaturePrefix = Array("noise-libp2p-static-key:".utf8)

    private enum Stage {
        case initiatorStart, responderWaitsFirst, initiatorWaitsSecond, responderWaitsThird, done
    }

    /// What an incoming message led to.
    package enum Step {
        case send([UInt8])
        case complete(reply: [UInt8]?, peer: PeerID, session: NoiseSession)
    }

    private var symmetric = NoiseSymmetricState(protocolName: name)
    private var stage: Stage
    private let identity: SigningKey
    private let staticKey: AgreementKey  // s
    private let ephemeralKey: AgreementKey  // e
    private var remoteEphemeral = FixedBytes<32>()  // re
    private let extensions: [UInt8]

    /// Begins on one side; `extensions` is an encoded `NoiseExtensions` message, or empty.
    package init(
        isInitiator: Bool, identity: SigningKey, staticKey: AgreementKey,
        ephemeralKey: AgreementKey, extensions: [UInt8] = []
    ) {
        stage = isInitiator ? .initiatorStart : .responderWaitsFirst
        self.identity = identity
        self.staticKey = staticKey
        self.ephemeralKey = ephemeralKey
        self.extensions = extensions
        symmetric.mixHash([])  // The prologue is empty.
    }

    /// The initiator's first message: `-> e`.
    package mutating func start() -> [UInt8] {
        guard case .initiatorStart = stage else {
            preconditionFailure("only an initiator starts, and once")
        }
        stage = .initiatorWaitsSecond
        let ephemeral = ephemeralKey.publicKey.array
        symmetric.mixHash(ephemeral)
        return ephemeral + symmetric.encryptAndHash([])
    }

    package mutating func receive(_ message: [UInt8]) throws(NoiseError) -> Step {
        switch stage {
        case .responderWaitsFirst:
            stage = .responderWaitsThird
            return .send(try answerFirst(message))
        case .initiatorWaitsSecond:
            stage = .done
            return try answerSecond(message)
        case .responderWaitsThird:
            stage = .done
            return try finishThird(message)
        case .initiatorStart, .done:
            throw .unexpected
        }
    }

    /// `<- e, ee, s, es` with our payload.
    private mutating func answerFirst(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        try readEphemeral(message)
        _ = try symmetric.decryptAndHash(Array(message.dropFirst(32)))
        var reply = ephemeralKey.publicKey.array
        symmetric.mixHash(reply)
        try mix(ephemeralKey, remoteEphemeral)  // ee
        reply += symmetric.encryptAndHash(staticKey.publicKey.array)
        try mix(staticKey, remoteEphemeral)  // es
        return reply + symmetric.encryptAndHash(payload())
    }

    /// Reads the responder's message and writes `-> s, se` with our payload.
    private mutating func answerSecond(_ message: [UInt8]) throws(NoiseError) -> Step {
        try readEphemeral(message)
        try mix(ephemeralKey, remoteEphemeral)  // ee
        let rest = Array(message.dropFirst(32))
        let remoteStatic = try readStatic(rest)
        try mix(ephemeralKey, remoteStatic)  // es
        let claim = try symmetric.decryptAndHash(Array(rest.dropFirst(48)))
        let peer = try Self.identity(of: claim, staticKey: remoteStatic)
        var reply = symmetric.encryptAndHash(staticKey.publicKey.array)
        try mix(staticKey, remoteEphemeral)  // se
        reply += symmetric.encryptAndHash(payload())
        return .complete(
            reply: reply, peer: peer, session: symmetric.split(isInitiator: true))
    }

    /// Reads the initiator's last message.
    private mutating func finishThird(_ message: [UInt8]) throws(NoiseError) -> Step {
        let remoteStatic = try readStatic(message)
        try mix(ephemeralKey, remoteStatic)  // se
        let claim = try symmetric.decryptAndHash(Array(message.dropFirst(48)))
        let peer = try Self.identity(of: claim, staticKey: remoteStatic)
        return .complete(reply: nil, peer: peer, session: symmetric.split(isInitiator: false))
    }

    private mutating func readEphemeral(_ message: [UInt8]) throws(NoiseError) {
        guard message.count >= 32 else { throw .truncated }
        remoteEphemeral = FixedBytes(copying: message.span, from: 0)
        symmetric.mixHash(remoteEphemeral.array)
    }

    /// The peer's Noise key, 32 bytes and a tag.
    private mutating func readStatic(_ message: [UInt8]) throws(NoiseError) -> FixedBytes<32> {
        guard message.count >= 48 else { throw .truncated }
        let key = try symmetric.decryptAndHash(Array(message.prefix(48)))
        return FixedBytes(copying: key.span, from: 0)
    }

    private mutating func mix(
        _ own: AgreementKey, _ other: FixedBytes<32>
    ) throws(NoiseError) {
        guard let shared = own.agree(with: other) else { throw .weakKey }
        symmetric.mixKey(shared.array)
    }
}

// MARK: Identity

extension NoiseHandshake {
    /// The proof of who we are: identity key, signature over our Noise key, extensions.
    private func payload() -> [UInt8] {
        let signature = identity.sign(Self.signaturePrefix + staticKey.publicKey.array)
        var writer = WireWriter(reserving: 128)
        writer.bytes(1, LibP2PKey.encode(identity.publicKey))
        writer.bytes(2, signature.bytes.array)
        writer.bytes(4, extensions)
        return writer.bytes
    }

    /// Checks the peer's proof.
    package static func identity(
        of claim: [UInt8], staticKey: FixedBytes<32>
    ) throws(NoiseError) -> PeerID {
        var keyBytes: [UInt8] = []
        var signatureBytes: [UInt8] = []
        var message = ForeignMessage(0..<claim.count)
        do {
            while let (number, value) = try message.next(of: claim.span) {
                switch (number, value) {
                case (1, .bytes(let range)): keyBytes = Array(claim[range])
                case (2, .bytes(let range)): signatureBytes = Array(claim[range])
                default: continue
                }
            }
        } catch {
            throw .malformedPayload
        }
        guard let key = LibP2PKey.decode(keyBytes), key.isAdmissible else { throw .unsupportedKey }
        guard let signature = Signature(signatureBytes),
            signature.isValid(for: signaturePrefix + staticKey.array, by: key)
        else { throw .wrongSignature }
        return PeerID(key)
    }
}
