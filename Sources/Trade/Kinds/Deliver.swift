public import Ledger
public import Primitives
public import Wire

/// The last custodian hands the parcel over, against the buyer's secret or his signature.
///
/// With the secret the parcel counts as it was taken; a reservation needs both signatures.
public struct Deliver: ActionKind {
    public static let number: UInt32 = 42

    public let order: Digest
    public let handover: Handover
    /// What the order's code was made from.
    public let secret: Digest?
    /// Signs too, in place of the secret.
    public let buyer: AccountID?

    public init(order: Digest, handover: Handover, secret: Digest? = nil, buyer: AccountID? = nil) {
        self.order = order
        self.handover = handover
        self.secret = secret
        self.buyer = buyer
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        handover = try cursor.message(2, "handover", of: bytes)
        secret = try cursor.optionalFixed(3, "secret", of: bytes)
        buyer = try cursor.optionalFixed(4, "buyer", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.message(2, handover)
        writer.fixed(3, secret)
        writer.fixed(4, buyer)
    }

    public var entryCount: Int { 13 }

    public var approvers: [AccountID] { buyer.map { [$0] } ?? [] }

    public func check() throws(Rejection) {
        guard (secret == nil) != (buyer == nil) else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        var parcel = try draft.parcel(self.order)
        guard source == parcel.custodian else { throw .notEntitled }
        guard !order.isDeliveryPast(at: draft.moment) else { throw .tooLate }
        if let secret {
            guard order.code == Order.code(of: secret, for: self.order) else {
                throw .secretWrong
            }
            guard handover.damage <= parcel.damage, handover.contents == parcel.last.contents
            else { throw .contradiction }
        } else {
            guard buyer == order.buyer else { throw .notEntitled }
        }
        let step = RecordStep(
            Self.number, by: source, subject: handover.contents,
            code: UInt64(handover.damage.thousandths))
        try draft.advance(&parcel, of: order, self.order, .deliver(handover), step)
        try draft.advance(&order, self.order, .deliver, step)
    }
}
