public import Primitives
public import Wire

/// Money that nobody holds: it moves only as a rule of trade says.
///
/// Named by whoever opens it, from the record whose rule it follows.
@frozen
public struct VaultID: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }
}

/// An amount of one asset that waits for a rule; it is never empty, since an empty vault is gone.
///
/// It takes no deposit: the record that it belongs to takes one.
public struct VaultLeaf: LeafValue {
    public let asset: AssetID
    public var amount: Amount

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
}

/// What was paid to a balance that could not take it; its holder collects it when it can.
///
/// - Source: rule L53: a receiver who is frozen never holds up the other side.
public struct ClaimLeaf: LeafValue {
    public var amount: Amount

    public init(amount: Amount) { self.amount = amount }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        amount = Amount(minorUnits: try cursor.uint64(1, "amount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) { writer.uint64(1, amount.minorUnits) }
}
