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
    /// - Returns: the peer, when the connection has just become usable.
    package mutating func receive(
        _ bytes: Span<UInt8>, now: Instant
    ) throws(ConnectionFault) -> PeerID? {
        queue.append(bytes)
        switch stage {
        case .closed: return nil
        case .open: try readFrames(now: now)
        case .upgrading(var upgrade):
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
            try readFrames(now: now)
            return result.peer
        }
        return nil
    }

    private mutating func readFrames(now: Instant) throws(ConnectionFault) {
        guard case .open(var noise, var session) = stage else { return }
        stage = .closed
        var fault: ConnectionFault?
        do throws(ConnectionFault) {
            while let range = try Self.nextFrame(&noise, &queue) {
                try session.receive(queue.storage.span, range, now: now)
            }
        } catch {
            session.goAway(1)
            fault = error
        }
        stage = .open(noise, session)
        if let fault { throw fault }
    }

    private static func nextFrame(
        _ noise: inout NoiseSession, _ queue: inout ByteQueue
    ) throws(ConnectionFault) -> Range<Int>? {
        do { return try noise.open(&queue) } catch { throw .noise(error) }
    }

    /// Appends at most one Noise frame, or what the upgrade has to say.
    ///
    /// - Returns: whether anything was appended.
    package mutating func takeOutput(into output: inout [UInt8]) -> Bool {
        if !early.isEmpty {
            output += early
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
