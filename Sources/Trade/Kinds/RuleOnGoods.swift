public import Ledger
public import Primitives
public import Wire

/// Customs gives a declared parcel its next status.
public struct RuleOnGoods: ActionKind {
    public static let number: UInt32 = 95

    public let order: Digest
    /// 100, 120, 300, 399, 500 to 503, 599, 700, 800 or 899, as customs numbers them.
    public let status: UInt32
    /// As customs numbers reasons; what it says in words stays between customs and agent.
    public let reason: UInt32
    /// With 800: hash of an attachment, the quota receipt sealed to the buyer.
    public let receipt: Digest?

    public init(order: Digest, status: UInt32, reason: UInt32 = 0, receipt: Digest? = nil) {
        self.order = order
        self.status = status
        self.reason = reason
        self.receipt = receipt
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        status = try cursor.uint32(2, "status", of: bytes)
        reason = try cursor.uint32(3, "reason", of: bytes)
        receipt = try cursor.optionalFixed(4, "receipt", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, status)
        writer.uint32(3, reason)
        writer.fixed(4, receipt)
    }

    public var entryCount: Int { 7 }

    public func check() throws(Rejection) {
        guard receipt == nil || status == ReleaseGoods.released else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        try draft.require(.customs, of: source, in: order)
        if let receipt { try draft.requireAttached([receipt]) }
        var clearance = try draft.clearance(self.order)
        try draft.advance(
            &clearance, of: order, self.order, .status(status, reason: reason),
            RecordStep(Self.number, by: source, subject: receipt, code: UInt64(status)))
    }
}
