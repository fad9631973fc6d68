public import Ledger
public import Primitives
public import Wire

/// Says that a deadline of an order is over; anybody may.
///
/// It does what the order's table has for it: cancelled, lost, completed, expired, forfeited, closed.
public struct TimeOutOrder: ActionKind {
    public static let number: UInt32 = 41

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

    public var entryCount: Int { 13 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        switch order.phase {
        case .shipped, .swapped:
            try lose(&order, in: &draft, by: source)
        case .balanceDue:
            try abandon(&order, .timeout, in: &draft, by: source)
        case .paid, .funded, .contracted, .depositPaid, .produced, .released, .delivered,
            .disputed, .returning, .cancelled, .lost, .settled, .expired, .forfeited, .completed,
            .closed:
            try draft.advance(&order, self.order, .timeout, RecordStep(Self.number, by: source))
        }
    }

    /// The parcel is lost when its custodian has had it twice as long as agreed, or when the time
    /// of the whole way is over.
    ///
    /// Goods that wait at the end of the way for their document are not lost: whoever holds the
    /// document did not come.
    private func lose(
        _ order: inout Order, in draft: inout Draft, by source: AccountID
    ) throws(Rejection) {
        var parcel = try draft.parcel(self.order)
        let isPast = order.isDeliveryPast(at: draft.moment)
        if order.phase == .shipped, order.document != nil, parcel.isOnLastLeg,
            case .tendered = parcel.state
        {
            guard isPast else { throw .tooEarly }
            return try abandon(&order, .abandon, in: &draft, by: source)
        }
        let isOverdue = order.phase == .shipped && parcel.isOverdue(at: draft.moment)
        guard isPast || isOverdue else { throw .tooEarly }
        let step = RecordStep(Self.number, by: source)
        try draft.advance(&parcel, of: order, self.order, .lose, step)
        try draft.advance(&order, self.order, .lost, step)
    }

    /// Nobody will come for the goods; the carrier has done what he agreed to.
    private func abandon(
        _ order: inout Order, _ event: OrderEvent, in draft: inout Draft, by source: AccountID
    ) throws(Rejection) {
        let step = RecordStep(Self.number, by: source)
        var parcel = try draft.parcel(self.order)
        try draft.advance(&order, self.order, event, step)
        try draft.advance(&parcel, of: order, self.order, .abandon, step)
    }
}
