public import Primitives
public import Wire

/// A payment that can be refunded: who paid whom how much, and how much went back.
public struct ReceiptLeaf: LeafValue {
    public let payer: AccountID
    public let recipient: AccountID
    public let asset: AssetID
    public let amount: Amount
    public var refunded: Amount
    /// The block of the payment.
    public let height: Height
    public let deposit: Deposit?

    public init(
        payer: AccountID, recipient: AccountID, asset: AssetID, amount: Amount,
        refunded: Amount = .zero, height: Height, deposit: Deposit?
    ) {
        self.payer = payer
        self.recipient = recipient
        self.asset = asset
        self.amount = amount
        self.refunded = refunded
        self.height = height
        self.deposit = deposit
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        payer = try cursor.fixed(1, "payer", of: bytes)
        recipient = try cursor.fixed(2, "recipient", of: bytes)
        asset = try cursor.fixed(3, "asset", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(4, "amount", of: bytes))
        refunded = Amount(minorUnits: try cursor.uint64(5, "refunded", of: bytes))
        height = Height(try cursor.uint64(6, "height", of: bytes))
        deposit = try cursor.optionalMessage(7, "deposit", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, payer)
        writer.fixed(2, recipient)
        writer.fixed(3, asset)
        writer.uint64(4, amount.minorUnits)
        writer.uint64(5, refunded.minorUnits)
        writer.uint64(6, height.number)
        writer.message(7, deposit)
    }
}

/// What an account lets others send to it; an absent leaf accepts everything.
public struct PolicyLeaf: LeafValue {
    public static let assetLimit = 16
    public static let senderLimit = 16

    /// Ascending; empty for every asset.
    public var assets: [AssetID]
    /// Ascending; empty for every sender.
    public var senders: [AccountID]
    /// The largest amount of one payment; zero for no maximum.
    public var maximum: Amount
    public var deposit: Deposit?

    public init(
        assets: [AssetID] = [], senders: [AccountID] = [], maximum: Amount = .zero,
        deposit: Deposit? = nil
    ) {
        self.assets = assets
        self.senders = senders
        self.maximum = maximum
        self.deposit = deposit
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        assets = try cursor.fixedList(1, "assets", limit: Self.assetLimit, of: bytes)
        senders = try cursor.fixedList(2, "senders", limit: Self.senderLimit, of: bytes)
        maximum = Amount(minorUnits: try cursor.uint64(3, "maximum", of: bytes))
        deposit = try cursor.optionalMessage(4, "deposit", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixedList(1, assets)
        writer.fixedList(2, senders)
        writer.uint64(3, maximum.minorUnits)
        writer.message(4, deposit)
    }

    /// Why a payment is refused, or `nil` when it is welcome.
    public func refusal(of amount: Amount, _ asset: AssetID, from sender: AccountID) -> Rejection? {
        if !assets.isEmpty, !assets.contains(asset) { return .assetRefused }
        if !senders.isEmpty, !senders.contains(sender) { return .senderRefused }
        if maximum > .zero, amount > maximum { return .amountRefused }
        return nil
    }
}
