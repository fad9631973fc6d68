import Primitives
public import Wire

/// Moves what waits for a holder, because its balance could not take it, into the balance.
public struct Collect: ActionKind {
    public static let number: UInt32 = 16

    public let asset: AssetID

    public init(asset: AssetID) { self.asset = asset }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.fixed(1, asset) }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        try draft.collect(BalanceID(source, asset))
    }
}
