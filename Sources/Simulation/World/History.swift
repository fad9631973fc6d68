public import Primitives
import Wire

/// A rolling hash over what happened in a run (rule M14).
///
/// Two runs of one seed have equal digests, in any process; the first difference shows up in
/// every later digest.
public struct History: Sendable {
    public private(set) var digest = Digest.zero
    public private(set) var eventCount: UInt64 = 0
    private var pending: [UInt8] = []

    /// Entries are hashed in slices of this size.
    ///
    /// - Unit: bytes.
    private static let sliceByteCount = 8_192

    public init() {}

    /// Notes an event: when, at which node, of what kind, and what identifies it.
    public mutating func note(
        _ nanoseconds: UInt64, node: Int, kind: UInt8, detail: UInt64
    ) {
        eventCount += 1
        append(nanoseconds)
        append(UInt64(node) << 8 | UInt64(kind))
        append(detail)
        if pending.count >= Self.sliceByteCount { fold() }
    }

    /// The digest with everything folded in that was noted so far.
    public mutating func close() -> Digest {
        if !pending.isEmpty { fold() }
        return digest
    }

    private mutating func append(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            pending.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }

    private mutating func fold() {
        digest = Digest(hashing: digest.bytes.array + pending, in: .record)
        pending.removeAll(keepingCapacity: true)
    }
}
