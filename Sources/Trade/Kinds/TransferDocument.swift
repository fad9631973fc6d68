public import Ledger
public import Primitives
public import Wire

/// Passes a transport document on; who takes it signs too.
public struct TransferDocument: ActionKind {
    public static let number: UInt32 = 51

    public let document: Digest
    public let receiver: AccountID

    public init(document: Digest, receiver: AccountID) {
        self.document = document
        self.receiver = receiver
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        document = try cursor.fixed(1, "document", of: bytes)
        receiver = try cursor.fixed(2, "receiver", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, document)
        writer.fixed(2, receiver)
    }

    public var entryCount: Int { 2 }

    public var approvers: [AccountID] { [receiver] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard var document = draft.record(self.document, as: TransportDocument.self) else {
            throw .unknownRecord
        }
        guard document.holder == source else { throw .notEntitled }
        let order = try draft.order(document.order)
        // Until the swap or its failure the seller has promised it to the buyer.
        guard !document.isSurrendered, order.phase == .swapped || order.phase == .forfeited else {
            throw .wrongState
        }
        document.holder = receiver
        try draft.update(
            document, at: self.document,
            RecordStep(Self.number, by: source, other: document.order))
    }
}
