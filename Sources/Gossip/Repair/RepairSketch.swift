package import Primitives
public import Wire

/// A small picture of a set of transaction ids, by which two nodes find where their sets differ.
///
/// Each id is hashed with a salt drawn for this one sketch; the hash says which bucket it lies in,
/// and a bucket's sum is all its hashes combined by exclusive or. Whoever makes ids cannot know the
/// salt, so no one can make ids that hide each other or crowd one bucket (attack 64).
///
/// - Source: specification T5, T6.
public struct RepairSketch: Hashable, Sendable, WireCodable {
    public static let bucketLimit = 1_024
    /// Ids that share a bucket, on average, in a set that fills the sketch.
    static let bucketTarget = 8

    public let salt: RepairSalt
    /// A power of two of them.
    public let sums: [UInt64]

    /// Draws the sketch of a set.
    package init(of ids: [Digest], salt: RepairSalt) {
        var count = 16
        while count < Self.bucketLimit, count * Self.bucketTarget < ids.count { count *= 2 }
        self.init(of: ids, salt: salt, bucketCount: count)
    }

    init(of ids: [Digest], salt: RepairSalt, bucketCount: Int) {
        var sums = [UInt64](repeating: 0, count: bucketCount)
        for id in ids {
            let hash = salt.hash(id)
            sums[Self.bucket(hash, bucketCount)] ^= hash
        }
        self.salt = salt
        self.sums = sums
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        salt = RepairSalt(
            first: try cursor.uint64(1, "salt_first", of: bytes),
            second: try cursor.uint64(2, "salt_second", of: bytes))
        sums = try cursor.uint64s(3, "sums", limit: Self.bucketLimit, of: bytes)
        guard sums.count > 0, sums.count & (sums.count - 1) == 0 else {
            throw WireError(.invalid, at: start).inside("sums")
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, salt.first)
        writer.uint64(2, salt.second)
        writer.uint64s(3, sums)
    }

    /// The ids of another set that lie in buckets in which the two sets differ.
    func differing(_ ids: [Digest], limit: Int) -> [Digest] {
        let other = RepairSketch(of: ids, salt: salt, bucketCount: sums.count)
        var found: [Digest] = []
        for id in ids {
            let bucket = Self.bucket(salt.hash(id), sums.count)
            guard sums[bucket] != other.sums[bucket] else { continue }
            guard found.count < limit else { return found }
            found.append(id)
        }
        return found
    }

    private static func bucket(_ hash: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: (hash >> 32) & UInt64(count - 1))
    }
}

/// The key of one sketch's hash.
public struct RepairSalt: Hashable, Sendable {
    public let first: UInt64
    public let second: UInt64

    public init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    init(using chance: inout Chance) {
        self.init(first: chance.next(), second: chance.next())
    }

    /// SipHash-2-4 of the id's 32 bytes.
    ///
    /// - Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012).
    package func hash(_ id: Digest) -> UInt64 {
        var state = SipState(first, second)
        for word in 0..<4 {
            var value: UInt64 = 0
            for byte in 0..<8 { value |= UInt64(id.bytes[word * 8 + byte]) << UInt64(8 * byte) }
            state.absorb(value)
        }
        state.absorb(32 << 56)
        return state.finish()
    }
}

private struct SipState {
    private var v0, v1, v2, v3: UInt64

    init(_ first: UInt64, _ second: UInt64) {
        v0 = first ^ 0x736f_6d65_7073_6575
        v1 = second ^ 0x646f_7261_6e64_6f6d
        v2 = first ^ 0x6c79_6765_6e65_7261
        v3 = second ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func finish() -> UInt64 {
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 = v0 &+ v1
        v1 = (v1 << 13 | v1 >> 51) ^ v0
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v3
        v3 = (v3 << 16 | v3 >> 48) ^ v2
        v0 = v0 &+ v3
        v3 = (v3 << 21 | v3 >> 43) ^ v0
        v2 = v2 &+ v1
        v1 = (v1 << 17 | v1 >> 47) ^ v2
        v2 = v2 << 32 | v2 >> 32
    }
}
