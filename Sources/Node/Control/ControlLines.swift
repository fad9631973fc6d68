import Foundation
import NIOCore

/// Cuts a stream into lines, and refuses one that is too long.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = [UInt8]

    /// The most bytes of one request or answer.
    static let lineByteLimit = 8 << 20

    private var scanned = 0

    mutating func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        let view = buffer.readableBytesView
        let start = view.startIndex
        guard let end = view[(start + scanned)...].firstIndex(of: 0x0a) else {
            scanned = view.count
            guard scanned <= Self.lineByteLimit else {
                throw FailureAnswer("too_long", "A control message has at most 8 MiB.")
            }
            return .needMoreData
        }
        scanned = 0
        let line = buffer.readBytes(length: end - start) ?? []
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(Self.wrapInboundOut(line))
        return .continue
    }
}

enum ControlForm {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a control message holds only numbers, text and lists")
        }
        return Array(data) + [0x0a]
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line))
    }
}
