public import Primitives
public import Wire

/// Evidence that an item stands at one place of a list or a history.
///
/// The hashes lead from the item up. Lists and histories have the same shape: a full tree over the
/// largest power of two that is smaller than the count at the left, and the rest, built likewise, at
/// the right.
///
/// - Source: rules S10 to S13; `Proto/state_tree.proto`.
public struct MerklePath: Hashable, Sendable {
    /// The longest path: one hash for each bit of a count.
    public static let siblingLimit = 64

    /// Counted from 0.
    public let index: UInt64
    /// Items in the list that the root stands for.
    public let count: UInt64
    public let siblings: [Digest]

    public init(index: UInt64, count: UInt64, siblings: [Digest]) {
        self.index = index
        self.count = count
        self.siblings = siblings
    }

    /// The hash that the item and the path lead to.
    ///
    /// - Source: RFC 9162, 2.1.3.2.
    func top(from item: Digest, in domain: HashDomain) throws(ProofError) -> Digest {
        guard index < count else { throw .noSuchItem(index: index, count: count) }
        let expected = Self.length(index: index, count: count)
        guard siblings.count == expected else {
            throw .wrongSiblingCount(siblings.count, expected: expected)
        }
        var (place, last, hash) = (index, count - 1, item)
        for sibling in siblings {
            if place & 1 == 1 || place == last {
                hash = Digest(sibling, hash, in: domain)
                // The end of a level that is not full moves up without a partner.
                let levels = place == 0 ? 0 : place.trailingZeroBitCount
                (place, last) = (place >> UInt64(levels), last >> UInt64(levels))
            } else {
                hash = Digest(hash, sibling, in: domain)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return hash
    }

    /// What roots of lists and histories are: the hash of `count ‖ top` (rule S10).
    static func root(count: UInt64, top: Digest, in domain: HashDomain) -> Digest {
        let input = InlineArray<40, UInt8> { index in
            index < 8
                ? UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * index))
                : top.bytes[index - 8]
        }
        return Digest(hashing: input.span, in: domain)
    }

    /// Hashes beside the path of an item.
    static func length(index: UInt64, count: UInt64) -> Int {
        let last = count - 1
        // Up to where the path joins the right edge every level has a partner; on the edge only
        // those levels have one at which the edge turns right.
        let inside = 64 - (index ^ last).leadingZeroBitCount
        let edge = inside == 64 ? 0 : (index >> UInt64(inside)).nonzeroBitCount
        return inside + edge
    }
}

extension MerklePath: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        index = try cursor.uint64(1, "index", of: bytes)
        count = try cursor.uint64(2, "count", of: bytes)
        siblings = try cursor.fixedList(3, "siblings", limit: Self.siblingLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, index)
        writer.uint64(2, count)
        writer.fixedList(3, siblings)
    }
}
