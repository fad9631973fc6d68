public import Ledger
public import Primitives
public import Wire

/// The seller shows sealed copies of the documents; from then on the balance is due.
public struct PostDocuments: ActionKind {
    public static let number: UInt32 = 49

    public let order: Digest
    /// Hashes of attachments.
    public let documents: [Digest]

    public init(order: Digest, documents: [Digest]) {
        self.order = order
        self.documents = documents
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        documents = try cursor.fixedList(
            2, "documents", limit: PostDocuments.documentLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixedList(2, documents)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {
        guard !documents.isEmpty else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireSeller(source)
        try draft.requireAttached(documents)
        guard try draft.parcel(self.order).isOnLastLeg else { throw .tooEarly }
        try draft.advance(
            &order, self.order, .postDocuments,
            RecordStep(Self.number, by: source, subject: documents[0]))
    }

    public static let documentLimit = 4
}
