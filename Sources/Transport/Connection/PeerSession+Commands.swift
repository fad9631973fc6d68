package import Primitives

// What the host asks of a session.

extension PeerSession {
    /// Bytes that a stream of messages keeps ready to be sent; the rest waits with the host.
    package static let readyByteCount = 128 << 10

    /// Opens our stream of a protocol of messages, unless it is open.
    package mutating func openMessages(_ row: ProtocolID, now: Instant) {
        let entry = self.row(row)
        guard protocols[Int(row.number)].outgoing == nil,
            let id = open(entry.dialNames, entry.priority, .messagesOut(row), now: now)
        else { return }
        protocols[Int(row.number)].outgoing = id
        protocols[Int(row.number)].isAgreed = spokenNames.contains(entry.dialNames[0])
    }

    /// Bytes that can be handed over now; `nil` while our stream is not agreed on.
    package func messageRoom(_ row: ProtocolID) -> Int? {
        let state = protocols[Int(row.number)]
        guard state.isAgreed, let id = state.outgoing, let queued = yamux.queuedByteCount(id)
        else { return nil }
        return max(0, Self.readyByteCount - queued)
    }

    /// Whether our stream of a protocol was opened, agreed on or not.
    package func hasMessageStream(_ row: ProtocolID) -> Bool {
        protocols[Int(row.number)].outgoing != nil
    }

    /// Sends bytes that are whole messages with their lengths.
    package mutating func sendMessages(_ row: ProtocolID, _ bytes: [UInt8]) {
        guard let id = protocols[Int(row.number)].outgoing else { return }
        yamux.write(id, bytes)
    }

    /// The consumer has let go of messages that were delivered on a stream.
    package mutating func release(_ id: StreamID, _ byteCount: Int) {
        guard var stream = streams[id] else { return }
        stream.held -= byteCount
        grant(id, &stream)
        streams[id] = stream
    }

    /// Sends a request; what becomes of it is an event with the token.
    package mutating func request(
        _ row: ProtocolID, _ body: [UInt8], token: RequestToken, responseByteLimit: Int,
        deadline: Instant, now: Instant
    ) {
        let entry = self.row(row)
        guard body.count <= entry.frameByteLimit else {
            let error = TransportError.tooLong(
                byteCount: body.count, limit: entry.frameByteLimit)
            return events.append(.failed(token, error))
        }
        guard protocols[Int(row.number)].requestsOut < entry.requestLimit,
            let id = open(entry.dialNames, entry.priority, .requestOut(row, token), now: now)
        else { return events.append(.failed(token, .limitReached("requests to this peer"))) }
        protocols[Int(row.number)].requestsOut += 1
        streams[id]?.deadline = deadline
        streams[id]?.assembler = FrameAssembler(byteLimit: responseByteLimit)
        let frame = FrameAssembler.frame(body)
        if spokenNames.contains(entry.dialNames[0]) {
            yamux.write(id, frame)
            yamux.finish(id)
        } else {
            streams[id]?.unsent = frame
        }
    }

    /// Answers a request, or declines it when there is no answer.
    package mutating func respond(_ id: StreamID, _ answer: [UInt8]?, now: Instant) {
        guard var stream = streams[id], case .requestHeld(let row) = stream.purpose else { return }
        guard let answer else {
            drop(id, &stream, .declined)
            streams[id] = nil
            return
        }
        yamux.write(id, FrameAssembler.frame(answer))
        yamux.finish(id)
        stream.purpose = .requestAnswered(row)
        stream.deadline = now.advanced(milliseconds: setup.limits.frameMilliseconds)
        streams[id] = stream
        answering.append(id)
    }

    /// Measures a round trip; the answer is an event with the token.
    package mutating func ping(token: RequestToken, deadline: Instant, now: Instant) {
        guard let id = open([PingProtocol.name], .light, .pingOut(token), now: now) else {
            return events.append(.failed(token, .limitReached("streams to this peer")))
        }
        var payload = [UInt8](repeating: 0, count: PingProtocol.byteCount)
        for index in 0..<8 {
            payload[index] = UInt8(truncatingIfNeeded: token.number >> UInt64(8 * index))
        }
        streams[id]?.expected = payload
        streams[id]?.deadline = deadline
    }

    mutating func openIdentify(now: Instant) {
        let names = [IdentifyMessage.protocolName]
        guard let id = open(names, .light, .identifyOut, now: now) else { return }
        streams[id]?.assembler = FrameAssembler(byteLimit: IdentifyMessage.byteLimit)
    }

    private mutating func open(
        _ names: [String], _ priority: Priority, _ purpose: PeerStream.Purpose, now: Instant
    ) -> StreamID? {
        guard let id = yamux.open(priority) else { return nil }
        var stream = PeerStream(
            purpose,
            deadline: now.advanced(milliseconds: setup.limits.negotiationMilliseconds))
        let dial = DialNegotiation(names)
        yamux.write(id, dial.opening)
        stream.dial = dial
        streams[id] = stream
        return id
    }
}

// MARK: Time

extension PeerSession {
    /// Gives up what took too long, and pings; called a few times a second.
    package mutating func tick(now: Instant) throws(ConnectionFault) {
        switch keepAlive.tick(now: now, limits: setup.limits) {
        case .wait: break
        case .ping: keepAlive.sent(yamux.ping(), now: now)
        case .giveUp: throw .unresponsive
        }
        for id in streams.keys.sorted() {
            guard var stream = streams[id], let deadline = stream.deadline, deadline <= now else {
                continue
            }
            if case .messagesIn(let row) = stream.purpose {
                // While we hold the stream back, its silence is our own doing.
                guard stream.held > 0 else { throw .unfinishedMessage(row) }
                continue
            }
            drop(id, &stream, .timedOut)
            streams[id] = nil
        }
    }
}

/// Asks from time to time whether the peer is still there.
struct KeepAlive {
    enum Action { case wait, ping, giveUp }

    private var lastPing: Instant
    private var outstanding: UInt32?

    init(now: Instant) { lastPing = now }

    func tick(now: Instant, limits: HostLimits) -> Action {
        let waited = now.milliseconds(since: lastPing)
        if outstanding != nil {
            return waited >= limits.pingTimeoutMilliseconds ? .giveUp : .wait
        }
        return waited >= limits.pingIntervalMilliseconds ? .ping : .wait
    }

    mutating func sent(_ value: UInt32, now: Instant) {
        outstanding = value
        lastPing = now
    }

    mutating func answered(_ value: UInt32) {
        if outstanding == value { outstanding = nil }
    }
}
