import Foundation
public import Logging
import NIOCore
import NIOPosix

/// Answers commands over a Unix-domain socket in the node's home.
///
/// The home has mode 0700 and the socket 0600: only the owner reaches it, and no port is open.
public struct ControlServer: Sendable {
    /// The most connections at once.
    public static let connectionLimit: Int32 = 32
    /// The longest path that a Unix-domain socket can have.
    public static let pathByteLimit = 107

    private let listener: NIOAsyncChannel<NIOAsyncChannel<[UInt8], ByteBuffer>, Never>
    private let path: String

    /// Starts listening.
    ///
    /// - Throws: ``HomeError`` when the path is too long or cannot be bound.
    public init(_ home: Home) async throws(HomeError) {
        path = home.controlPath
        guard path.utf8.count <= Self.pathByteLimit else {
            throw .unwritable(
                path: path,
                reason: "a socket's path has at most \(Self.pathByteLimit) bytes, so choose a "
                    + "shorter home")
        }
        do {
            listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.backlog, value: Self.connectionLimit)
                .bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true
                ) { channel in
                    channel.eventLoop.makeCompletedFuture { try Self.wrap(channel) }
                }
            try FileManager.default.setAttributes(
                [.posixPermissions: Files.secretMode], ofItemAtPath: path)
        } catch { throw .unwritable(path: home.controlPath, reason: "\(error)") }
    }

    static func wrap(_ channel: any Channel) throws -> NIOAsyncChannel<[UInt8], ByteBuffer> {
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }

    /// Serves until the task is cancelled or the listener is closed.
    public func run(
        log: Logger, answer: @escaping @Sendable (ControlRequest) async -> ControlAnswer
    ) async {
        do {
            try await listener.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask {
                            do { try await Self.serve(connection, answer) } catch {
                                log.debug("control connection ended", metadata: ["why": "\(error)"])
                            }
                        }
                    }
                }
            }
        } catch is CancellationError {
            log.debug("control socket closed")
        } catch {
            log.error("control socket failed", metadata: ["why": "\(error)"])
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    public func close() async { try? await listener.channel.close() }

    private static func serve(
        _ connection: NIOAsyncChannel<[UInt8], ByteBuffer>,
        _ answer: @Sendable (ControlRequest) async -> ControlAnswer
    ) async throws {
        try await connection.executeThenClose { lines, output in
            for try await line in lines {
                let reply =
                    if let request = ControlForm.decode(ControlRequest.self, line) {
                        await answer(request)
                    } else {
                        ControlAnswer.failure(
                            FailureAnswer("malformed", "This is not a request that I know."))
                    }
                try await output.write(ByteBuffer(bytes: ControlForm.encode(reply)))
            }
        }
    }
}
