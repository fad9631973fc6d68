import Synchronization

/// A request of a peer, to be answered once.
///
/// It can be answered from any thread. Letting it go without an answer declines it.
public final class IncomingRequest: Sendable {
    public let peer: PeerID
    public let protocolID: ProtocolID
    public let body: [UInt8]
    private let answer: @Sendable ([UInt8]?) -> Void
    private let isAnswered = Mutex(false)

    init(
        peer: PeerID, protocolID: ProtocolID, body: [UInt8],
        answer: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        self.peer = peer
        self.protocolID = protocolID
        self.body = body
        self.answer = answer
    }

    deinit { decline() }

    /// Sends the answer; later calls do nothing.
    public func respond(_ bytes: [UInt8]) { finish(bytes) }

    /// Resets the stream: the peer sees that there is no answer.
    public func decline() { finish(nil) }

    private func finish(_ bytes: [UInt8]?) {
        let isFirst = isAnswered.withLock { isAnswered in
            defer { isAnswered = true }
            return !isAnswered
        }
        if isFirst { answer(bytes) }
    }
}
