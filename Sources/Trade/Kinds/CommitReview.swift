public import Ledger
public import Primitives
public import Wire

/// Puts down the hash of a review of an order that has ended.
public struct CommitReview: ActionKind {
    public static let number: UInt32 = 100

    public let order: Digest
    /// ``Review/commitment(stars:text:salt:order:reviewer:)``.
    public let commitment: Digest

    public init(order: Digest, commitment: Digest) {
        self.order = order
        self.commitment = commitment
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        commitment = try cursor.fixed(2, "commitment", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, commitment)
    }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        guard source == order.buyer || source == order.seller else { throw .notEntitled }
        guard order.phase.isEnd else { throw .tooEarly }
        guard !draft.moment.isPast(order.since.after(Review.term), changed: order.changed) else {
            throw .tooLate
        }
        let review = Review(
            reviewer: source, commitment: commitment, ended: order.since, at: draft.moment)
        try draft.open(
            review, at: Review.id(order: self.order, reviewer: source), for: source,
            RecordStep(Self.number, by: source, subject: commitment, other: self.order))
    }
}
