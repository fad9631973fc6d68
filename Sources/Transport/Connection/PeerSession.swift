package import Primitives

/// The streams of a connected peer: which protocol runs in which, message by message.
package struct PeerSession {
    let peer: PeerID
    let setup: Setup
    var yamux: YamuxSession
    var streams: [StreamID: PeerStream] = [:]
    var protocols: [ProtocolState]
    var events: [Event] = []
    /// Names that the peer has accepted or announced, so that data may follow a proposal at once.
    var spokenNames: Set<String> = []
    var keepAlive: KeepAlive
    /// Streams whose answer is not yet sent to its end.
    var answering: [StreamID] = []
    /// Streams of messages of one peer whose window is widened.
    package static let wideStreamLimit = 2
    /// A stream is busy once so many of its bytes were used.
    ///
    /// - Unit: bytes.
    package static let busyByteCount = 512 << 10

    package init(isDialer: Bool, peer: PeerID, setup: Setup, now: Instant) {
        self.peer = peer
        self.setup = setup
        yamux = YamuxSession(isDialer: isDialer)
        protocols = setup.protocols.map { _ in ProtocolState() }
        keepAlive = KeepAlive(now: now)
        openIdentify(now: now)
    }

    /// What has happened since the last call.
    package mutating func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    package mutating func takeOutput(into output: inout some ByteSink, limit: Int) -> Bool {
        let hasOutput = yamux.takeOutput(into: &output, limit: limit)
        if !answering.isEmpty { settleAnswered() }
        return hasOutput
    }

    /// Frees the places of requests whose answer is sent.
    private mutating func settleAnswered() {
        for id in answering where yamux.queuedByteCount(id) ?? 0 == 0 {
            guard case .requestAnswered(let row) = streams[id]?.purpose else { continue }
            protocols[Int(row.number)].requestsIn -= 1
            streams[id]?.purpose = .ending
        }
        answering.removeAll { streams[$0]?.purpose == .ending }
    }

    /// Says that the session ends: code 0 in peace, 1 because the peer broke the protocol.
    package mutating func goAway(_ code: UInt32) { yamux.goAway(code) }

    /// Streams that are open, in both directions.
    package var yamuxStreamCount: Int { yamux.streamCount }

    func row(_ id: ProtocolID) -> StreamProtocol { setup.protocols[Int(id.number)] }
}

// MARK: Input

extension PeerSession {
    /// Reads decrypted bytes.
    package mutating func receive(
        _ input: Span<UInt8>, _ range: Range<Int>, now: Instant
    ) throws(ConnectionFault) {
        var offset = range.lowerBound
        while let event = try nextEvent(of: input, at: &offset, end: range.upperBound) {
            switch event {
            case .opened(let id):
                var stream = PeerStream(
                    .unnamed,
                    deadline: now.advanced(
                        milliseconds: setup.limits.negotiationMilliseconds))
                stream.listen = ListenNegotiation()
                streams[id] = stream
            case .data(let id, let part): try read(id, input, part, now: now)
            case .finished(let id): finished(id)
            case .reset(let id): ended(id, .declined)
            case .pong(let value): keepAlive.answered(value)
            case .goAway(let code): throw .goneAway(code: code)
            }
        }
    }

    private mutating func nextEvent(
        of input: Span<UInt8>, at offset: inout Int, end: Int
    ) throws(ConnectionFault) -> YamuxSession.Event? {
        do { return try yamux.next(of: input, at: &offset, end: end) } catch {
            throw .yamux(error)
        }
    }

    /// Reads bytes of one stream.
    private mutating func read(
        _ id: StreamID, _ input: Span<UInt8>, _ range: Range<Int>, now: Instant
    ) throws(ConnectionFault) {
        guard var stream = streams.removeValue(forKey: id) else {
            return yamux.consume(id, range.count)
        }
        stream.unconsumed += range.count
        if stream.dial != nil || stream.listen != nil {
            stream.queue.append(input.extracting(range))
            try negotiate(id, &stream, now: now)
        } else {
            try readAgreed(id, &stream, input, range, now: now)
        }
        guard stream.purpose != .gone else { return }
        grant(id, &stream)
        streams[id] = stream
    }

    /// Lets the peer send as many bytes again as were used (rules W18 and W20).
    mutating func grant(_ id: StreamID, _ stream: inout PeerStream) {
        let byteCount = stream.takeConsumable()
        yamux.consume(id, byteCount)
        guard case .messagesIn = stream.purpose, !stream.isWide else { return }
        stream.used += byteCount
        guard stream.used >= Self.busyByteCount else { return }
        stream.used = 0
        guard streams.values.count(where: \.isWide) < Self.wideStreamLimit else { return }
        stream.isWide = true
        yamux.widen(id)
    }

    private mutating func negotiate(
        _ id: StreamID, _ stream: inout PeerStream, now: Instant
    ) throws(ConnectionFault) {
        let step: DialNegotiation.Step
        do throws(NegotiationError) {
            step = try negotiationStep(&stream)
        } catch {
            return drop(id, &stream, error == .refused ? .notSpoken : .declined)
        }
        yamux.write(id, step.reply)
        guard let name = step.agreed else { return }
        let isDialled = stream.dial != nil
        stream.dial = nil
        stream.listen = nil
        if isDialled {
            spokenNames.insert(name)
            dialled(id, &stream, name: name)
        } else {
            accepted(id, &stream, name: name, now: now)
        }
        guard stream.purpose != .gone, !stream.queue.isEmpty else { return }
        let rest = stream.queue.takeAll()
        try readAgreed(id, &stream, rest.span, 0..<rest.count, now: now)
    }

    private func negotiationStep(
        _ stream: inout PeerStream
    ) throws(NegotiationError) -> DialNegotiation.Step {
        if var dial = stream.dial {
            let step = try dial.receive(&stream.queue)
            stream.dial = dial
            return step
        }
        guard var listen = stream.listen else { return DialNegotiation.Step() }
        // The header of a listener goes out together with its first answer.
        let isFirst = !listen.hasHeader
        var step = try listen.receive(&stream.queue) { accepts($0) }
        if isFirst, listen.hasHeader { step.reply = ListenNegotiation.opening + step.reply }
        stream.listen = listen
        return step
    }

    private func accepts(_ name: String) -> Bool {
        name == IdentifyMessage.protocolName || name == PingProtocol.name
            || setup.protocols.contains { $0.acceptNames.contains(name) }
    }
}

// MARK: Ends

extension PeerSession {
    /// The peer sends no more on a stream.
    private mutating func finished(_ id: StreamID) {
        guard var stream = streams[id] else { return }
        switch stream.purpose {
        case .messagesOut, .requestHeld, .requestAnswered:
            return  // It never had to say anything more.
        case .messagesIn, .pingIn, .ending, .identifyOut:
            yamux.finish(id)
            ended(id, .declined)
        case .unnamed, .requestOut, .requestIn, .pingOut, .gone:
            drop(id, &stream, .declined)
            streams[id] = nil
        }
    }

    /// A stream is over: the peer has reset it, or both sides have finished.
    private mutating func ended(_ id: StreamID, _ reason: TransportError) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        settle(id, stream.purpose, reason)
    }

    /// Resets a stream; its holder must not keep it.
    mutating func drop(_ id: StreamID, _ stream: inout PeerStream, _ reason: TransportError) {
        yamux.reset(id)
        settle(id, stream.purpose, reason)
        stream.purpose = .gone
    }

    /// Settles what a stream leaves behind.
    private mutating func settle(
        _ id: StreamID, _ purpose: PeerStream.Purpose, _ reason: TransportError
    ) {
        switch purpose {
        case .messagesOut(let row):
            protocols[Int(row.number)].outgoing = nil
            protocols[Int(row.number)].isAgreed = false
            events.append(.refused(row))
        case .messagesIn(let row):
            if protocols[Int(row.number)].incoming == id {
                protocols[Int(row.number)].incoming = nil
            }
            events.append(.closed(id))
        case .requestOut(let row, let token):
            protocols[Int(row.number)].requestsOut -= 1
            events.append(.failed(token, reason))
        case .requestIn(let row), .requestHeld(let row):
            protocols[Int(row.number)].requestsIn -= 1
        case .requestAnswered(let row):
            protocols[Int(row.number)].requestsIn -= 1
            answering.removeAll { $0 == id }
        case .pingOut(let token): events.append(.failed(token, reason))
        case .unnamed, .identifyOut, .pingIn, .ending, .gone: break
        }
    }
}
