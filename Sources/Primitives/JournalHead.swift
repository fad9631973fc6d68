public import Wire

/// How many events something has seen, and a hash over all of them in order.
///
/// `head(n) = H(head(n-1) ‖ n ‖ event ‖ height)`, and `head(0)` is 32 zero bytes. Whoever knows count
/// and head can tell whether a list of events is the whole history: nothing can be left out, added
/// or moved.
///
/// - Shape: the hash input is 80 bytes: head 32, `n` 8 big-endian, event 32, height 8 big-endian.
/// - Source: design R8.
public struct JournalHead: Hashable, Sendable {
    public private(set) var count: UInt64
    public private(set) var head: Digest

    /// A journal without events.
    public init() { self.init(count: 0, head: .zero) }

    /// A journal as it was stored.
    public init(count: UInt64, head: Digest) {
        self.count = count
        self.head = head
    }

    /// Enters the next event.
    ///
    /// - Precondition: fewer than 2^64 - 1 events; a journal takes at most one for each change.
    public mutating func append(event: Digest, at height: Height) {
        count += 1
        var input = InlineArray<80, UInt8>(repeating: 0)
        for index in 0..<32 {
            input[index] = head.bytes[index]
            input[index &+ 40] = event.bytes[index]
        }
        for index in 0..<8 {
            let shift = UInt64(56 &- 8 &* index)
            input[index &+ 32] = UInt8(truncatingIfNeeded: count >> shift)
            input[index &+ 72] = UInt8(truncatingIfNeeded: height.number >> shift)
        }
        head = Digest(hashing: input.span, in: .journal)
    }
}

extension JournalHead: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        count = try cursor.uint64(1, "count", of: bytes)
        head = try cursor.fixed(2, "head", of: bytes)
        guard (count == 0) == (head == .zero) else { throw WireError(.invalid, at: start) }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, count)
        writer.fixed(2, head)
    }
}
