import Primitives
package import Wire

/// The running hash and chaining key of a handshake.
///
/// - Source: Noise specification, section 5.2.
struct NoiseSymmetricState {
    private var chainingKey: FixedBytes<32>  // ck
    private var handshakeHash: FixedBytes<32>  // h
    private var key: FixedBytes<32>?  // k
    private var counter: UInt64 = 0  // n

    /// - Precondition: a name of exactly 32 bytes, which then is the first hash.
    init(protocolName: [UInt8]) {
        precondition(protocolName.count == 32, "the name is as long as a hash")
        handshakeHash = FixedBytes(copying: protocolName.span, from: 0)
        chainingKey = handshakeHash
    }

    mutating func mixHash(_ bytes: [UInt8]) {
        handshakeHash = Sha256.hash(handshakeHash.array + bytes)
    }

    mutating func mixKey(_ material: [UInt8]) {
        let (first, second) = Self.derive(chainingKey, material)
        chainingKey = first
        key = second
        counter = 0
    }

    mutating func encryptAndHash(_ plaintext: [UInt8]) -> [UInt8] {
        var output = plaintext
        if let key {
            output += [UInt8](repeating: 0, count: ChaChaPoly.tagByteCount)
            let associated = handshakeHash.array
            ChaChaPoly.seal(
                &output, 0..<plaintext.count, key: key, counter: counter,
                associated: associated.span)
            counter += 1
        }
        mixHash(output)
        return output
    }

    mutating func decryptAndHash(_ ciphertext: [UInt8]) throws(NoiseError) -> [UInt8] {
        var plaintext = ciphertext
        if let key {
            guard ciphertext.count >= ChaChaPoly.tagByteCount else { throw .truncated }
            let associated = handshakeHash.array
            guard
                ChaChaPoly.open(
                    &plaintext, 0..<ciphertext.count, key: key, counter: counter,
                    associated: associated.span)
            else { throw .notAuthentic }
            counter += 1
            plaintext.removeLast(ChaChaPoly.tagByteCount)
        }
        mixHash(ciphertext)
        return plaintext
    }

    func split(isInitiator: Bool) -> NoiseSession {
        let (first, second) = Self.derive(chainingKey, [])
        return NoiseSession(
            sendKey: isInitiator ? first : second, receiveKey: isInitiator ? second : first,
            handshakeHash: handshakeHash)
    }

    /// HKDF with two outputs.
    private static func derive(
        _ chainingKey: FixedBytes<32>, _ material: [UInt8]
    ) -> (FixedBytes<32>, FixedBytes<32>) {
        let temporary = Sha256.authenticate(material, key: chainingKey.array).array
        let first = Sha256.authenticate([1], key: temporary)
        return (first, Sha256.authenticate(first.array + [2], key: temporary))
    }
}

/// Encrypts and decrypts after the handshake, in frames of a two-byte length and a message.
///
/// - Source: libp2p "noise", wire format; rules W12 and W13.
package struct NoiseSession {
    /// The longest plaintext of one frame.
    package static let plaintextByteLimit =
        NoiseHandshake.messageByteLimit - ChaChaPoly.tagByteCount
    package static let frameHeaderByteCount = 2

    private let sendKey: FixedBytes<32>
    private let receiveKey: FixedBytes<32>
    private var sendCounter: UInt64 = 0
    private var receiveCounter: UInt64 = 0
    /// The transcript of the handshake; equal on both sides.
    package let handshakeHash: FixedBytes<32>

    init(
        sendKey: FixedBytes<32>, receiveKey: FixedBytes<32>, handshakeHash: FixedBytes<32>
    ) {
        self.sendKey = sendKey
        self.receiveKey = receiveKey
        self.handshakeHash = handshakeHash
    }

    /// Opens a frame at the end of the output: two bytes that ``seal(_:from:)`` will fill.
    package static func beginFrame(_ output: inout some ByteSink) -> Int {
        output.append(0)
        output.append(0)
        return output.count - frameHeaderByteCount
    }

    /// Encrypts, in place, everything after the two bytes at `start`, as one frame.
    ///
    /// - Precondition: at most ``plaintextByteLimit`` bytes follow them.
    package mutating func seal(_ output: inout some ByteSink, from start: Int) {
        let plaintext = start + Self.frameHeaderByteCount..<output.count
        precondition(plaintext.count <= Self.plaintextByteLimit, "a Noise frame has 65,535 bytes")
        for _ in 0..<ChaChaPoly.tagByteCount { output.append(0) }
        let (key, counter) = (sendKey, sendCounter)
        let length = plaintext.count + ChaChaPoly.tagByteCount
        output.withMutableBytes { bytes in
            ChaChaPoly.seal(&bytes, plaintext, key: key, counter: counter)
            bytes.storeBytes(of: UInt16(length).bigEndian, toByteOffset: start, as: UInt16.self)
        }
        sendCounter += 1
    }

    /// Takes the next frame off the queue and decrypts it where it lies.
    ///
    /// - Returns: where in the queue's storage the plaintext is until the next change of the
    ///   queue; `nil` until a frame is complete.
    package mutating func open(_ queue: inout ByteQueue) throws(NoiseError) -> Range<Int>? {
        guard let length = Self.frameLength(queue) else { return nil }
        guard length >= ChaChaPoly.tagByteCount else { throw .truncated }
        guard queue.count >= Self.frameHeaderByteCount + length else { return nil }
        let start = queue.start + Self.frameHeaderByteCount
        let (key, counter) = (receiveKey, receiveCounter)
        let isAuthentic = queue.withStorage { storage in
            ChaChaPoly.open(&storage, start..<start + length, key: key, counter: counter)
        }
        guard isAuthentic else { throw .notAuthentic }
        receiveCounter += 1
        queue.skip(Self.frameHeaderByteCount + length)
        return start..<start + length - ChaChaPoly.tagByteCount
    }

    /// Decrypts one whole frame of borrowed bytes into a buffer that is used again and again.
    ///
    /// - Returns: how many bytes of plaintext are at the front of the buffer.
    /// - Precondition: the range is one frame, as ``frameByteCount(_:at:)`` found it.
    package mutating func open(
        _ input: Span<UInt8>, _ range: Range<Int>, into plaintext: inout [UInt8]
    ) throws(NoiseError) -> Int {
        let sealed = range.lowerBound + Self.frameHeaderByteCount..<range.upperBound
        guard sealed.count >= ChaChaPoly.tagByteCount else { throw .truncated }
        let count = sealed.count - ChaChaPoly.tagByteCount
        if plaintext.count < count {
            plaintext = [UInt8](repeating: 0, count: count)
        }
        let isAuthentic = ChaChaPoly.open(
            input, sealed, into: &plaintext, key: receiveKey, counter: receiveCounter)
        guard isAuthentic else { throw .notAuthentic }
        receiveCounter += 1
        return count
    }

    /// Bytes of the frame at an offset; `nil` when not all of it is there.
    package static func frameByteCount(_ input: Span<UInt8>, at offset: Int) -> Int? {
        guard input.count - offset >= frameHeaderByteCount else { return nil }
        let count = frameHeaderByteCount + (Int(input[offset]) << 8 | Int(input[offset + 1]))
        return input.count - offset >= count ? count : nil
    }

    /// Bytes that the queue's first frame lacks, as far as its length is known; zero for a whole one.
    package static func missingByteCount(_ queue: ByteQueue) -> Int {
        guard let length = frameLength(queue) else { return frameHeaderByteCount - queue.count }
        return max(0, frameHeaderByteCount + length - queue.count)
    }

    /// The length that the next frame announces, once its two bytes are there.
    package static func frameLength(_ queue: ByteQueue) -> Int? {
        queue.count < frameHeaderByteCount ? nil : Int(queue[0]) << 8 | Int(queue[1])
    }

    /// A handshake message in its frame.
    package static func frame(_ message: [UInt8]) -> [UInt8] {
        precondition(message.count <= NoiseHandshake.messageByteLimit, "a frame has two bytes")
        return [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message
    }
}
