public import Ledger
public import Primitives
public import Wire

/// The seller says for how much he sells a receivable, and whether he answers for it.
public struct OfferReceivable: ActionKind {
    public static let number: UInt32 = 103

    public let order: Digest
    public let price: Amount
    public let hasRecourse: Bool

    public init(order: Digest, price: Amount, hasRecourse: Bool) {
        self.order = order
        self.price = price
        self.hasRecourse = hasRecourse
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        price = Amount(minorUnits: try cursor.uint64(2, "price", of: bytes))
        hasRecourse = try cursor.bool(3, "has_recourse", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint64(2, price.minorUnits)
        writer.bool(3, hasRecourse)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {
        guard price > .zero else { throw .amountZero }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var token = try draft.receivable(of: order)
        guard source == token.seller else { throw .notEntitled }
        guard token.state == .minted || token.state == .offered else { throw .wrongState }
        guard price <= token.amount else { throw .termsInvalid }
        (token.price, token.hasRecourse, token.state) = (price, hasRecourse, .offered)
        token.changed = draft.height
        try draft.update(
            token, at: Receivable.id(of: order),
            RecordStep(Self.number, by: source, subject: order, code: price.minorUnits))
    }
}
