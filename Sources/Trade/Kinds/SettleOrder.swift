public import Ledger
public import Primitives
public import Wire

/// Buyer and seller agree how to divide what lies locked.
public struct SettleOrder: ActionKind {
    public static let number: UInt32 = 45

    public let order: Digest
    /// The other side, who signs too.
    public let other: AccountID
    /// The seller has the rest.
    public let toBuyer: Amount

    public init(order: Digest, other: AccountID, toBuyer: Amount) {
        self.order = order
        self.other = other
        self.toBuyer = toBuyer
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        other = try cursor.fixed(2, "other", of: bytes)
        toBuyer = Amount(minorUnits: try cursor.uint64(3, "to_buyer", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, other)
        writer.uint64(3, toBuyer.minorUnits)
    }

    public var entryCount: Int { 11 }

    public var approvers: [AccountID] { [other] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        let parties = [order.buyer, order.seller]
        guard source != other, parties.contains(source), parties.contains(other) else {
            throw .notEntitled
        }
        try draft.advance(
            &order, self.order, .mutual(toBuyer: toBuyer),
            RecordStep(Self.number, by: source, code: toBuyer.minorUnits))
    }
}
