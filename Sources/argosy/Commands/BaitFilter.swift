import Node

/// Tells tiny payments from strangers, which are sent so that their address is taken for one that
/// the owner knows and paid by mistake.
///
/// A payment is hidden when it is below a tenth of the asset's unit and its sender was never paid
/// from the account. The amounts count in the balance all the same.
/// - Source: attack 83 (address poisoning).
struct BaitFilter {
    private let known: Set<String>
    /// Minor units below which a payment from a stranger is hidden.
    private let limit: UInt64

    /// `entries` is the whole statement of the account.
    init(_ entries: [HistoryEntry], decimals: Int) {
        known = Set(entries.filter { $0.amount.hasPrefix("-") }.map(\.counterparty))
        limit = (0..<max(0, min(decimals, 18) - 1)).reduce(decimals > 0 ? 1 : 0) { unit, _ in
            unit * 10
        }
    }

    func hides(_ entry: HistoryEntry) -> Bool {
        guard entry.kind == "received", !known.contains(entry.counterparty),
            let amount = UInt64(entry.amount.drop { $0 == "+" })
        else { return false }
        return amount < limit
    }
}
