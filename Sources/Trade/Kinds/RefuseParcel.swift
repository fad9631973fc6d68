public import Ledger
public import Primitives
public import Wire

/// The receiver does not take the parcel, and it goes back with the carrier who brought it.
///
/// The carrier says so together with the buyer; alone only when he has offered it at the end of the
/// way for longer than a tender may wait.
public struct RefuseParcel: ActionKind {
    public static let number: UInt32 = 58

    public let order: Digest
    public let handover: Handover
    /// Signs too, and pays the way back.
    public let buyer: AccountID?

    public init(order: Digest, handover: Handover, buyer: AccountID? = nil) {
        self.order = order
        self.handover = handover
        self.buyer = buyer
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        handover = try cursor.message(2, "handover", of: bytes)
        buyer = try cursor.optionalFixed(3, "buyer", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.message(2, handover)
        writer.fixed(3, buyer)
    }

    public var entryCount: Int { 10 }

    public var approvers: [AccountID] { buyer.map { [$0] } ?? [] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        var parcel = try draft.parcel(self.order)
        guard source == parcel.custodian, buyer ?? order.buyer == order.buyer else {
            throw .notEntitled
        }
        if buyer == nil { try checkAlone(parcel, at: draft.moment) }
        let step = RecordStep(
            Self.number, by: source, subject: handover.contents,
            code: UInt64(handover.damage.thousandths))
        try draft.advance(&parcel, of: order, self.order, .refuse(handover), step)
        try draft.advance(&order, self.order, .refuse, step)
        var opened = Return(
            of: order, self.order, lines: order.unreturned, reason: .refused,
            state: .authorised, at: draft.moment)
        let id = Return.id(order: self.order, index: order.tally.count)
        try draft.open(opened, at: id, for: order.buyer, step)
        let way = ReturnWay(
            carrier: source, weight: handover.weight, contents: handover.contents)
        try draft.advance(&opened, id, .shipBack(way, isLabelled: buyer != nil), step)
    }

    private func checkAlone(_ parcel: Parcel, at moment: Moment) throws(Rejection) {
        guard case .tendered(let tender) = parcel.state else { throw .wrongState }
        let waiting = tender.time.after(Terms.tenderTerm)
        guard moment.isPast(waiting, changed: parcel.changed) else { throw .tooEarly }
        guard handover.damage <= parcel.damage, handover.contents == parcel.last.contents else {
            throw .contradiction
        }
    }
}
