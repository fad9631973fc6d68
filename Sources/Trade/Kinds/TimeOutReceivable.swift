public import Ledger
public import Primitives
public import Wire

/// Says that a receivable was not paid ten days after it was due; anybody may.
public struct TimeOutReceivable: ActionKind {
    public static let number: UInt32 = 105

    public let order: Digest

    public init(order: Digest) { self.order = order }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.fixed(1, order) }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var token = try draft.receivable(of: self.order)
        guard token.state == .financed || token.state == .diluted else { throw .wrongState }
        let end = token.due.after(Receivable.grace)
        guard draft.moment.isPast(end, changed: token.changed) else { throw .tooEarly }
        (token.state, token.changed) = (.defaulted, draft.height)
        let step = RecordStep(Self.number, by: source, subject: self.order)
        try draft.update(token, at: Receivable.id(of: self.order), step)
        let noted = step.noted(.receivable, token.state.rawValue, of: self.order)
        let isSellers = token.hasRecourse
        try draft.note(token.seller, noted, paidBy: source) { if isSellers { $0.defaults += 1 } }
        try draft.note(order.buyer, noted, paidBy: source)
    }
}
