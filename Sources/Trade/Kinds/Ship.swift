public import Ledger
public import Primitives
public import Wire

/// Gives the parcel to its first custodian, who signs too and puts down his bond.
///
/// The seller says what he packed; both say what they saw.
public struct Ship: ActionKind {
    public static let number: UInt32 = 39

    public let order: Digest
    /// The first custodian, or another accepted carrier in its place.
    public let carrier: AccountID
    public let handover: Handover
    /// Hash of the carrier's bill; exactly for orders that are paid against it.
    public let bill: Digest?

    public init(order: Digest, carrier: AccountID, handover: Handover, bill: Digest? = nil) {
        self.order = order
        self.carrier = carrier
        self.handover = handover
        self.bill = bill
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        carrier = try cursor.fixed(2, "carrier", of: bytes)
        handover = try cursor.message(3, "handover", of: bytes)
        bill = try cursor.optionalFixed(4, "bill", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, carrier)
        writer.message(3, handover)
        writer.fixed(4, bill)
    }

    public var entryCount: Int { 9 }

    public var approvers: [AccountID] { [carrier] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireSeller(source)
        try draft.require(.carrier, of: carrier, in: order)
        guard handover.place == order.terms.legs[0].origin else { throw .contradiction }
        var legs = order.terms.legs
        legs[0].custodian = carrier
        let items = order.terms.goods.items
        let mismatch =
            handover.contents == items
            ? nil : Mismatch(liable: order.seller, contents: handover.contents)
        let parcel = Parcel(
            legs: legs, taken: handover, mismatch: mismatch, at: draft.moment)
        let step = RecordStep(
            Self.number, by: source, subject: handover.contents, code: handover.weight)
        try issueDocument(of: &order, in: &draft, step)
        try draft.advance(&order, self.order, .ship, step)
        try draft.open(parcel, at: self.order, for: source, step)
        try draft.begin([carrier], step)
        try draft.carryOut(
            [.lock(legs[0].bond, from: carrier, into: .carrierBond)], of: self.order,
            in: order.terms.asset)
    }

    private func issueDocument(
        of order: inout Order, in draft: inout Draft, _ step: RecordStep
    ) throws(Rejection) {
        if case .balance = order.terms.settlement {
            guard let bill else { throw .malformed }
            let id = TransportDocument.id(carrier: carrier, bill: bill)
            let document = TransportDocument(
                order: self.order, carrier: carrier, bill: bill, holder: order.seller)
            try draft.open(document, at: id, for: order.seller, step)
            order.document = id
        } else {
            guard bill == nil else { throw .malformed }
        }
    }
}
