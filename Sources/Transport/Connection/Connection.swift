package import Primitives

/// One connection from its first byte: upgrade, then encrypted streams.
///
/// Bytes in, events and bytes out; it knows no socket and no clock.
package struct Connection {
    private enum Stage {
        case upgrading(Upgrade)
        case open(NoiseSession, PeerSession)
        case closed
    }

    private let isDialer: Bool
    private let setup: PeerSession.Setup
    private var stage: Stage
    private var queue = ByteQueue()
    /// Bytes of the upgrade that wait to be written.
    private var early: [UInt8]
    package private(set) var peer: PeerID?

    package init(
        isDialer: Bool, identity: SigningKey, expected: PeerID?, staticKey: AgreementKey,
        ephemeralKey: AgreementKey, setup: PeerSession.Setup
    ) {
        self.isDialer = isDialer
        self.setup = setup
        var upgrade = Upgrade(
            isDialer: isDialer, identity: identity, expected: expected, staticKey: staticKey,
            ephemeralKey: ephemeralKey)
        early = upgrade.start()
        stage = .upgrading(upgrade)
    }

    /// Changes the open session; `nil` while there is none.
    package mutating func withSession<Result>(
        _ body: (inout PeerSession) -> Result
    ) -> Result? {
        guard case .open(let noise, var session) = stage else { return nil }
        stage = .closed  // The session has one owner at a time, so that nothing is copied.
        let result = body(&session)
        stage = .open(noise, session)
        return result
    }

    /// Reads bytes from the socket.
    ///
    /// - Parameters:
    ///   - bytes: what has just been read.
    ///   - now: the time.
    ///   - plaintext: room to decrypt into, used again for every read.
    /// - Returns: the peer, when the connection has just become usable.
    /// - Throws: ``ConnectionFault``; the connection then has a go-away to send and must be closed.
    package mutating func receive(
        _ bytes: Span<UInt8>, now: Instant, plaintext: inout [UInt8]
    ) throws(ConnectionFault) -> PeerID? {
        switch stage {
        case .closed: return nil
        case .open: try readFrames(of: bytes, now: now, plaintext: &plaintext)
        case .upgrading(var upgrade):
            queue.append(bytes)
            let step = try upgrade.receive(&queue)
            early += step.reply
            guard let result = step.result else {
                stage = .upgrading(upgrade)
                return nil
            }
            peer = result.peer
            var session = PeerSession(
                isDialer: isDialer, peer: result.peer, setup: setup, now: now)
            try session.receive(result.rest.span, 0..<result.rest.count, now: now)
            stage = .open(result.noise, session)
            try readFrames(of: Span(), now: now, plaintext: &plaintext)
            return result.peer
        }
        return nil
    }

    /// The same for tests that read little.
    package mutating func receive(
        _ bytes: Span<UInt8>, now: Instant
    ) throws(ConnectionFault) -> PeerID? {
        var plaintext: [UInt8] = []
        return try receive(bytes, now: now, plaintext: &plaintext)
    }

    private mutating func readFrames(
        of input: Span<UInt8>, now: Instant, plaintext: inout [UInt8]
    ) throws(ConnectionFault) {
        guard case .open(var noise, var session) = stage else { return }
        stage = .closed
        var fault: ConnectionFault?
        do throws(ConnectionFault) {
            var offset = try finishQueue(with: input, &noise, &session, now: now)
            while let count = NoiseSession.frameByteCount(input, at: offset) {
                let frame = offset..<offset + count
                let length = try Self.open(&noise, input, frame, into: &plaintext)
                try session.receive(plaintext.span, 0..<length, now: now)
                offset += count
            }
            queue.append(input.extracting(offset..<input.count))
        } catch {
            session.goAway(1)
            fault = error
        }
        stage = .open(noise, session)
        if let fault { throw fault }
    }

    /// Reads the frames that began in an earlier read, with as much of this one as they lack.
    ///
    /// - Returns: where the rest of the input begins.
    private mutating func finishQueue(
        with input: Span<UInt8>, _ noise: inout NoiseSession, _ session: inout PeerSession,
        now: Instant
    ) throws(ConnectionFault) -> Int {
        var offset = 0
        while !queue.isEmpty {
            let missing = NoiseSession.missingByteCount(queue)
            if missing > 0 {
                let count = min(missing, input.count - offset)
                guard count > 0 else { return offset }
                queue.append(input.extracting(offset..<offset + count))
                offset += count
            } else if let range = try Self.nextFrame(&noise, &queue) {
                try session.receive(queue.storage.span, range, now: now)
            }
        }
        return offset
    }

    private static func open(
        _ noise: inout NoiseSession, _ input: Span<UInt8>, _ frame: Range<Int>,
        into plaintext: inout [UInt8]
    ) throws(ConnectionFault) -> Int {
        do { return try noise.open(input, frame, into: &plaintext) } catch { throw .noise(error) }
    }

    private static func nextFrame(
        _ noise: inout NoiseSession, _ queue: inout ByteQueue
    ) throws(ConnectionFault) -> Range<Int>? {
        do { return try noise.open(&queue) } catch { throw .noise(error) }
    }

    /// Appends at most one Noise frame, or what the upgrade has to say.
    ///
    /// - Returns: whether anything was appended.
    package mutating func takeOutput(into output: inout some ByteSink) -> Bool {
        if !early.isEmpty {
            output.append(copying: early, early.indices)
            early = []
            return true
        }
        guard case .open(var noise, var session) = stage else { return false }
        stage = .closed
        let start = NoiseSession.beginFrame(&output)
        let hasOutput = session.takeOutput(
            into: &output, limit: NoiseSession.plaintextByteLimit)
        if hasOutput {
            noise.seal(&output, from: start)
        } else {
            output.removeLast(NoiseSession.frameHeaderByteCount)
        }
        stage = .open(noise, session)
        return hasOutput
    }

    package mutating func tick(now: Instant) throws(ConnectionFault) {
        guard case .open(let noise, var session) = stage else { return }
        stage = .closed
        try session.tick(now: now)
        stage = .open(noise, session)
    }
}
