public import Ledger
public import Primitives

/// What one ended order says about one of its sides, taken from records alone.
public struct TradeFact: Hashable, Sendable {
    /// How a trade ended for the credit of one side.
    public enum Outcome: Hashable, Sendable {
        /// Done as agreed.
        case good
        /// Ended early and without fault: it counts for nothing.
        case neutral
        /// This side failed, or the two could not agree.
        case bad
    }

    /// What happened on the way.
    public struct Marks: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A carrier delivered it.
        public static let delivered = Marks(rawValue: 1)
        /// Customs released it, or there was no duty.
        public static let released = Marks(rawValue: 2)
        public static let disputed = Marks(rawValue: 4)
        public static let lost = Marks(rawValue: 8)
        /// The parcel weighed less than ``TradeFact/lightWeight``.
        public static let light = Marks(rawValue: 16)
        /// It was delivered where it came from.
        public static let toSender = Marks(rawValue: 32)
    }

    /// - Unit: grams.
    public static let lightWeight: UInt64 = 100

    public let order: Digest
    public let counterparty: AccountID
    public let isSeller: Bool
    public let amount: Amount
    public let outcome: Outcome
    public let ended: Timestamp
    /// From delivery to the end of the trade; nothing when it was not delivered.
    public let wait: Term
    /// How long the seller took to ship; `nil` when the goods never left.
    public let shipTime: Term?
    /// What was spent and cannot come back: freight to carriers, duty to customs.
    public let cost: Amount
    public let marks: Marks

    public var isDelivered: Bool { marks.contains(.delivered) }
    public var isReleased: Bool { marks.contains(.released) }
    public var isDisputed: Bool { marks.contains(.disputed) }
    public var isLost: Bool { marks.contains(.lost) }

    /// Records of one order.
    public struct Records: Sendable {
        public let order: Order
        public let duty: DutyLock?
        public let parcel: Parcel?

        public init(order: Order, duty: DutyLock?, parcel: Parcel? = nil) {
            self.order = order
            self.duty = duty
            self.parcel = parcel
        }
    }

    /// Takes it from an order, its duty and parcel if there are any, and what was noted of it.
    ///
    /// Freight counts that was paid to carriers that the viewer trusts; to all when it says nothing of
    /// whom it trusts. It is `nil` for an order that the party is no side of, or that has not ended.
    public init?(
        _ party: AccountID, _ id: Digest, _ records: Records, ended: Timestamp, isDisputed: Bool,
        seenBy viewpoint: Viewpoint = Viewpoint()
    ) {
        let order = records.order
        guard order.phase.isEnd, party == order.buyer || party == order.seller else { return nil }
        self.order = id
        isSeller = party == order.seller
        counterparty = isSeller ? order.buyer : order.seller
        amount = order.terms.price
        self.ended = ended
        let duty = records.duty
        let isDelivered = order.delivered != .never
        wait = isDelivered ? ended.since(order.delivered) : .hours(0)
        shipTime = records.parcel == nil ? nil : order.shipTime
        var marks: Marks = []
        if isDelivered { marks.insert(.delivered) }
        if duty.map({ $0.released != .never }) ?? true { marks.insert(.released) }
        if isDisputed { marks.insert(.disputed) }
        if order.phase == .lost { marks.insert(.lost) }
        if let parcel = records.parcel, isDelivered {
            if parcel.last.weight < Self.lightWeight { marks.insert(.light) }
            if parcel.last.place == parcel.legs.first?.origin { marks.insert(.toSender) }
        }
        self.marks = marks
        let legs = order.terms.legs.filter { viewpoint.countsFreight(to: $0.custodian) }
        let freight = legs.reduce(Amount.zero) { $0.plus($1.price) }
        let paid: Amount =
            duty.map { $0.state == .paid ? $0.total.less($0.refunded) : .zero } ?? .zero
        cost = (isDelivered ? freight : .zero).plus(paid)
        outcome = Self.outcome(of: order, isSeller: isSeller, isDisputed: isDisputed)
    }

    public init(
        order: Digest, counterparty: AccountID, isSeller: Bool, amount: Amount, outcome: Outcome,
        ended: Timestamp, cost: Amount, marks: Marks = [.delivered, .released],
        wait: Term = .hours(0), shipTime: Term? = nil
    ) {
        self.order = order
        self.counterparty = counterparty
        self.isSeller = isSeller
        self.amount = amount
        self.outcome = outcome
        self.ended = ended
        self.wait = wait
        self.shipTime = shipTime
        self.cost = cost
        self.marks = marks
    }

    /// Who failed, as far as the end of an order tells (rule T182).
    private static func outcome(
        of order: Order, isSeller: Bool, isDisputed: Bool
    ) -> Outcome {
        switch order.phase {
        case .completed, .closed: .good
        case .expired: .bad
        case .settled: isDisputed ? .bad : .neutral
        case .forfeited: isSeller ? .neutral : .bad
        case .cancelled, .lost: .neutral
        case .paid, .funded, .contracted, .depositPaid, .produced, .shipped, .balanceDue,
            .swapped, .released, .delivered, .disputed, .returning:
            .neutral
        }
    }
}
