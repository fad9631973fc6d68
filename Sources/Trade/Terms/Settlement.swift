public import Primitives
public import Wire

/// The seller is paid when a carrier takes the parcel.
public struct DirectTerms: Hashable, Sendable, WireCodable {
    /// To the seller when the buyer cancels.
    public let cancelFee: Amount
    /// Put down with the quote, for refunds.
    public let sellerBond: Amount

    public init(cancelFee: Amount = .zero, sellerBond: Amount = .zero) {
        self.cancelFee = cancelFee
        self.sellerBond = sellerBond
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        cancelFee = Amount(minorUnits: try cursor.uint64(1, "cancel_fee", of: bytes))
        sellerBond = Amount(minorUnits: try cursor.uint64(2, "seller_bond", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, cancelFee.minorUnits)
        writer.uint64(2, sellerBond.minorUnits)
    }
}

/// Both sides fund one lock that only the two of them, or time, opens.
public struct LockedTerms: Hashable, Sendable, WireCodable {
    public let buyerDeposit: Amount
    public let sellerDeposit: Amount
    /// Of the price, from the seller's deposit to a buyer whose goods never left. // λ
    public let lateShare: Share
    /// Of the price, melts with the deposits in a dispute. // κ
    public let burntShare: Share
    /// Of what is left of the price, to the buyer when a dispute ends by time. // θ
    public let buyerShare: Share
    /// From the dispute to the first melting. // T_neg
    public let negotiation: Term
    /// From the dispute to its end. // T_max
    public let limit: Term
    /// From the deposit of whoever loses a verdict.
    public let inspectorFee: Amount

    public init(
        buyerDeposit: Amount, sellerDeposit: Amount, lateShare: Share, burntShare: Share,
        buyerShare: Share, negotiation: Term, limit: Term, inspectorFee: Amount = .zero
    ) {
        self.buyerDeposit = buyerDeposit
        self.sellerDeposit = sellerDeposit
        self.lateShare = lateShare
        self.burntShare = burntShare
        self.buyerShare = buyerShare
        self.negotiation = negotiation
        self.limit = limit
        self.inspectorFee = inspectorFee
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        buyerDeposit = Amount(minorUnits: try cursor.uint64(1, "buyer_deposit", of: bytes))
        sellerDeposit = Amount(minorUnits: try cursor.uint64(2, "seller_deposit", of: bytes))
        lateShare = try cursor.share(3, "late_share", of: bytes)
        burntShare = try cursor.share(4, "burnt_share", of: bytes)
        buyerShare = try cursor.share(5, "buyer_share", of: bytes)
        negotiation = Term(milliseconds: try cursor.uint64(6, "negotiation", of: bytes))
        limit = Term(milliseconds: try cursor.uint64(7, "limit", of: bytes))
        inspectorFee = Amount(minorUnits: try cursor.uint64(8, "inspector_fee", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, buyerDeposit.minorUnits)
        writer.uint64(2, sellerDeposit.minorUnits)
        writer.uint32(3, lateShare.thousandths)
        writer.uint32(4, burntShare.thousandths)
        writer.uint32(5, buyerShare.thousandths)
        writer.uint64(6, negotiation.milliseconds)
        writer.uint64(7, limit.milliseconds)
        writer.uint64(8, inspectorFee.minorUnits)
    }
}

/// A deposit first; the balance swaps with the transport document.
public struct BalanceTerms: Hashable, Sendable, WireCodable {
    public let deposit: Amount
    /// When it covers the deposit, the seller has the deposit at once.
    public let sellerBond: Amount
    /// From the deposit to the first custodian. // T_prod
    public let production: Term
    /// From the documents to the balance. // T_bal
    public let payment: Term
    /// The balance needs an inspector's certificate.
    public let needsCertificate: Bool

    public init(
        deposit: Amount, sellerBond: Amount, production: Term, payment: Term,
        needsCertificate: Bool = false
    ) {
        self.deposit = deposit
        self.sellerBond = sellerBond
        self.production = production
        self.payment = payment
        self.needsCertificate = needsCertificate
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        deposit = Amount(minorUnits: try cursor.uint64(1, "deposit", of: bytes))
        sellerBond = Amount(minorUnits: try cursor.uint64(2, "seller_bond", of: bytes))
        production = Term(milliseconds: try cursor.uint64(3, "production", of: bytes))
        payment = Term(milliseconds: try cursor.uint64(4, "payment", of: bytes))
        needsCertificate = try cursor.bool(5, "needs_certificate", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, deposit.minorUnits)
        writer.uint64(2, sellerBond.minorUnits)
        writer.uint64(3, production.milliseconds)
        writer.uint64(4, payment.milliseconds)
        writer.bool(5, needsCertificate)
    }
}

/// How an order is paid, with the terms of that way (design T1).
public enum Settlement: Hashable, Sendable {
    case direct(DirectTerms)
    case locked(LockedTerms)
    case balance(BalanceTerms)

    /// What the seller puts down beside a lock.
    public var sellerBond: Amount {
        switch self {
        case .direct(let terms): terms.sellerBond
        case .locked: .zero
        case .balance(let terms): terms.sellerBond
        }
    }
}

extension Settlement: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        switch try cursor.nextField(of: bytes) {
        case 1: self = .direct(try cursor.message(1, "direct", of: bytes))
        case 2: self = .locked(try cursor.message(2, "locked", of: bytes))
        case 3: self = .balance(try cursor.message(3, "balance", of: bytes))
        case let number?:
            throw WireError(.unknownCase(UInt64(number)), at: cursor.offset).inside("mode")
        case nil: throw WireError(.missing, at: cursor.offset).inside("mode")
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .direct(let terms): writer.message(1, terms)
        case .locked(let terms): writer.message(2, terms)
        case .balance(let terms): writer.message(3, terms)
        }
    }
}
