public import Ledger

/// From where credit is looked at: who asks, and whom he trusts (reference trade 7.6).
///
/// Nobody has a score of his own; he has one for each viewer. A viewer who says nothing of himself
/// sees counterparties that all count alike.
public struct Viewpoint: Hashable, Sendable {
    public let viewer: AccountID?
    /// Carriers, issuers and parties that the viewer knows, ascending, each once.
    public let trusted: [AccountID]

    public init(viewer: AccountID? = nil, trusted: [AccountID] = []) {
        self.viewer = viewer
        self.trusted = Set(trusted).sorted()
    }

    /// Whether it says of anybody that he is known.
    public var isSomebodys: Bool { viewer != nil || !trusted.isEmpty }

    /// Whether freight to a carrier is a cost that does not come back; a carrier in league with the
    /// trader gives it back.
    public func countsFreight(to carrier: AccountID) -> Bool {
        trusted.isEmpty || trusted.contains(carrier)
    }

    /// Where trust begins.
    var roots: [AccountID] { Set(trusted + (viewer.map { [$0] } ?? [])).sorted() }
}
