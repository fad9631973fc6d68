import NIOCore
import Primitives

/// The socket side of one connection: hands bytes in, writes bytes out, and nothing else.
///
/// All of it runs on the host's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Completion = (Result<[UInt8], TransportError>) -> Void

    /// Bytes written in one turn of the loop, so that one peer does not hold up the others.
    private static let turnByteLimit = 2 << 20
    /// Messages of at least this size go out without being copied together.
    private static let largeFrameByteCount = 16 << 10

    let isDialer: Bool
    let remote: Multiaddr
    let deadline: Instant
    /// Whom a dialler wants to find.
    let expected: PeerID?
    let outbox: Outbox
    var dialled: ((Result<PeerID, TransportError>) -> Void)?
    var connection: Connection
    private(set) var peer: PeerID?
    /// When the handshake was complete.
    var establishedAt: Instant?
    var waiting: [RequestToken: Completion] = [:]

    private let core: HostCore
    private var context: ChannelHandlerContext?
    private var credits: [StreamID: Credit] = [:]
    private var isPumping = false
    private var mustPumpAgain = false
    private(set) var isClosed = false

    init(
        core: HostCore, connection: Connection, isDialer: Bool, remote: Multiaddr,
        deadline: Instant, expected: PeerID?,
        dialled: ((Result<PeerID, TransportError>) -> Void)?
    ) {
        self.core = core
        self.connection = connection
        self.isDialer = isDialer
        self.remote = remote
        self.deadline = deadline
        self.expected = expected
        self.dialled = dialled
        outbox = Outbox(core.configuration.protocols)
    }

    var direction: Direction { isDialer ? .outbound : .inbound }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { pump() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) { pump() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        let buffer = unwrapInboundIn(data)
        core.statistics.receivedByteCount += UInt64(buffer.readableBytes)
        do throws(ConnectionFault) {
            let found = try connection.receive(
                buffer.readableBytesUInt8Span, now: core.now, plaintext: &core.room.plaintext)
            if let found {
                peer = found
                guard core.established(self, found) else { return }
            }
        } catch {
            deliver()
            return core.fail(self, error)
        }
        deliver()
    }

    func channelReadComplete(context: ChannelHandlerContext) { pump() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pump() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.remove(self, .remoteClosed, .closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        core.remove(self, .remoteClosed, .socket("\(error)"))
    }

    // MARK: Out

    /// Writes what can be written; never waits.
    func pump() {
        guard let context, !isClosed, context.channel.isActive else { return }
        guard !isPumping else {
            mustPumpAgain = true
            return
        }
        isPumping = true
        var budget = Self.turnByteLimit
        repeat {
            mustPumpAgain = false
            fillStreams()
            var hasWritten = false
            while budget > 0, context.channel.isWritable {
                let next = core.room.buffers.fill(context.channel.allocator) {
                    connection.takeOutput(into: &$0)
                }
                guard let buffer = next else { break }
                budget -= buffer.readableBytes
                hasWritten = true
                context.write(wrapOutboundOut(buffer), promise: nil)
                fillStreams()
            }
            if hasWritten { context.flush() }
        } while mustPumpAgain && budget > 0
        isPumping = false
        core.statistics.sentByteCount += UInt64(Self.turnByteLimit - budget)
        if budget <= 0 {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.execute { bound.value.pump() }
        }
    }

    /// Moves messages from the outbox into their streams, as far as these have room.
    private func fillStreams() {
        for row in outbox.takeSignal() {
            let now = core.now
            connection.withSession { session in
                guard let room = session.messageRoom(row) else {
                    return session.openMessages(row, now: now)
                }
                let frames = outbox.take(row, room: room)
                var joined: [UInt8] = []
                for frame in frames {
                    guard frame.count >= Self.largeFrameByteCount else {
                        FrameAssembler.append(frame, to: &joined)
                        continue
                    }
                    FrameAssembler.appendLength(of: frame, to: &joined)
                    session.sendMessages(row, joined)
                    session.sendMessages(row, frame)
                    joined = []
                }
                session.sendMessages(row, joined)
                reportSent(row, frames.reduce(0) { $0 + $1.count })
            }
        }
    }

    private func reportSent(_ row: ProtocolID, _ byteCount: Int) {
        guard let peer, byteCount > 0,
            core.configuration.protocols[Int(row.number)].reportsSent
        else { return }
        core.emit(.sent(peer, row, byteCount: byteCount))
    }

    /// Says good-bye and closes the socket; what the peer sends from now on is not read.
    func close() {
        guard !isClosed else { return }
        connection.withSession { $0.goAway(0) }
        if let context {
            var buffer = context.channel.allocator.buffer(capacity: 0)
            if connection.takeOutput(into: &buffer), context.channel.isActive {
                context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            }
            isClosed = true
            context.close(promise: nil)
        }
        isClosed = true
        outbox.close()
    }

    // MARK: In

    /// Passes on what the session has to tell.
    func deliver() {
        guard let peer, let events = connection.withSession({ $0.takeEvents() }) else { return }
        for event in events {
            switch event {
            case .identified(let info): core.emit(.identified(peer, info))
            case .opened(let row, let name): core.emit(.opened(peer, row, name: name))
            case .refused(let row):
                let dropped = outbox.clear(row)
                core.emit(.refused(peer, row))
                reportSent(row, dropped)
            case .messages(let row, let id, let frames, let byteCount):
                let receipt = Receipt(credit(id), byteCount: byteCount)
                core.emit(
                    .messages(
                        MessageBatch(
                            peer: peer, protocolID: row, frames: frames, receipt: receipt)))
            case .request(let row, let id, let body): core.emit(.request(request(row, id, body)))
            case .answered(let token, let answer):
                waiting.removeValue(forKey: token)?(.success(answer))
            case .failed(let token, let error):
                waiting.removeValue(forKey: token)?(.failure(error))
            case .closed(let id): credits[id] = nil
            }
        }
    }

    private func request(_ row: ProtocolID, _ id: StreamID, _ body: [UInt8]) -> IncomingRequest {
        let bound = NIOLoopBound(self, eventLoop: core.gate.loop)
        let gate = core.gate
        return IncomingRequest(peer: peer ?? core.own, protocolID: row, body: body) { answer in
            gate.enqueue {
                let handler = bound.value
                let now = handler.core.now
                handler.connection.withSession { $0.respond(id, answer, now: now) }
                handler.pump()
            }
        }
    }

    private func credit(_ id: StreamID) -> Credit {
        if let credit = credits[id] { return credit }
        let bound = NIOLoopBound(self, eventLoop: core.gate.loop)
        let gate = core.gate
        let credit = Credit { credit in
            gate.enqueue {
                let handler = bound.value
                let byteCount = credit.collect()
                handler.connection.withSession { $0.release(id, byteCount) }
                handler.pump()
            }
        }
        credits[id] = credit
        return credit
    }

    /// Lets time pass.
    func tick(now: Instant) {
        do throws(ConnectionFault) {
            try connection.tick(now: now)
        } catch {
            deliver()
            return core.fail(self, error)
        }
        deliver()
        pump()
    }
}

/// Buffers of large writes, used again when the socket has let go of them.
///
/// Giving 64 KiB back to the system and taking them again for each write costs more than copying.
struct WriteBuffers {
    private static let bufferLimit = 8
    private static let bufferByteCount = 64 << 10
    /// Less than this is copied into a buffer of its own size.
    private static let largeByteCount = 16 << 10

    private var buffers: [ByteBuffer] = []
    private var index = 0
    private var isUsed = false

    /// Lets something be written into the next buffer; `nil` when there was nothing.
    mutating func fill(
        _ allocator: ByteBufferAllocator, _ write: (inout ByteBuffer) -> Bool
    ) -> ByteBuffer? {
        if buffers.isEmpty { buffers = [allocator.buffer(capacity: Self.bufferByteCount)] }
        buffers[index].clear(minimumCapacity: Self.bufferByteCount)
        guard write(&buffers[index]) else { return nil }
        let filled = buffers[index]
        guard filled.readableBytes >= Self.largeByteCount else {
            return allocator.buffer(buffer: filled)
        }
        isUsed = true
        if buffers.count < Self.bufferLimit {
            buffers.append(allocator.buffer(capacity: Self.bufferByteCount))
        }
        index = (index + 1) % buffers.count
        return filled
    }

    /// Gives the memory back when nothing large was written since the last call.
    mutating func releaseUnused() {
        if !isUsed { (buffers, index) = ([], 0) }
        isUsed = false
    }
}
