import NIOCore
import Synchronization

/// Where a connection finds who answers; empty until the node is ready.
final class AnswerSlot: Sendable {
    private let responder = Mutex<ControlServer.Responder?>(nil)

    func open(_ answer: @escaping ControlServer.Responder) { responder.withLock { $0 = answer } }

    func answer(_ line: [UInt8]) async -> ControlAnswer {
        guard let request = ControlForm.decode(ControlRequest.self, line) else {
            return .failure(FailureAnswer("malformed", "This is not a request that I know."))
        }
        guard let answer = responder.withLock({ $0 }) else {
            return .failure(FailureAnswer("starting", "The node is starting; ask again."))
        }
        return await answer(request)
    }
}

/// One command's connection: answers line after line, each before the next.
final class ControlConnection: ChannelInboundHandler {
    typealias InboundIn = [UInt8]

    /// Requests that may wait for the one before; past that, the connection is closed.
    static let waitingLimit = 16

    private let answers: AnswerSlot
    private var waiting: [[UInt8]] = []
    private var isBusy = false

    init(_ answers: AnswerSlot) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard waiting.count < Self.waitingLimit else { return context.close(promise: nil) }
        waiting.append(Self.unwrapInboundIn(data))
        answerNext(on: context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answerNext(on channel: any Channel) {
        guard !isBusy, !waiting.isEmpty else { return }
        isBusy = true
        let line = waiting.removeFirst()
        let connection = NIOLoopBound(self, eventLoop: channel.eventLoop)
        Task { [answers] in
            let reply = ControlForm.encode(await answers.answer(line))
            channel.eventLoop.execute {
                channel.writeAndFlush(ByteBuffer(bytes: reply), promise: nil)
                connection.value.isBusy = false
                connection.value.answerNext(on: channel)
            }
        }
    }
}

/// Waits for the first line of an answer.
final class FirstLine: ChannelInboundHandler {
    typealias InboundIn = [UInt8]

    private var promise: EventLoopPromise<[UInt8]?>?

    init(_ promise: EventLoopPromise<[UInt8]?>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        finish(.success(Self.unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { finish(.success(nil)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(error))
        context.close(promise: nil)
    }

    private func finish(_ result: Result<[UInt8]?, any Error>) {
        promise?.completeWith(result)
        promise = nil
    }
}
