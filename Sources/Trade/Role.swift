public import Wire

/// What an account may vouch for in trade.
///
/// Nobody has a role for everybody: each order names whose word counts in it (design R4).
public enum Role: UInt32, Hashable, Sendable, CaseIterable {
    case carrier = 1
    case customs = 2
    case inspector = 3
    case paymentAttester = 4
    case warehouse = 5
    case licensedSeller = 6
    /// Declares to customs for the seller.
    case agent = 7
}

extension WireCursor {
    /// A role; it must be there and be one of the list.
    public mutating func role(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> Role {
        let start = offset
        let raw = try uint32(number, name, of: bytes)
        guard let role = Role(rawValue: raw) else {
            throw WireError(.unknownCase(UInt64(raw)), at: start).inside(name)
        }
        return role
    }
}
