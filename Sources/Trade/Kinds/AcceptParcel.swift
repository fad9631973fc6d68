public import Ledger
public import Primitives
public import Wire

/// The next custodian takes the parcel that was tendered, and puts down his bond.
///
/// What he finds worse than it was is a reservation, and needs a second signature: of the one who
/// tendered, or of an inspector or a warehouse that the order accepts.
public struct AcceptParcel: ActionKind {
    public static let number: UInt32 = 54

    public let order: Digest
    /// Hash of the tender that is accepted.
    public let tender: Digest
    public let handover: Handover
    /// Signs too.
    public let witness: AccountID?

    public init(order: Digest, tender: Digest, handover: Handover, witness: AccountID? = nil) {
        self.order = order
        self.tender = tender
        self.handover = handover
        self.witness = witness
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        tender = try cursor.fixed(2, "tender", of: bytes)
        handover = try cursor.message(3, "handover", of: bytes)
        witness = try cursor.optionalFixed(4, "witness", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, tender)
        writer.message(3, handover)
        writer.fixed(4, witness)
    }

    public var entryCount: Int { 8 }

    public var approvers: [AccountID] { witness.map { [$0] } ?? [] }

    public func check() throws(Rejection) {
        guard handover.place.isValid else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var parcel = try draft.parcel(self.order)
        try draft.require(.carrier, of: source, in: order)
        guard case .tendered(let tendered) = parcel.state else { throw .wrongState }
        guard tendered.digest == tender else { throw .contradiction }
        if handover.damage > parcel.damage || handover.contents != parcel.last.contents {
            guard let witness, witness != source else { throw .reservationAlone }
            if witness != parcel.custodian {
                try requireWitness(witness, of: order, in: &draft)
            }
        }
        let step = RecordStep(
            Self.number, by: source, subject: handover.contents,
            code: UInt64(handover.damage.thousandths))
        try draft.begin([source], step)
        try draft.advance(
            &parcel, of: order, self.order, .accept(handover, by: source), step)
    }

    private func requireWitness(
        _ witness: AccountID, of order: Order, in draft: inout Draft
    ) throws(Rejection) {
        let inspectors = order.terms.attesters(of: .inspector)
        if draft.isAttested(witness, as: .inspector, byAnyOf: inspectors) { return }
        try draft.require(.warehouse, of: witness, in: order)
    }
}
