public import Ledger
public import Primitives
public import Wire

/// The agent declares goods whose documents match.
public struct DeclareGoods: ActionKind {
    public static let number: UInt32 = 94

    public let order: Digest
    /// Tax as the agent reckons it, at most what lies locked for it.
    public let estimate: Amount

    public init(order: Digest, estimate: Amount) {
        self.order = order
        self.estimate = estimate
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        estimate = Amount(minorUnits: try cursor.uint64(2, "estimate", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint64(2, estimate.minorUnits)
    }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var clearance = try draft.clearance(self.order)
        guard clearance[.list]?.signer == source else { throw .notEntitled }
        let covered = draft.amount(in: VaultID(.duty, of: self.order))
        try draft.advance(
            &clearance, of: order, self.order, .declare(estimate, covered: covered),
            RecordStep(Self.number, by: source, code: estimate.minorUnits))
    }
}
