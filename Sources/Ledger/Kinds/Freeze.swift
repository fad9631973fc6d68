import Primitives
public import Wire

/// Stops all movement of one holder's balance, or lets it move again.
public struct Freeze: ActionKind {
    public static let number: UInt32 = 7

    public let asset: AssetID
    public let holder: AccountID
    /// `false` lets the balance move again.
    public let isFrozen: Bool

    public init(asset: AssetID, holder: AccountID, isFrozen: Bool) {
        self.asset = asset
        self.holder = holder
        self.isFrozen = isFrozen
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        holder = try cursor.fixed(2, "holder", of: bytes)
        isFrozen = try cursor.bool(3, "frozen", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.fixed(2, holder)
        writer.bool(3, isFrozen)
    }

    public var entryCount: Int { 1 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        _ = try draft.asset(asset, with: .freeze, of: source)
        let id = BalanceID(holder, asset)
        guard var leaf = draft.balance(id) else { throw .unknownBalance }
        leaf.isFrozen = isFrozen
        draft.set(leaf, of: id)
    }
}
