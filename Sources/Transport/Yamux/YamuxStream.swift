/// One stream as the session sees it.
struct YamuxStream {
    /// What waits to be sent, with what is already sent of its first part.
    struct Outbox {
        var chunks = FirstInFirstOut<[UInt8]>()
        var offset = 0
        var byteCount = 0
    }

    var priority: Priority
    /// Bytes that we may send.
    var sendWindow: UInt32
    /// Bytes that the peer may send.
    var receiveWindow: Int
    /// Bytes that were read and not yet granted again.
    var ungranted = 0
    var outbox = Outbox()
    /// Flags of the next window update: the opening or its answer.
    var pendingFlags: YamuxFrame.Flags = []
    /// The stream stands in the list of window updates to be sent.
    var isInUpdates = false
    /// The stream stands in the list of its priority.
    var isReady = false
    /// We opened it and the peer has not answered yet.
    var isUnacknowledged = false
    var isFinishing = false
    var isFinished = false
    var isRemoteFinished = false

    init(priority: Priority, windowBytes: Int) {
        self.priority = priority
        sendWindow = UInt32(windowBytes)
        receiveWindow = windowBytes
    }

    /// There is something to send, and the peer takes it.
    var canSend: Bool {
        outbox.byteCount > 0 ? sendWindow > 0 : isFinishing && !isFinished
    }

    var isOver: Bool { isFinished && isRemoteFinished }
}

extension YamuxStream.Outbox {
    /// Moves the first bytes to the output.
    ///
    /// - Precondition: that many are queued.
    mutating func take(_ count: Int, into output: inout some ByteSink) {
        var rest = count
        while rest > 0, let chunk = chunks.first {
            let part = min(rest, chunk.count - offset)
            output.append(copying: chunk, offset..<offset + part)
            rest -= part
            offset += part
            if offset == chunk.count {
                _ = chunks.popFirst()
                offset = 0
            }
        }
        byteCount -= count
    }
}
