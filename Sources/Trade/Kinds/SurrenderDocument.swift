public import Ledger
public import Primitives
public import Wire

/// The holder of a transport document gives it up for the goods; the carrier signs too.
public struct SurrenderDocument: ActionKind {
    public static let number: UInt32 = 52

    public let document: Digest
    public let carrier: AccountID
    public let handover: Handover

    public init(document: Digest, carrier: AccountID, handover: Handover) {
        self.document = document
        self.carrier = carrier
        self.handover = handover
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        document = try cursor.fixed(1, "document", of: bytes)
        carrier = try cursor.fixed(2, "carrier", of: bytes)
        handover = try cursor.message(3, "handover", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, document)
        writer.fixed(2, carrier)
        writer.message(3, handover)
    }

    public var entryCount: Int { 9 }

    public var approvers: [AccountID] { [carrier] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard var document = draft.record(self.document, as: TransportDocument.self) else {
            throw .unknownRecord
        }
        guard document.holder == source else { throw .notEntitled }
        guard !document.isSurrendered else { throw .wrongState }
        let id = document.order
        var order = try draft.order(id)
        var parcel = try draft.parcel(id)
        guard carrier == parcel.custodian else { throw .notEntitled }
        let step = RecordStep(
            Self.number, by: source, subject: handover.contents, other: self.document,
            code: UInt64(handover.damage.thousandths))
        if order.phase != .forfeited {
            guard !order.isDeliveryPast(at: draft.moment) else { throw .tooLate }
            try draft.advance(&parcel, of: order, id, .deliver(handover), step)
            try draft.advance(&order, id, .surrender, step)
        }
        document.isSurrendered = true
        try draft.update(document, at: self.document, step)
    }
}
