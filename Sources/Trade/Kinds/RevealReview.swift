public import Ledger
public import Primitives
public import Wire

/// Shows the stars of a review and the hash of its words: once both sides have committed, or when the
/// time to commit is over.
public struct RevealReview: ActionKind {
    public static let number: UInt32 = 101

    public let order: Digest
    public let stars: UInt32
    public let text: Digest
    public let salt: Digest

    public init(order: Digest, stars: UInt32, text: Digest, salt: Digest) {
        self.order = order
        self.stars = stars
        self.text = text
        self.salt = salt
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        stars = try cursor.uint32(2, "stars", of: bytes)
        text = try cursor.fixed(3, "text", of: bytes)
        salt = try cursor.fixed(4, "salt", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, stars)
        writer.fixed(3, text)
        writer.fixed(4, salt)
    }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {
        guard (1...Review.starLimit).contains(stars) else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        let id = Review.id(order: self.order, reviewer: source)
        guard var review = draft.record(id, as: Review.self) else { throw .unknownRecord }
        guard review.stars == 0 else { throw .wrongState }
        let commitment = Review.commitment(
            stars: stars, text: text, salt: salt, order: self.order, reviewer: source)
        guard review.commitment == commitment else { throw .secretWrong }
        let other = source == order.buyer ? order.seller : order.buyer
        let others = Review.id(order: self.order, reviewer: other)
        let end = review.ended.after(Review.term)
        guard
            draft.record(others, as: Review.self) != nil
                || draft.moment.isPast(end, changed: review.committed)
        else { throw .tooEarly }
        (review.stars, review.text) = (stars, text)
        let step = RecordStep(
            Self.number, by: source, subject: text, other: self.order, code: UInt64(stars))
        try draft.update(review, at: id, step)
        try draft.note(
            other, step.noted(.review, stars, of: self.order, other: PartyRecord.id(of: source)),
            paidBy: source)
    }
}
