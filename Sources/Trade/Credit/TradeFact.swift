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

    public let order: Digest
    public let counterparty: AccountID
    public let isSeller: Bool
    public let amount: Amount
    public let outcome: Outcome
    public let ended: Timestamp
    /// What was spent and cannot come back: freight to carriers, duty to customs.
    public let cost: Amount
    /// A carrier delivered it.
    public let isDelivered: Bool
    /// Customs released it, or there was no duty.
    public let isReleased: Bool
    public let isDisputed: Bool
    public let isLost: Bool

    /// Takes it from an order, its duty if there is any, and what was noted of it.
    ///
    /// It is `nil` for an order that the party is no side of, or that has not ended.
    public init?(
        _ party: AccountID, _ id: Digest, _ order: Order, duty: DutyLock?, ended: Timestamp,
        isDisputed: Bool
    ) {
        guard order.phase.isEnd, party == order.buyer || party == order.seller else { return nil }
        self.order = id
        isSeller = party == order.seller
        counterparty = isSeller ? order.buyer : order.seller
        amount = order.terms.price
        self.ended = ended
        isDelivered = order.delivered != .never
        isReleased = duty.map { $0.released != .never } ?? true
        self.isDisputed = isDisputed
        isLost = order.phase == .lost
        let freight = isDelivered ? order.terms.freight : .zero
        let paid: Amount =
            duty.map { $0.state == .paid ? $0.total.less($0.refunded) : .zero } ?? .zero
        cost = freight.plus(paid)
        outcome = Self.outcome(of: order, isSeller: isSeller, isDisputed: isDisputed)
    }

    public init(
        order: Digest, counterparty: AccountID, isSeller: Bool, amount: Amount, outcome: Outcome,
        ended: Timestamp, cost: Amount, isDelivered: Bool = true, isReleased: Bool = true,
        isDisputed: Bool = false, isLost: Bool = false
    ) {
        self.order = order
        self.counterparty = counterparty
        self.isSeller = isSeller
        self.amount = amount
        self.outcome = outcome
        self.ended = ended
        self.cost = cost
        self.isDelivered = isDelivered
        self.isReleased = isReleased
        self.isDisputed = isDisputed
        self.isLost = isLost
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
