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
        let channel: NIOAsyncChannel<[UInt8], ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: home.controlPath) { channel in
                    channel.eventLoop.makeCompletedFuture { try ControlServer.wrap(channel) }
                }
        } catch { throw absent }
        do {
            return try await channel.executeThenClose { lines, output in
                try await output.write(ByteBuffer(bytes: bytes))
                for try await line in lines { return line }
                return nil
            }
        } catch {
            throw FailureAnswer("connection", "The connection to the node broke: \(error).")
        }
    }

    private var absent: FailureAnswer {
        FailureAnswer(
            "not_running", "No node is running on \(home.directory); start one with `argosy run`.")
    }
}
