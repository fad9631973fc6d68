import NIOCore
import NIOPosix

/// Reaches the node that runs on a home.
public struct ControlClient: Sendable {
    private let home: Home

    public init(_ home: Home) { self.home = home }

    /// Whether a node answers.
    public var isRunning: Bool {
        get async { (try? await request(.status)) != nil }
    }

    /// Sends one request and waits for its answer.
    ///
    /// - Throws: ``FailureAnswer`` when no node runs, or when it refuses.
    public func request(_ request: ControlRequest) async throws(FailureAnswer) -> ControlAnswer {
        guard let reply = try await exchange(ControlForm.encode(request)),
            let answer = ControlForm.decode(ControlAnswer.self, reply)
        else {
            throw FailureAnswer(
                "connection", "The node closed the connection without an answer.")
        }
        if case .failure(let failure) = answer { throw failure }
        return answer
    }

    /// Sends bytes as they are; returns the first line of the answer, without its end.
    package func exchange(_ bytes: [UInt8]) async throws(FailureAnswer) -> [UInt8]? {
        guard Files.exists(home.controlPath) else { throw absent }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let first = loop.makePromise(of: [UInt8]?.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(ByteToMessageHandler(LineDecoder()))
                        try pipeline.addHandler(FirstLine(first))
                    }
                }
                .connect(unixDomainSocketPath: home.controlPath).get()
        } catch {
            first.fail(error)
            throw absent
        }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        do {
            let line = try await first.futureResult.get()
            channel.close(promise: nil)
            return line
        } catch {
            channel.close(promise: nil)
            throw FailureAnswer("connection", "The connection to the node broke: \(error).")
        }
    }

    private var absent: FailureAnswer {
        FailureAnswer(
            "not_running", "No node is running on \(home.directory); start one with `argosy run`.")
    }
}
