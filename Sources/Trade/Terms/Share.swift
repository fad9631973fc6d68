public import Primitives
public import Wire

/// A part of a whole, in thousandths.
///
/// - Shape: 0 to 1000.
/// - Source: rule T11: a share of an amount is rounded down, and the rest stays where it was.
public struct Share: Hashable, Comparable, Sendable {
    public static let whole = Share(clamping: 1_000)
    public static let none = Share(clamping: 0)

    public let thousandths: UInt32

    public init?(thousandths: UInt32) {
        guard thousandths <= 1_000 else { return nil }
        self.thousandths = thousandths
    }

    /// At most the whole.
    public init(clamping thousandths: UInt64) {
        self.thousandths = UInt32(min(thousandths, 1_000))
    }

    public static func < (left: Share, right: Share) -> Bool {
        left.thousandths < right.thousandths
    }

    /// What this share leaves.
    public var rest: Share { Share(clamping: UInt64(1_000 - thousandths)) }

    /// How much larger it is than another; none when it is not.
    public func over(_ other: Share) -> Share {
        Share(
            clamping: thousandths > other.thousandths ? UInt64(thousandths - other.thousandths) : 0)
    }
}

extension Amount {
    /// A share of the amount, rounded down.
    public func part(_ share: Share) -> Amount { part(UInt64(share.thousandths), of: 1_000) }

    /// `self × count / whole` with 128 bits in between, rounded down; `count` is at most `whole`.
    public func part(_ count: UInt64, of whole: UInt64) -> Amount {
        precondition(count <= whole && whole > 0, "a part is at most the whole")
        let product = UInt128(minorUnits) * UInt128(count)
        return Amount(minorUnits: UInt64(truncatingIfNeeded: product / UInt128(whole)))
    }

    /// The difference, or nothing when the other is larger.
    public func less(_ other: Amount) -> Amount { (try? subtracting(other)) ?? .zero }

    /// The sum, or the largest amount when it does not fit; for amounts that a vault bounds.
    func plus(_ other: Amount) -> Amount { (try? adding(other)) ?? Amount(minorUnits: .max) }
}

extension WireCursor {
    /// A share; absent means none of it.
    public mutating func share(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> Share {
        let start = offset
        let raw = try uint32(number, name, of: bytes)
        guard let share = Share(thousandths: raw) else {
            throw WireError(.outOfRange(UInt64(raw)), at: start).inside(name)
        }
        return share
    }

    /// One of a list of cases; it must be there unless the list has a case zero.
    public mutating func choice<Case: RawRepresentable<UInt32>>(
        _ number: UInt32, _ name: StaticString, as type: Case.Type = Case.self,
        of bytes: Span<UInt8>
    ) throws(WireError) -> Case {
        let start = offset
        let raw = try uint32(number, name, of: bytes)
        guard let value = Case(rawValue: raw) else {
            throw WireError(.unknownCase(UInt64(raw)), at: start).inside(name)
        }
        return value
    }
}
