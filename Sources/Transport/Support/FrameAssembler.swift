import Primitives
import Wire

/// Puts messages together: a varint length and that many bytes, again and again.
///
/// Memory grows with what has arrived, never with what a length announces.
package struct FrameAssembler {
    package enum Fault: Error, Equatable {
        case malformedLength
        case tooLong(byteCount: UInt64, limit: Int)
    }

    /// A length has at most this many bytes, which is enough for any limit.
    private static let lengthByteLimit = 5

    package let byteLimit: Int
    private var prefix: UInt64 = 0
    private var prefixCount = 0
    /// The whole length of the message being read, once it is known.
    private var expected: Int?
    private var partial: [UInt8] = []

    package init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// Whether a message has begun and not ended.
    package var isInside: Bool { prefixCount > 0 || expected != nil }
    package var partialByteCount: Int { partial.count }

    /// Reads a range of the input and appends each message that ends in it.
    package mutating func feed(
        _ input: Span<UInt8>, _ range: Range<Int>, into frames: inout [[UInt8]]
    ) throws(Fault) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard let expected else {
                try feedLength(input[offset])
                offset += 1
                if self.expected == 0 { finish(into: &frames) }
                continue
            }
            let count = min(expected - partial.count, range.upperBound - offset)
            if partial.capacity < partial.count + count {
                // At most twice what has arrived, so that few pieces are copied again.
                partial.reserveCapacity(min(expected, 2 * (partial.count + count)))
            }
            partial.append(copying: input.extracting(offset..<offset + count))
            offset += count
            if partial.count == expected { finish(into: &frames) }
        }
    }

    private mutating func feedLength(_ byte: UInt8) throws(Fault) {
        prefix |= UInt64(byte & 0x7f) << UInt64(7 * prefixCount)
        prefixCount += 1
        if byte < 0x80 {
            guard prefix <= UInt64(byteLimit) else {
                throw .tooLong(byteCount: prefix, limit: byteLimit)
            }
            expected = Int(prefix)
            prefix = 0
            prefixCount = 0
        } else if prefixCount == Self.lengthByteLimit {
            throw .malformedLength
        }
    }

    private mutating func finish(into frames: inout [[UInt8]]) {
        frames.append(partial)
        partial = []
        expected = nil
    }

    /// A message with its length in front.
    package static func frame(_ message: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(message.count + 4)
        append(message, to: &output)
        return output
    }

    package static func appendLength(of message: [UInt8], to output: inout [UInt8]) {
        Varint.append(UInt64(message.count), to: &output)
    }

    package static func append(_ message: [UInt8], to output: inout [UInt8]) {
        appendLength(of: message, to: &output)
        output.append(contentsOf: message)
    }
}
