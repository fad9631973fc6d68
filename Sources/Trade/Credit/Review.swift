public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let review = HashDomain("argosy/review")
}

/// What one side of an order says about the other: first a hash, then the words' hash and the stars.
///
/// Nobody sees the other's review before his own is fixed, so there is nothing to retaliate against
/// (reference trade 7.6).
public struct Review: RecordContent {
    public static let kind: UInt8 = 53
    /// From the end of the order, for the hashes; then anybody who committed may reveal.
    public static let term = Term.days(14)
    public static let starLimit: UInt32 = 5

    public let reviewer: AccountID
    /// ``commitment(stars:text:salt:order:reviewer:)``.
    public let commitment: Digest
    /// When the order ended.
    public let ended: Timestamp
    /// The block of the commitment.
    public let committed: Height
    /// 1 to ``starLimit``; zero until it is revealed.
    public internal(set) var stars: UInt32
    /// Hash of the words, once it is revealed.
    public internal(set) var text: Digest?

    public init(reviewer: AccountID, commitment: Digest, ended: Timestamp, at moment: Moment) {
        self.reviewer = reviewer
        self.commitment = commitment
        self.ended = ended
        committed = moment.height
        stars = 0
        text = nil
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        reviewer = try cursor.fixed(1, "reviewer", of: bytes)
        commitment = try cursor.fixed(2, "commitment", of: bytes)
        ended = Timestamp(try cursor.uint64(3, "ended", of: bytes))
        committed = Height(try cursor.uint64(4, "committed", of: bytes))
        stars = try cursor.uint32(5, "stars", of: bytes)
        text = try cursor.optionalFixed(6, "text", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, reviewer)
        writer.fixed(2, commitment)
        writer.uint64(3, ended.milliseconds)
        writer.uint64(4, committed.number)
        writer.uint32(5, stars)
        writer.fixed(6, text)
    }

    /// Hashes `order ‖ reviewer`: one for each side (rule T184).
    public static func id(order: Digest, reviewer: AccountID) -> Digest {
        Digest(hashing: order.bytes.array + reviewer.bytes.array, in: .review)
    }

    /// What is put down first; the salt keeps five stars from being guessed.
    public static func commitment(
        stars: UInt32, text: Digest, salt: Digest, order: Digest, reviewer: AccountID
    ) -> Digest {
        var input = salt.bytes.array + text.bytes.array + order.bytes.array
        input += reviewer.bytes.array + stars.bigEndianBytes
        return Digest(hashing: input, in: .review)
    }
}
