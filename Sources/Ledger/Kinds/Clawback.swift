public import Primitives
public import Wire

/// Destroys an amount that somebody else holds, by the issuer's declared power.
public struct Clawback: ActionKind {
    public static let number: UInt32 = 9

    public let asset: AssetID
    public let holder: AccountID
    public let amount: Amount

    public init(asset: AssetID, holder: AccountID, amount: Amount) {
        self.asset = asset
        self.holder = holder
        self.amount = amount
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        holder = try cursor.fixed(2, "holder", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(3, "amount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.fixed(2, holder)
        writer.uint64(3, amount.minorUnits)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {
        guard amount > .zero else { throw .amountZero }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        _ = try draft.asset(asset, with: .clawback, of: source)
        try draft.debit(
            BalanceID(holder, asset), amount, for: Movement(.clawedBack, with: source))
        try draft.changeSupply(of: asset, by: amount, for: Movement(.clawedBack, with: holder))
    }
}
