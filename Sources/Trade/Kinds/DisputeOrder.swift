public import Ledger
public import Primitives
public import Wire

/// The buyer says that what he has is not worth the price.
public struct DisputeOrder: ActionKind {
    public static let number: UInt32 = 44

    public let order: Digest
    /// Hash of the evidence.
    public let evidence: Digest
    /// Of the price, back.
    public let claimed: Share

    public init(order: Digest, evidence: Digest, claimed: Share) {
        self.order = order
        self.evidence = evidence
        self.claimed = claimed
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        evidence = try cursor.fixed(2, "evidence", of: bytes)
        claimed = try cursor.share(3, "claimed", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, evidence)
        writer.uint32(3, claimed.thousandths)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {
        guard claimed > .none else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireBuyer(source)
        try draft.advance(
            &order, self.order, .dispute(Dispute(evidence: evidence, claimed: claimed)),
            RecordStep(
                Self.number, by: source, subject: evidence, code: UInt64(claimed.thousandths)))
    }
}
