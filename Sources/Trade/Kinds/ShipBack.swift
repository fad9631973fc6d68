public import Ledger
public import Primitives
public import Wire

/// The buyer gives goods to the carrier who takes them back; both sign.
public struct ShipBack: ActionKind {
    public static let number: UInt32 = 65

    /// The return.
    public let returned: Digest
    public let way: ReturnWay

    public init(returned: Digest, way: ReturnWay) {
        self.returned = returned
        self.way = way
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        returned = try cursor.fixed(1, "returned", of: bytes)
        way = try cursor.message(2, "way", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, returned)
        writer.message(2, way)
    }

    public var entryCount: Int { 7 }

    public var approvers: [AccountID] { [way.carrier] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var goods = try draft.goodsReturn(returned)
        let order = try draft.order(goods.order)
        try order.requireBuyer(source)
        try draft.require(.carrier, of: way.carrier, in: order)
        try check(order, goods, try draft.parcel(goods.order))
        try draft.advance(
            &goods, returned, .shipBack(way, isLabelled: true),
            RecordStep(Self.number, by: source, subject: way.contents, code: way.weight))
    }

    /// All of an order that comes back at once must be what was delivered, by scan and by scale.
    private func check(
        _ order: Order, _ goods: Return, _ parcel: Parcel
    ) throws(Rejection) {
        let isWhole =
            goods.lines == order.unreturned && order.tally.units.allSatisfy { $0 == 0 }
        guard isWhole else { return }
        guard way.contents == parcel.last.contents,
            Handover.agree(way.weight, parcel.last.weight)
        else { throw .contradiction }
    }
}
