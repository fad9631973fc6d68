import Foundation
public import Logging
import NIOCore
import NIOPosix

/// Answers commands over a Unix-domain socket in the node's home.
///
/// The home has mode 0700 and the socket 0600: only the owner reaches it, and no port is open.
public struct ControlServer: Sendable {
    public typealias Responder = @Sendable (ControlRequest) async -> ControlAnswer

    /// Connections that may wait to be accepted.
    public static let connectionLimit: Int32 = 32
    /// The longest path that a Unix-domain socket can have.
    public static let pathByteLimit = 107

    private let listener: any Channel
    private let path: String
    private let answers: AnswerSlot

    /// Starts listening; what comes is answered once ``run(log:answer:)`` is called.
    ///
    /// - Throws: ``HomeError`` when the path is too long or cannot be bound.
    public init(_ home: Home) async throws(HomeError) {
        let path = home.controlPath
        let slot = AnswerSlot()
        (self.path, answers) = (path, slot)
        guard path.utf8.count <= Self.pathByteLimit else {
            throw .unwritable(
                path: path,
                reason: "a socket's path has at most \(Self.pathByteLimit) bytes, so choose a "
                    + "shorter home")
        }
        do {
            listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.backlog, value: Self.connectionLimit)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(ByteToMessageHandler(LineDecoder()))
                        try pipeline.addHandler(ControlConnection(slot))
                    }
                }
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            try FileManager.default.setAttributes(
                [.posixPermissions: Files.secretMode], ofItemAtPath: path)
        } catch { throw .unwritable(path: path, reason: "\(error)") }
    }

    /// Serves until the task is cancelled or the listener is closed.
    public func run(log: Logger, answer: @escaping Responder) async {
        answers.open(answer)
        await withTaskCancellationHandler {
            do { try await listener.closeFuture.get() } catch {
                log.error("control socket failed", metadata: ["why": "\(error)"])
            }
        } onCancel: {
            listener.close(promise: nil)
        }
        log.debug("control socket closed")
        try? FileManager.default.removeItem(atPath: path)
    }

    public func close() async { try? await listener.close() }
}
