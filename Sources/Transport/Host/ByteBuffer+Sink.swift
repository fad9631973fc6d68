package import NIOCore

/// A socket's buffer from its first byte on.
///
/// - Precondition: nothing has been read from it.
extension ByteBuffer: ByteSink {
    package var count: Int { readableBytes }

    package mutating func append(_ byte: UInt8) { writeInteger(byte) }

    package mutating func append(copying other: [UInt8], _ range: Range<Int>) {
        writeBytes(other[range])
    }

    package mutating func removeLast(_ count: Int) { moveWriterIndex(to: writerIndex - count) }

    package mutating func withMutableBytes(_ body: (inout MutableRawSpan) -> Void) {
        var bytes = mutableReadableBytesSpan
        body(&bytes)
    }
}
