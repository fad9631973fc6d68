public import Ledger
public import Primitives
public import Wire

/// An agent writes down what customs answered outside of the ledger: a claim that moves nothing.
///
/// Only where no customs takes part, after the documents matched.
public struct ReportReceipt: ActionKind {
    public static let number: UInt32 = 98

    public let order: Digest
    /// As customs numbers it.
    public let status: UInt32
    /// Hash of the receipt message.
    public let receipt: Digest

    public init(order: Digest, status: UInt32, receipt: Digest) {
        self.order = order
        self.status = status
        self.receipt = receipt
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        status = try cursor.uint32(2, "status", of: bytes)
        receipt = try cursor.fixed(3, "receipt", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, status)
        writer.fixed(3, receipt)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let clearance = try draft.clearance(order)
        guard !clearance.hasCustoms, clearance.state == .matched else { throw .wrongState }
        guard clearance[.list]?.signer == source else { throw .notEntitled }
        try draft.update(
            clearance, at: order,
            RecordStep(Self.number, by: source, subject: receipt, code: UInt64(status)))
    }
}
