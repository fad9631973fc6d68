import Leftovers
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Transport

/// A TCP connection that says what a test wants, and keeps what it hears.
final class RawSocket: Sendable {
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let owner: Box

        init(_ owner: Box) { self.owner = owner }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            owner.state.withLock { $0.received += Array(buffer.readableBytesView) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            owner.state.withLock { $0.isClosed = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// Shares what was heard between the handler and its owner.
    private final class Box: Sendable {
        let state = Mutex(State())
    }

    private struct State {
        var received: [UInt8] = []
        var isClosed = false
    }

    private let channel: any Channel
    private let box: Box

    init(_ address: Multiaddr) async throws {
        let box = Box()
        self.box = box
        let port = Int(try #require(address.port))
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(box))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        Leftovers.add { [channel] in channel.close(promise: nil) }
    }

    var received: [UInt8] { box.state.withLock { $0.received } }
    var isClosed: Bool { box.state.withLock { $0.isClosed } }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func close() { channel.close(promise: nil) }

    func waitUntilClosed(seconds: Double = 10) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isClosed, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        return isClosed
    }
}
