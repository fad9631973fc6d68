import Primitives
public import Wire

/// Removes the source's empty balance; whoever paid its deposit gets it back.
///
/// A mark of the issuer that freezes it stays, without a deposit (rule L22).
public struct CloseBalance: ActionKind {
    public static let number: UInt32 = 13

    public let asset: AssetID

    public init(asset: AssetID) { self.asset = asset }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.fixed(1, asset) }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let id = BalanceID(source, asset)
        guard var leaf = draft.balance(id) else { throw .unknownBalance }
        guard leaf.amount == .zero else { throw .balanceNotEmpty }
        let deposit = leaf.deposit
        if leaf.isFrozen {
            leaf.deposit = nil
            draft.set(leaf, of: id)
        } else {
            draft.set(nil as BalanceLeaf?, of: id)
        }
        try draft.returnDeposit(deposit, of: source)
    }
}

/// Removes the receipt of a payment; whoever paid its deposit gets it back.
///
/// The recipient may close it at any time, since only the recipient refunds; the payer may once it
/// is refunded in full or its term is over (rule L23).
public struct CloseReceipt: ActionKind {
    public static let number: UInt32 = 14

    public let payment: PaymentID

    public init(payment: PaymentID) { self.payment = payment }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        payment = try cursor.fixed(1, "payment", of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.fixed(1, payment) }

    public var entryCount: Int { 3 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard let receipt = draft.receipt(payment) else { throw .unknownPayment }
        if source != receipt.recipient {
            guard source == receipt.payer else { throw .notParty }
            let term = draft.parameters()?.receiptTerm ?? .max
            guard receipt.refunded == receipt.amount || draft.height >= receipt.height.adding(term)
            else { throw .receiptOpen }
        }
        draft.set(nil as ReceiptLeaf?, of: payment)
        try draft.returnDeposit(receipt.deposit, of: receipt.payer)
    }
}
