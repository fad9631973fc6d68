import Primitives

/// Many streams over one connection: bytes in, events out, and the other way round.
///
/// Reading never waits for writing: what a frame makes us answer is noted in lists of bounded
/// length, and the caller takes output whenever the socket has room.
///
/// - Source: libp2p "yamux"; rules W14 to W24.
package struct YamuxSession {
    package struct Limits: Sendable {
        /// The window that each stream has at its opening; the specification fixes it, and only
        /// tests of a session with itself may choose another.
        package var windowBytes = 256 << 10
        /// The window of a stream after ``YamuxSession/widen(_:)``.
        package var wideWindowBytes = 1 << 20
        /// Streams that the peer may have open.
        package var inboundStreamLimit = 32
        /// Streams that we opened and the peer has not answered.
        package var unacknowledgedLimit = 256
        /// Streams of ours that may be open.
        package var outboundStreamLimit = 1_024
        /// Answers that wait to be sent; a peer that causes more without reading is cut off.
        package var controlLimit = 1_024

        package init() {}
    }

    package enum Event: Equatable, Sendable {
        case opened(StreamID)
        /// Bytes of a stream, as a range of the input that was given.
        case data(StreamID, Range<Int>)
        /// The peer sends no more on this stream.
        case finished(StreamID)
        case reset(StreamID)
        case pong(UInt32)
        /// The peer opens and accepts no more streams.
        case goAway(UInt32)
    }

    /// The payload that the next bytes belong to.
    private struct Payload {
        var stream: StreamID
        var remaining: Int
        var flags: YamuxFrame.Flags
        /// The first bytes of a stream follow the report that it is open.
        var isDiscarded: Bool
    }

    private let isDialer: Bool
    package let limits: Limits
    private var streams: [StreamID: YamuxStream] = [:]
    private var nextNumber: UInt32
    private var inboundCount = 0
    private var unacknowledgedCount = 0
    private var header = InlineArray<12, UInt8>(repeating: 0)
    private var headerCount = 0
    private var payload: Payload?
    private var control = FirstInFirstOut<YamuxFrame>()
    private var updates = FirstInFirstOut<StreamID>()
    private var scheduler = StreamScheduler()
    private var pingValue: UInt32 = 0
    private var isGoingAway = false
    private var isRemoteGoingAway = false

    package init(isDialer: Bool, limits: Limits = Limits()) {
        self.isDialer = isDialer
        self.limits = limits
        nextNumber = isDialer ? 1 : 2
    }

    package var streamCount: Int { streams.count }
    package var inboundStreamCount: Int { inboundCount }

    /// Bytes of a stream that wait to be sent; `nil` when the stream is over.
    package func queuedByteCount(_ id: StreamID) -> Int? { streams[id]?.outbox.byteCount }

    package var hasOutput: Bool {
        !control.isEmpty || !updates.isEmpty || !scheduler.isEmpty
    }
}

// MARK: Our side

extension YamuxSession {
    /// Opens a stream; `nil` when too many are open or unanswered, or the peer is going away.
    package mutating func open(_ priority: Priority) -> StreamID? {
        guard !isRemoteGoingAway, !isGoingAway, nextNumber < .max - 2,
            unacknowledgedCount < limits.unacknowledgedLimit,
            streams.count - inboundCount < limits.outboundStreamLimit
        else { return nil }
        let id = StreamID(nextNumber)
        nextNumber += 2
        var stream = YamuxStream(priority: priority, windowBytes: limits.windowBytes)
        stream.isUnacknowledged = true
        unacknowledgedCount += 1
        stream.pendingFlags = .syn
        stream.isInUpdates = true
        updates.append(id)
        streams[id] = stream
        return id
    }

    package mutating func setPriority(_ id: StreamID, _ priority: Priority) {
        streams[id]?.priority = priority
    }

    /// Queues bytes; they are ignored when the stream is over or was finished.
    package mutating func write(_ id: StreamID, _ bytes: [UInt8]) {
        guard !bytes.isEmpty, var stream = streams[id], !stream.isFinishing else { return }
        stream.outbox.chunks.append(bytes)
        stream.outbox.byteCount += bytes.count
        schedule(id, &stream)
        streams[id] = stream
    }

    /// Says that no more follows, after what is queued.
    package mutating func finish(_ id: StreamID) {
        guard var stream = streams[id] else { return }
        stream.isFinishing = true
        schedule(id, &stream)
        streams[id] = stream
    }

    /// Ends a stream at once, in both directions.
    package mutating func reset(_ id: StreamID) {
        guard remove(id) != nil else { return }
        control.append(YamuxFrame(.windowUpdate, .rst, stream: id.number))
    }

    /// Says that bytes of a stream were used, so that the peer may send as many again.
    package mutating func consume(_ id: StreamID, _ byteCount: Int) {
        guard byteCount > 0, var stream = streams[id], !stream.isRemoteFinished else { return }
        stream.ungranted += byteCount
        if stream.ungranted >= limits.windowBytes / 2 { requestUpdate(id, &stream) }
        streams[id] = stream
    }

    /// Lets the peer send more at a time on a stream that has proved busy, whose bytes are used as
    /// fast as they come: with the first window alone either end waits for the other's grants.
    package mutating func widen(_ id: StreamID) {
        guard var stream = streams[id], !stream.isRemoteFinished,
            limits.wideWindowBytes > limits.windowBytes
        else { return }
        stream.ungranted += limits.wideWindowBytes - limits.windowBytes
        requestUpdate(id, &stream)
        streams[id] = stream
    }

    /// Sends a ping; its answer comes as ``Event/pong(_:)`` with the returned value.
    package mutating func ping() -> UInt32 {
        pingValue &+= 1
        control.append(YamuxFrame(.ping, .syn, stream: 0, length: pingValue))
        return pingValue
    }

    /// Says that the session ends.
    package mutating func goAway(_ code: UInt32) {
        guard !isGoingAway else { return }
        isGoingAway = true
        control.append(YamuxFrame(.goAway, stream: 0, length: code))
    }

    private mutating func schedule(_ id: StreamID, _ stream: inout YamuxStream) {
        guard !stream.isReady, stream.canSend else { return }
        stream.isReady = true
        scheduler.append(id, stream.priority)
    }

    private mutating func requestUpdate(_ id: StreamID, _ stream: inout YamuxStream) {
        guard !stream.isInUpdates else { return }
        stream.isInUpdates = true
        updates.append(id)
    }

    @discardableResult
    private mutating func remove(_ id: StreamID) -> YamuxStream? {
        guard let stream = streams.removeValue(forKey: id) else { return nil }
        if isInbound(id.number) { inboundCount -= 1 }
        if stream.isUnacknowledged { unacknowledgedCount -= 1 }
        return stream
    }

    private func isInbound(_ number: UInt32) -> Bool {
        number.isMultiple(of: 2) == isDialer
    }
}

// MARK: Input

extension YamuxSession {
    /// Reads up to the next event; `nil` when the input is used up.
    ///
    /// - Throws: ``YamuxFault``; the session then sends a go-away and must be closed.
    package mutating func next(
        of input: Span<UInt8>, at offset: inout Int, end: Int
    ) throws(YamuxFault) -> Event? {
        while true {
            if let event = try nextOfPayload(&offset, end: end) { return event }
            guard payload == nil, offset < end else { return nil }
            while headerCount < YamuxFrame.byteCount, offset < end {
                header[headerCount] = input[offset]
                headerCount += 1
                offset += 1
            }
            guard headerCount == YamuxFrame.byteCount else { return nil }
            headerCount = 0
            guard let frame = YamuxFrame(header) else { throw .unknownVersionOrKind }
            if let event = try begin(frame) { return event }
        }
    }

    /// Deals with a header; its payload, if any, is noted.
    private mutating func begin(_ frame: YamuxFrame) throws(YamuxFault) -> Event? {
        switch frame.kind {
        case .ping:
            if frame.flags.contains(.ack) { return .pong(frame.length) }
            try answer(YamuxFrame(.ping, .ack, stream: 0, length: frame.length))
            return nil
        case .goAway:
            isRemoteGoingAway = true
            return .goAway(frame.length)
        case .windowUpdate, .data:
            return try beginStreamFrame(frame)
        }
    }

    private mutating func beginStreamFrame(_ frame: YamuxFrame) throws(YamuxFault) -> Event? {
        let id = StreamID(frame.stream)
        guard frame.stream != 0 else { throw .wrongStreamID(0) }
        let length = frame.kind == .data ? frame.length : 0
        guard length <= UInt32(max(limits.windowBytes, limits.wideWindowBytes)) else {
            throw .frameTooLong(length)
        }
        payload = Payload(
            stream: id, remaining: Int(length), flags: frame.flags, isDiscarded: false)
        let opened = frame.flags.contains(.syn) ? try accept(id) : nil
        guard var stream = streams[id] else {
            payload?.isDiscarded = true
            return opened
        }
        if frame.flags.contains(.ack), stream.isUnacknowledged {
            stream.isUnacknowledged = false
            unacknowledgedCount -= 1
        }
        if frame.kind == .windowUpdate {
            let (window, overflow) = stream.sendWindow.addingReportingOverflow(frame.length)
            guard !overflow else { return try refuse(id) }
            stream.sendWindow = window
            schedule(id, &stream)
        } else if length > 0 {
            guard Int(length) <= stream.receiveWindow, !stream.isRemoteFinished else {
                return try refuse(id)
            }
            stream.receiveWindow -= Int(length)
        }
        streams[id] = stream
        return opened
    }

    /// Opens a stream of the peer, or refuses it when there are too many.
    private mutating func accept(_ id: StreamID) throws(YamuxFault) -> Event? {
        guard isInbound(id.number), streams[id] == nil else { throw .wrongStreamID(id.number) }
        guard inboundCount < limits.inboundStreamLimit, !isGoingAway else {
            try answer(YamuxFrame(.windowUpdate, .rst, stream: id.number))
            return nil
        }
        var stream = YamuxStream(priority: .gossip, windowBytes: limits.windowBytes)
        stream.pendingFlags = .ack
        requestUpdate(id, &stream)
        streams[id] = stream
        inboundCount += 1
        return .opened(id)
    }

    /// Ends a stream whose peer broke its rules.
    private mutating func refuse(_ id: StreamID) throws(YamuxFault) -> Event? {
        remove(id)
        payload?.isDiscarded = true
        payload?.flags = []
        try answer(YamuxFrame(.windowUpdate, .rst, stream: id.number))
        return .reset(id)
    }

    private mutating func answer(_ frame: YamuxFrame) throws(YamuxFault) {
        guard control.count < limits.controlLimit else { throw .unansweredFrames }
        control.append(frame)
    }

    private mutating func nextOfPayload(
        _ offset: inout Int, end: Int
    ) throws(YamuxFault) -> Event? {
        guard var current = payload else { return nil }
        if current.remaining > 0 {
            let count = min(current.remaining, end - offset)
            guard count > 0 else { return nil }
            let range = offset..<offset + count
            offset += count
            current.remaining -= count
            payload = current
            if !current.isDiscarded, streams[current.stream] != nil {
                return .data(current.stream, range)
            }
            guard current.remaining == 0 else { return nil }
        }
        payload = nil
        guard !current.isDiscarded else { return nil }
        if current.flags.contains(.rst) {
            return remove(current.stream) == nil ? nil : .reset(current.stream)
        }
        guard current.flags.contains(.fin), var stream = streams[current.stream],
            !stream.isRemoteFinished
        else { return nil }
        stream.isRemoteFinished = true
        streams[current.stream] = stream
        if stream.isOver { remove(current.stream) }
        return .finished(current.stream)
    }
}

// MARK: Output

extension YamuxSession {
    /// Data frames are not cut smaller than this just to fill the rest of a Noise frame.
    private static let smallestCutBytes = 1_024

    /// Appends at most `limit` bytes of frames: answers first, then windows, then data.
    ///
    /// - Returns: whether anything was appended.
    package mutating func takeOutput(into output: inout some ByteSink, limit: Int) -> Bool {
        let start = output.count
        let end = start + limit
        while output.count + YamuxFrame.byteCount <= end, let id = updates.popFirst() {
            appendUpdate(id, to: &output)
        }
        while output.count + YamuxFrame.byteCount <= end, let frame = control.popFirst() {
            frame.append(to: &output)
        }
        while output.count + YamuxFrame.byteCount + Self.smallestCutBytes <= end,
            let id = scheduler.next()
        {
            appendData(id, to: &output, end: end)
        }
        return output.count > start
    }

    private mutating func appendUpdate(_ id: StreamID, to output: inout some ByteSink) {
        guard var stream = streams[id] else { return }
        let grant = stream.isRemoteFinished ? 0 : stream.ungranted
        YamuxFrame(
            .windowUpdate, stream.pendingFlags, stream: id.number, length: UInt32(clamping: grant)
        ).append(to: &output)
        stream.ungranted = 0
        stream.receiveWindow += grant
        stream.pendingFlags = []
        stream.isInUpdates = false
        streams[id] = stream
    }

    private mutating func appendData(
        _ id: StreamID, to output: inout some ByteSink, end: Int
    ) {
        guard var stream = streams[id] else { return }
        stream.isReady = false
        if stream.outbox.byteCount > 0 {
            let room = end - output.count - YamuxFrame.byteCount
            let count = min(
                room, stream.outbox.byteCount, Int(stream.sendWindow), stream.priority.quotaBytes)
            guard count > 0 else {
                streams[id] = stream
                return
            }
            YamuxFrame(.data, stream: id.number, length: UInt32(count)).append(to: &output)
            stream.outbox.take(count, into: &output)
            stream.sendWindow -= UInt32(count)
            scheduler.spend(count, stream.priority)
        }
        if stream.outbox.byteCount == 0, stream.isFinishing, !stream.isFinished,
            output.count + YamuxFrame.byteCount <= end
        {
            YamuxFrame(.windowUpdate, .fin, stream: id.number).append(to: &output)
            stream.isFinished = true
        }
        schedule(id, &stream)
        streams[id] = stream
        if stream.isOver { remove(id) }
    }
}
