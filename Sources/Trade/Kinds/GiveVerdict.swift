public import Ledger
public import Primitives
public import Wire

/// An inspector whom the order accepts ends a dispute.
public struct GiveVerdict: ActionKind {
    public static let number: UInt32 = 46

    public let order: Digest
    /// Of the price.
    public let toBuyer: Share
    /// Hash of the report.
    public let report: Digest

    public init(order: Digest, toBuyer: Share, report: Digest) {
        self.order = order
        self.toBuyer = toBuyer
        self.report = report
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        toBuyer = try cursor.share(2, "to_buyer", of: bytes)
        report = try cursor.fixed(3, "report", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, toBuyer.thousandths)
        writer.fixed(3, report)
    }

    public var entryCount: Int { 11 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        guard source != order.buyer, source != order.seller else { throw .notEntitled }
        try draft.require(.inspector, of: source, in: order)
        try draft.advance(
            &order, self.order, .verdict(toBuyer: toBuyer, inspector: source),
            RecordStep(
                Self.number, by: source, subject: report, code: UInt64(toBuyer.thousandths)))
    }
}
