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
        guard Files.exists(home.controlPath) else { throw absent }
        let channel: NIOAsyncChannel<[UInt8], ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: home.controlPath) { channel in
                    channel.eventLoop.makeCompletedFuture { try ControlServer.wrap(channel) }
                }
        } catch { throw absent }
        let reply: [UInt8]?
        do {
            reply = try await channel.executeThenClose { lines, output in
                try await output.write(ByteBuffer(bytes: ControlForm.encode(request)))
                for try await line in lines { return line }
                return nil
            }
        } catch {
            throw FailureAnswer("connection", "The connection to the node broke: \(error).")
        }
        guard let reply, let answer = ControlForm.decode(ControlAnswer.self, reply) else {
            throw FailureAnswer("connection", "The node closed the connection without an answer.")
        }
        if case .failure(let failure) = answer { throw failure }
        return answer
    }

    private var absent: FailureAnswer {
        FailureAnswer(
            "not_running", "No node is running on \(home.directory); start one with `argosy run`.")
    }
}
