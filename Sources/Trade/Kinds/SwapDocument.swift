public import Ledger
public import Primitives
public import Wire

/// Pays the balance and takes the transport document: both or neither.
///
/// The seller agreed when he showed the documents.
public struct SwapDocument: ActionKind {
    public static let number: UInt32 = 50

    public let order: Digest

    public init(order: Digest) {
        self.order = order
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
    }

    public var entryCount: Int { 5 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireBuyer(source)
        guard let id = order.document,
            var document = draft.record(id, as: TransportDocument.self)
        else { throw .wrongState }
        let step = RecordStep(Self.number, by: source, other: id)
        try draft.advance(&order, self.order, .swap, step)
        document.holder = source
        try draft.update(document, at: id, step)
    }
}
