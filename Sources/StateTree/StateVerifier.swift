public import Primitives
import Wire

/// Why a proof was refused.
public enum ProofError: Error, Hashable, Sendable {
    /// The proof is about another key.
    case wrongKey(LeafKey)
    /// More branches than a key has bits, or more items than there can be.
    case tooLong(count: Int, limit: Int)
    /// The bitmap has too many or too few bytes, or bits after the last branch.
    case malformedBitmap
    /// As many hashes are needed as the bitmap (or the count) says.
    case wrongSiblingCount(Int, expected: Int)
    /// A hash beside the path is zero; zero is left out.
    case zeroSibling(index: Int)
    /// Directly beside a leaf or an empty slot stands nothing, so the path should end earlier.
    case pathTooLong
    /// The other leaf does not lie on the path of the key, or is the key's own.
    case otherLeafElsewhere(LeafKey)
    /// An item that does not exist at this count.
    case noSuchItem(index: UInt64, count: UInt64)
    /// Everything is well formed and hashes to something else.
    case wrongRoot(Digest, expected: Digest)
}

/// Checks state proofs, and shares nothing with the tree that makes them.
///
/// - Source: rules S6 to S9.
public enum StateVerifier {
    public enum Answer: Hashable, Sendable {
        case present([UInt8])
        case absent
    }

    /// What the state with this root holds at the key.
    ///
    /// - Throws: ``ProofError`` when the proof does not show it.
    public static func verify(
        _ proof: StateProof, key: LeafKey, root: Digest
    ) throws(ProofError) -> Answer {
        guard proof.key == key else { throw .wrongKey(proof.key) }
        try checkShape(of: proof)
        let answer: Answer
        var hash: Digest
        switch proof.end {
        case .value(let value):
            answer = .present(value)
            hash = try leafHash(key, value)
        case .other(let other, let value):
            guard other != key, shareBits(other, key, count: proof.depth) else {
                throw .otherLeafElsewhere(other)
            }
            answer = .absent
            hash = try leafHash(other, value)
        case .empty:
            answer = .absent
            hash = .zero
        }
        var sibling = proof.siblings.count
        for depth in (0..<proof.depth).reversed() {
            var beside = Digest.zero
            if isSet(proof.bitmap, depth) {
                sibling -= 1
                beside = proof.siblings[sibling]
            }
            hash =
                bit(of: key, depth)
                ? Digest(beside, hash, in: .node) : Digest(hash, beside, in: .node)
        }
        guard hash == root else { throw .wrongRoot(hash, expected: root) }
        return answer
    }

    private static func checkShape(of proof: StateProof) throws(ProofError) {
        guard (0...256).contains(proof.depth) else {
            throw .tooLong(count: proof.depth, limit: 256)
        }
        guard proof.bitmap.count == (proof.depth + 7) / 8 else { throw .malformedBitmap }
        for bit in proof.depth..<proof.bitmap.count * 8 where isSet(proof.bitmap, bit) {
            throw .malformedBitmap
        }
        let count = proof.bitmap.reduce(0) { $0 + $1.nonzeroBitCount }
        guard proof.siblings.count == count else {
            throw .wrongSiblingCount(proof.siblings.count, expected: count)
        }
        if let index = proof.siblings.firstIndex(of: .zero) { throw .zeroSibling(index: index) }
        guard proof.depth == 0 || isSet(proof.bitmap, proof.depth - 1) else { throw .pathTooLong }
    }

    private static func leafHash(
        _ key: LeafKey, _ value: [UInt8]
    ) throws(ProofError) -> Digest {
        guard value.count <= StateTree.valueByteLimit else {
            throw .tooLong(count: value.count, limit: StateTree.valueByteLimit)
        }
        return Digest(hashing: key.bytes.array + value, in: .leaf)
    }

    private static func shareBits(_ first: LeafKey, _ second: LeafKey, count: Int) -> Bool {
        (0..<count).allSatisfy { bit(of: first, $0) == bit(of: second, $0) }
    }

    private static func bit(of key: LeafKey, _ index: Int) -> Bool {
        key.bytes[index / 8] >> UInt8(7 - index % 8) & 1 == 1
    }

    private static func isSet(_ bitmap: [UInt8], _ index: Int) -> Bool {
        bitmap[index / 8] >> UInt8(7 - index % 8) & 1 == 1
    }
}
