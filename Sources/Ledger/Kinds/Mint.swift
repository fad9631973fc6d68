public import Primitives
public import Wire

/// Makes more of an asset, for one recipient.
public struct Mint: ActionKind {
    public static let number: UInt32 = 5

    public let asset: AssetID
    public let recipient: AccountID
    public let amount: Amount

    public init(asset: AssetID, recipient: AccountID, amount: Amount) {
        self.asset = asset
        self.recipient = recipient
        self.amount = amount
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        recipient = try cursor.fixed(2, "recipient", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(3, "amount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.fixed(2, recipient)
        writer.uint64(3, amount.minorUnits)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {
        guard amount > .zero else { throw .amountZero }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        _ = try draft.asset(asset, with: .mint, of: source)
        try draft.checkWelcome(amount, asset, from: source, to: recipient)
        try draft.changeSupply(of: asset, by: amount, for: Movement(.minted, with: recipient))
        try draft.credit(
            BalanceID(recipient, asset), amount, for: Movement(.minted, with: source))
    }
}
