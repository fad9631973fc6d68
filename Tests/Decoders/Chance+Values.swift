package import Primitives

extension Chance {
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    package mutating func digest() -> Digest { Digest(hashing: bytes(8), in: .seed) }

    /// Numbers of all sizes, small ones as often as large ones.
    package mutating func number() -> UInt64 { next() >> (next() % 64) }
}
