public import Primitives
public import Wire

/// Destroys an amount that the source holds.
///
/// Burning a whole balance is always allowed, also when it is frozen (rule L12).
public struct Burn: ActionKind {
    public static let number: UInt32 = 6

    public let asset: AssetID
    public let amount: Amount

    public init(asset: AssetID, amount: Amount) {
        self.asset = asset
        self.amount = amount
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(2, "amount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.uint64(2, amount.minorUnits)
    }

    public var entryCount: Int { 2 }

    public var spending: [(asset: AssetID, amount: Amount)] { [(asset, amount)] }

    public func check() throws(Rejection) {
        guard amount > .zero else { throw .amountZero }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        try draft.debit(BalanceID(source, asset), amount, for: Movement(.burned))
        try draft.changeSupply(of: asset, by: amount, for: Movement(.burned, with: source))
    }
}
