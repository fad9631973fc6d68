import Primitives

/// Where output is written: an array in tests, the socket's own buffer in a running node, so that
/// bytes are copied once on their way out.
package protocol ByteSink {
    var count: Int { get }
    mutating func append(_ byte: UInt8)
    mutating func append(copying other: [UInt8], _ range: Range<Int>)
    mutating func removeLast(_ count: Int)
    mutating func withMutableBytes(_ body: (inout MutableRawSpan) -> Void)
}

extension [UInt8]: ByteSink {}
