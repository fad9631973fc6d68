public import Primitives
public import Wire

/// What the issuer of an asset may do to its holders.
///
/// Declared when the asset is made; can be given up, never added (design R6).
public struct Powers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let mint = Powers(rawValue: 1)
    public static let freeze = Powers(rawValue: 2)
    public static let clawback = Powers(rawValue: 4)
    /// Nobody holds the asset without the issuer's consent.
    public static let authorise = Powers(rawValue: 8)

    public static let all: Powers = [.mint, .freeze, .clawback, .authorise]
}

extension WireCursor {
    /// A set of powers; a bit that stands for none of them is refused.
    mutating func powers(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> Powers {
        let start = offset
        let powers = Powers(rawValue: try uint32(number, name, of: bytes))
        guard powers.isSubset(of: .all) else {
            throw WireError(.unknownCase(UInt64(powers.rawValue)), at: start).inside(name)
        }
        return powers
    }
}

/// An asset: who issues it, how it is written, how much of it there is.
public struct AssetLeaf: LeafValue {
    public static let decimalLimit: UInt32 = 18

    public let issuer: AccountID
    public let code: AssetCode
    /// Digits after the point when an amount is shown.
    public let decimals: UInt32
    public var powers: Powers
    /// The sum of all balances, pots and deposits.
    public var supply: Amount
    public var journal: JournalHead

    public init(
        issuer: AccountID, code: AssetCode, decimals: UInt32, powers: Powers,
        supply: Amount = .zero, journal: JournalHead = JournalHead()
    ) {
        self.issuer = issuer
        self.code = code
        self.decimals = decimals
        self.powers = powers
        self.supply = supply
        self.journal = journal
    }

    public var id: AssetID { AssetID(issuer: issuer, code: code) }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        issuer = try cursor.fixed(1, "issuer", of: bytes)
        code = try cursor.assetCode(2, "code", of: bytes)
        decimals = try cursor.uint32(3, "decimals", of: bytes)
        powers = try cursor.powers(4, "powers", of: bytes)
        supply = Amount(minorUnits: try cursor.uint64(5, "supply", of: bytes))
        journal = try cursor.journal(6, 7, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, issuer)
        writer.bytes(2, code.ascii)
        writer.uint32(3, decimals)
        writer.uint32(4, powers.rawValue)
        writer.uint64(5, supply.minorUnits)
        writer.journal(6, 7, journal)
    }
}
