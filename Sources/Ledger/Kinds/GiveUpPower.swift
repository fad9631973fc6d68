import Primitives
public import Wire

/// Gives up powers over an asset, for ever.
public struct GiveUpPower: ActionKind {
    public static let number: UInt32 = 10

    public let asset: AssetID
    public let powers: Powers

    public init(asset: AssetID, powers: Powers) {
        self.asset = asset
        self.powers = powers
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        powers = try cursor.powers(2, "powers", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.uint32(2, powers.rawValue)
    }

    public var entryCount: Int { 1 }

    public func check() throws(Rejection) {
        guard !powers.isEmpty else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var leaf = try draft.asset(asset, with: powers, of: source)
        leaf.powers.subtract(powers)
        let given = Amount(minorUnits: UInt64(powers.rawValue))
        draft.write(
            Movement(.powersGivenUp), given, leaf.supply, to: &leaf.journal, of: .asset(asset))
        draft.set(leaf, of: asset)
    }
}
