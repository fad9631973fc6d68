public import Ledger
public import Primitives
public import Wire

/// The buyer wants to give units of an order back.
public struct RequestReturn: ActionKind {
    public static let number: UInt32 = 61

    public let order: Digest
    /// Ascending by line.
    public let lines: [ReturnLine]
    public let reason: ReturnReason
    /// Hash of the evidence, or zeros.
    public let evidence: Digest

    public init(order: Digest, lines: [ReturnLine], reason: ReturnReason, evidence: Digest = .zero)
    {
        self.order = order
        self.lines = lines
        self.reason = reason
        self.evidence = evidence
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        lines = try cursor.messages(2, "lines", limit: Goods.lineLimit, of: bytes)
        reason = try cursor.choice(3, "reason", of: bytes)
        evidence = try cursor.fixed(4, "evidence", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.messages(2, lines)
        writer.uint32(3, reason.rawValue)
        writer.fixed(4, evidence)
    }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {
        guard reason.isBuyers, !lines.isEmpty else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireBuyer(source)
        try order.check(lines)
        let term =
            reason == .withoutReason
            ? order.terms.returns.withoutReason : order.terms.returns.forDefect
        let end = order.delivered.after(term)
        guard !draft.moment.isPast(end, changed: order.changed) else { throw .tooLate }
        let step = RecordStep(
            Self.number, by: source, subject: evidence, code: UInt64(reason.rawValue))
        try draft.advance(&order, self.order, .returns(.open), step)
        // Two signatures have said already that the goods are not the ones of the order.
        let parcel = try draft.parcel(self.order)
        let isProved = reason == .wrongItem && parcel.mismatch != nil
        let opened = Return(
            of: order, self.order, lines: lines, reason: reason,
            state: isProved ? .authorised : .requested, at: draft.moment)
        let id = Return.id(order: self.order, index: order.tally.count)
        try draft.open(opened, at: id, for: source, step)
    }
}

extension ReturnReason {
    /// Whether a buyer may give it.
    var isBuyers: Bool { self == .withoutReason || self == .defect || self == .wrongItem }
}
