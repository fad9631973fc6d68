public import Ledger
public import Primitives
public import Wire

/// Says what goods that came back are still worth: all, a part, or nothing of the price.
///
/// A warehouse or an inspector whom the order accepts; the seller only that they are worth all.
public struct InspectReturn: ActionKind {
    public static let number: UInt32 = 68

    /// The return.
    public let returned: Digest
    public let worth: Share
    /// Hash of the report.
    public let report: Digest

    public init(returned: Digest, worth: Share, report: Digest) {
        self.returned = returned
        self.worth = worth
        self.report = report
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        worth = try cursor.share(2, "worth", of: bytes)
        report = try cursor.fixed(3, "report", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.uint32(2, worth.thousandths)
        writer.fixed(3, report)
    }

    public var entryCount: Int { 8 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try requireInspector(source, of: order, in: &draft)
        try draft.advance(
            &goods, returned, .inspect(worth),
            RecordStep(Self.number, by: source, subject: report, code: UInt64(worth.thousandths)))
    }

    private func requireInspector(
        _ source: AccountID, of order: Order, in draft: inout Draft
    ) throws(Rejection) {
        if source == order.seller, worth == .whole { return }
        guard source != order.seller, source != order.buyer else { throw .notEntitled }
        let inspectors = order.terms.attesters(of: .inspector)
        if draft.isAttested(source, as: .inspector, byAnyOf: inspectors) { return }
        try draft.require(.warehouse, of: source, in: order)
    }
}
