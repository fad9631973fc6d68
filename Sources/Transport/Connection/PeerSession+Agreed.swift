import Primitives

// What each protocol does with a stream once its name is agreed.

extension PeerSession {
    /// The peer agreed to the protocol of a stream that we opened.
    mutating func dialled(_ id: StreamID, _ stream: inout PeerStream, name: String) {
        switch stream.purpose {
        case .messagesOut(let row):
            stream.deadline = nil
            protocols[Int(row.number)].isAgreed = true
            events.append(.opened(row, name: name))
        case .requestOut:
            guard !stream.unsent.isEmpty else { return }
            yamux.write(id, stream.unsent)
            yamux.finish(id)
            stream.unsent = []
        case .pingOut:
            yamux.write(id, stream.expected)
        case .identifyOut, .unnamed, .messagesIn, .requestIn, .requestHeld, .requestAnswered,
            .pingIn, .ending, .gone:
            break
        }
    }

    /// We agreed to the protocol of a stream that the peer opened.
    mutating func accepted(
        _ id: StreamID, _ stream: inout PeerStream, name: String, now: Instant
    ) {
        stream.deadline = nil
        if name == IdentifyMessage.protocolName {
            answerIdentify(id)
            stream.purpose = .ending
            stream.deadline = now.advanced(milliseconds: setup.limits.negotiationMilliseconds)
        } else if name == PingProtocol.name {
            let open = streams.values.reduce(0) { $0 + ($1.purpose == .pingIn ? 1 : 0) }
            guard open < PingProtocol.inboundStreamLimit else {
                return drop(id, &stream, .declined)
            }
            stream.purpose = .pingIn
        } else if let row = setup.protocols.first(where: { $0.acceptNames.contains(name) }) {
            yamux.setPriority(id, row.priority)
            stream.assembler = FrameAssembler(byteLimit: row.frameByteLimit)
            switch row.shape {
            case .messages: acceptMessages(id, &stream, row)
            case .requests: acceptRequest(id, &stream, row, now: now)
            }
        }
    }

    /// A second stream of messages takes the place of the first.
    private mutating func acceptMessages(
        _ id: StreamID, _ stream: inout PeerStream, _ row: StreamProtocol
    ) {
        let index = Int(row.id.number)
        if let old = protocols[index].incoming, var previous = streams.removeValue(forKey: old) {
            drop(old, &previous, .declined)
        }
        protocols[index].incoming = id
        stream.purpose = .messagesIn(row.id)
    }

    private mutating func acceptRequest(
        _ id: StreamID, _ stream: inout PeerStream, _ row: StreamProtocol, now: Instant
    ) {
        guard protocols[Int(row.id.number)].requestsIn < row.requestLimit else {
            return drop(id, &stream, .declined)
        }
        protocols[Int(row.id.number)].requestsIn += 1
        stream.purpose = .requestIn(row.id)
        stream.deadline = now.advanced(milliseconds: setup.limits.frameMilliseconds)
    }

    private mutating func answerIdentify(_ id: StreamID) {
        var info = setup.info
        info.observedAddress = setup.remote
        yamux.write(
            id, FrameAssembler.frame(IdentifyMessage.encode(info, key: setup.key)))
        yamux.finish(id)
    }

    /// Reads bytes that belong to the agreed protocol.
    mutating func readAgreed(
        _ id: StreamID, _ stream: inout PeerStream, _ input: Span<UInt8>, _ range: Range<Int>,
        now: Instant
    ) throws(ConnectionFault) {
        switch stream.purpose {
        case .messagesIn(let row):
            try readMessages(id, row, &stream, input, range, now: now)
        case .requestOut(_, let token):
            guard let frame = readOne(id, &stream, input, range) else { return }
            events.append(.answered(token, frame))
            end(id, &stream, now: now)
        case .requestIn(let row):
            guard let frame = readOne(id, &stream, input, range) else { return }
            events.append(.request(row, id, frame))
            stream.purpose = .requestHeld(row)
            stream.deadline = now.advanced(milliseconds: setup.limits.responseMilliseconds)
        case .identifyOut:
            guard let frame = readOne(id, &stream, input, range) else { return }
            if let info = IdentifyMessage.decode(frame, key: peer.key) {
                spokenNames.formUnion(info.protocolNames)
                events.append(.identified(info))
            }
            end(id, &stream, now: now)
        case .pingIn: echo(id, &stream, input, range)
        case .pingOut(let token):
            stream.queue.append(input.extracting(range))
            guard stream.queue.count >= PingProtocol.byteCount else { return }
            guard stream.queue.takeAll() == stream.expected else {
                return drop(id, &stream, .declined)
            }
            events.append(.answered(token, []))
            yamux.finish(id)
            end(id, &stream, now: now)
        case .requestHeld, .requestAnswered:
            drop(id, &stream, .declined)  // A request is one message.
        case .unnamed, .messagesOut, .ending, .gone:
            return  // Nothing of interest is said here.
        }
    }

    private mutating func readMessages(
        _ id: StreamID, _ row: ProtocolID, _ stream: inout PeerStream, _ input: Span<UInt8>,
        _ range: Range<Int>, now: Instant
    ) throws(ConnectionFault) {
        var frames: [[UInt8]] = []
        do { try stream.assembler?.feed(input, range, into: &frames) } catch {
            throw .badMessage(row)
        }
        if stream.assembler?.isInside != true {
            stream.deadline = nil
        } else if stream.deadline == nil || !frames.isEmpty {
            stream.deadline = now.advanced(milliseconds: setup.limits.frameMilliseconds)
        }
        guard !frames.isEmpty else { return }
        let byteCount = frames.reduce(0) { $0 + $1.count }
        stream.held += byteCount
        if case .messages(_, id, let earlier, let earlierCount) = events.last {
            events.removeLast()
            events.append(
                .messages(row, id, earlier + frames, byteCount: earlierCount + byteCount))
        } else {
            events.append(.messages(row, id, frames, byteCount: byteCount))
        }
    }

    /// The one message that a stream carries; a fault or a second one resets it.
    private mutating func readOne(
        _ id: StreamID, _ stream: inout PeerStream, _ input: Span<UInt8>, _ range: Range<Int>
    ) -> [UInt8]? {
        var frames: [[UInt8]] = []
        do { try stream.assembler?.feed(input, range, into: &frames) } catch {
            drop(id, &stream, .declined)
            return nil
        }
        guard let frame = frames.first else { return nil }
        guard frames.count == 1, stream.assembler?.isInside == false else {
            drop(id, &stream, .declined)
            return nil
        }
        return frame
    }

    /// Sends back each block of a ping.
    private mutating func echo(
        _ id: StreamID, _ stream: inout PeerStream, _ input: Span<UInt8>, _ range: Range<Int>
    ) {
        stream.queue.append(input.extracting(range))
        let count = stream.queue.count / PingProtocol.byteCount * PingProtocol.byteCount
        yamux.write(id, stream.queue.take(count))
        guard let queued = yamux.queuedByteCount(id), queued <= PingProtocol.queueByteLimit else {
            return drop(id, &stream, .declined)
        }
    }

    /// The stream has said what it was for; the peer's end is waited for, and not for long.
    private mutating func end(_ id: StreamID, _ stream: inout PeerStream, now: Instant) {
        if case .requestOut(let row, _) = stream.purpose {
            protocols[Int(row.number)].requestsOut -= 1
        }
        if case .identifyOut = stream.purpose { yamux.finish(id) }
        stream.purpose = .ending
        stream.deadline = now.advanced(milliseconds: setup.limits.negotiationMilliseconds)
    }
}
