public import Ledger
public import Primitives
public import Wire

/// Customs releases the goods of an order, or sends them back.
public struct ReleaseGoods: ActionKind {
    public static let number: UInt32 = 59

    public let order: Digest
    /// 800 released, 700 to be exported again; as customs numbers them.
    public let code: UInt32
    /// Receipt of the quota, sealed to the buyer: hash of an attachment.
    public let receipt: Digest?

    public init(order: Digest, code: UInt32, receipt: Digest? = nil) {
        self.order = order
        self.code = code
        self.receipt = receipt
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        code = try cursor.uint32(2, "code", of: bytes)
        receipt = try cursor.optionalFixed(3, "receipt", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, code)
        writer.fixed(3, receipt)
    }

    public var entryCount: Int { 5 }

    public func check() throws(Rejection) {
        guard code == Self.released || code == Self.rejected else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        try draft.require(.customs, of: source, in: order)
        if let receipt { try draft.requireAttached([receipt]) }
        // With a clearance the duty follows its verdict, and only that.
        guard draft.record(self.order, as: Clearance.self) == nil else { throw .wrongState }
        try draft.advanceDuty(
            of: self.order, code == Self.released ? .release(receipt: receipt) : .reject,
            in: order.terms.asset,
            RecordStep(Self.number, by: source, subject: receipt, code: UInt64(code)))
    }

    public static let released: UInt32 = 800
    public static let rejected: UInt32 = 700
}
