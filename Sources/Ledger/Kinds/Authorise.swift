import Primitives
public import Wire

/// Lets a holder hold an asset that needs its issuer's consent, or takes the consent back.
public struct Authorise: ActionKind {
    public static let number: UInt32 = 8

    public let asset: AssetID
    public let holder: AccountID
    /// `false` takes the consent back; the balance then stays where it is.
    public let isAuthorised: Bool

    public init(asset: AssetID, holder: AccountID, isAuthorised: Bool) {
        self.asset = asset
        self.holder = holder
        self.isAuthorised = isAuthorised
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        holder = try cursor.fixed(2, "holder", of: bytes)
        isAuthorised = try cursor.bool(3, "authorised", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.fixed(2, holder)
        writer.bool(3, isAuthorised)
    }

    public var entryCount: Int { 1 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        _ = try draft.asset(asset, with: .authorise, of: source)
        let id = BalanceID(holder, asset)
        var leaf: BalanceLeaf
        if let held = draft.balance(id) {
            leaf = held
        } else {
            guard isAuthorised else { throw .unknownBalance }
            leaf = BalanceLeaf(deposit: draft.deposit(for: holder))
        }
        leaf.isAuthorised = isAuthorised
        draft.set(leaf, of: id)
    }
}
