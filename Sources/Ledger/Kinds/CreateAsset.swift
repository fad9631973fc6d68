public import Primitives
public import Wire

/// Makes an asset whose issuer is the source.
public struct CreateAsset: ActionKind {
    public static let number: UInt32 = 4

    public let code: AssetCode
    public let decimals: UInt32
    public let powers: Powers
    /// Goes to the issuer; without the power to mint it is all there will ever be.
    public let supply: Amount

    public init(code: AssetCode, decimals: UInt32, powers: Powers, supply: Amount = .zero) {
        self.code = code
        self.decimals = decimals
        self.powers = powers
        self.supply = supply
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        code = try cursor.assetCode(1, "code", of: bytes)
        decimals = try cursor.uint32(2, "decimals", of: bytes)
        powers = try cursor.powers(3, "powers", of: bytes)
        supply = Amount(minorUnits: try cursor.uint64(4, "supply", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.bytes(1, code.ascii)
        writer.uint32(2, decimals)
        writer.uint32(3, powers.rawValue)
        writer.uint64(4, supply.minorUnits)
    }

    /// An asset stays for ever, so it weighs as much as many entries.
    public var entryCount: Int { 50 }

    public func check() throws(Rejection) {
        guard decimals <= AssetLeaf.decimalLimit else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let id = AssetID(issuer: source, code: code)
        guard draft.asset(id) == nil else { throw .assetExists }
        var leaf = AssetLeaf(issuer: source, code: code, decimals: decimals, powers: powers)
        draft.write(Movement(.created), .zero, .zero, to: &leaf.journal, of: .asset(id))
        draft.set(leaf, of: id)
        guard supply > .zero else { return }
        try draft.changeSupply(of: id, by: supply, for: Movement(.minted, with: source))
        try draft.credit(BalanceID(source, id), supply, for: Movement(.minted, with: source))
    }
}

extension Draft {
    /// The asset, if the source is its issuer and it has the power.
    mutating func asset(
        _ id: AssetID, with power: Powers, of source: AccountID
    ) throws(Rejection) -> AssetLeaf {
        guard let asset = asset(id) else { throw .unknownAsset }
        guard asset.issuer == source else { throw .notIssuer }
        guard asset.powers.isSuperset(of: power) else { throw .powerAbsent }
        return asset
    }
}
