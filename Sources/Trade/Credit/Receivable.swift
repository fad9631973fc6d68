public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let receivable = HashDomain("argosy/receiv")
}

/// Where a receivable is; the names are those of reference trade 7.5.
///
/// In locked orders and in those paid against a document the buyer's acknowledgement is in the order:
/// its price is locked, or swaps with the document.
public enum ReceivableState: UInt32, Hashable, Sendable, CaseIterable {
    case minted = 1
    case offered = 2
    case financed = 3
    // Ends.
    case settled = 10
    /// The order paid less, as by a return.
    case diluted = 11
    case defaulted = 12
}

/// The right to what an order still pays its seller: one token an order, so nothing is pledged twice.
public struct Receivable: RecordContent {
    public static let kind: UInt8 = 54
    /// From the due date to the default.
    public static let grace = Term.days(10)

    public let order: Digest
    public let seller: AccountID
    /// Gets the payout of the order, up to what is left.
    public internal(set) var holder: AccountID
    public let amount: Amount
    public let due: Timestamp
    public internal(set) var state: ReceivableState
    /// What the holder got.
    public internal(set) var paid: Amount
    /// What the seller asks for it; zero before it is offered.
    public internal(set) var price: Amount
    /// The seller answers for what is not paid.
    public internal(set) var hasRecourse: Bool
    /// The block of the last change.
    public internal(set) var changed: Height

    public init(
        order: Digest, seller: AccountID, amount: Amount, due: Timestamp, at moment: Moment
    ) {
        self.order = order
        self.seller = seller
        holder = seller
        self.amount = amount
        self.due = due
        state = .minted
        paid = .zero
        price = .zero
        hasRecourse = false
        changed = moment.height
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        seller = try cursor.fixed(2, "seller", of: bytes)
        holder = try cursor.fixed(3, "holder", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(4, "amount", of: bytes))
        due = Timestamp(try cursor.uint64(5, "due", of: bytes))
        state = try cursor.choice(6, "state", of: bytes)
        paid = Amount(minorUnits: try cursor.uint64(7, "paid", of: bytes))
        price = Amount(minorUnits: try cursor.uint64(8, "price", of: bytes))
        hasRecourse = try cursor.bool(9, "has_recourse", of: bytes)
        changed = Height(try cursor.uint64(10, "changed", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, seller)
        writer.fixed(3, holder)
        writer.uint64(4, amount.minorUnits)
        writer.uint64(5, due.milliseconds)
        writer.uint32(6, state.rawValue)
        writer.uint64(7, paid.minorUnits)
        writer.uint64(8, price.minorUnits)
        writer.bool(9, hasRecourse)
        writer.uint64(10, changed.number)
    }

    /// Hashes the order: an order has one token, whoever holds it (rule T186).
    public static func id(of order: Digest) -> Digest {
        Digest(hashing: order.bytes.array, in: .receivable)
    }

    /// What the holder still has to get.
    public var rest: Amount { amount.less(paid) }

    /// Whether payouts go to somebody else than the seller.
    var isSold: Bool { state == .financed || state == .defaulted }
}

extension Draft {
    public mutating func receivable(of order: Digest) throws(Rejection) -> Receivable {
        let id = Receivable.id(of: order)
        guard let found = record(id, as: Receivable.self) else { throw .unknownRecord }
        return found
    }

    /// Sends what an order pays its seller out of its stake to the holder of its receivable first
    /// (rule T187).
    mutating func redirect(
        _ effects: [Effect], of order: Order, _ id: Digest, _ step: RecordStep
    ) throws(Rejection) -> [Effect] {
        guard var token = record(Receivable.id(of: id), as: Receivable.self), token.isSold else {
            return effects
        }
        let before = token
        var held = amount(in: VaultID(.stake, of: id))
        var result: [Effect] = []
        for effect in effects {
            switch effect {
            case .lock(let amount, _, .stake): held = held.plus(amount)
            case .pay(let amount, .stake, order.seller):
                held = held.less(amount)
                let share = min(amount, token.rest)
                token.paid = token.paid.plus(share)
                result.append(.pay(share, from: .stake, to: token.holder))
                result.append(.pay(amount.less(share), from: .stake, to: order.seller))
                continue
            case .payRest(.stake, order.seller):
                let share = min(held, token.rest)
                token.paid = token.paid.plus(share)
                result.append(.pay(share, from: .stake, to: token.holder))
                held = .zero
            case .pay(let amount, .stake, _), .melt(let amount, .stake):
                held = held.less(amount)
            case .payRest(.stake, _), .meltRest(.stake): held = .zero
            case .lock, .pay, .payRest, .melt, .meltRest, .voidDuty: break
            }
            result.append(effect)
        }
        if token.rest == .zero {
            token.state = .settled
        } else if order.phase.isEnd, held == .zero, token.state == .financed {
            token.state = .diluted
        }
        guard token != before else { return result }
        token.changed = height
        try update(token, at: Receivable.id(of: id), step)
        return result
    }
}
