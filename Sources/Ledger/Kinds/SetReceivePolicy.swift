public import Primitives
public import Wire

/// Says what the source lets others send to it; an empty policy accepts everything.
public struct SetReceivePolicy: ActionKind {
    public static let number: UInt32 = 12

    public let assets: [AssetID]
    public let senders: [AccountID]
    /// The largest amount of one payment; zero for no maximum.
    public let maximum: Amount

    public init(assets: [AssetID] = [], senders: [AccountID] = [], maximum: Amount = .zero) {
        self.assets = assets
        self.senders = senders
        self.maximum = maximum
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        assets = try cursor.fixedList(1, "assets", limit: PolicyLeaf.assetLimit, of: bytes)
        senders = try cursor.fixedList(2, "senders", limit: PolicyLeaf.senderLimit, of: bytes)
        maximum = Amount(minorUnits: try cursor.uint64(3, "maximum", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixedList(1, assets)
        writer.fixedList(2, senders)
        writer.uint64(3, maximum.minorUnits)
    }

    public var entryCount: Int { 1 }

    public func check() throws(Rejection) {
        guard assets.count <= PolicyLeaf.assetLimit, senders.count <= PolicyLeaf.senderLimit,
            assets.isStrictlyAscending, senders.isStrictlyAscending
        else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let held = draft.policy(source)
        if assets.isEmpty, senders.isEmpty, maximum == .zero {
            draft.set(nil as PolicyLeaf?, of: source)
            try draft.returnDeposit(held?.deposit, of: source)
            return
        }
        let deposit = held == nil ? draft.deposit(for: source) : held?.deposit
        draft.set(
            PolicyLeaf(assets: assets, senders: senders, maximum: maximum, deposit: deposit),
            of: source)
    }
}

extension Array where Element: Comparable {
    /// Whether each element is greater than the one before it.
    package var isStrictlyAscending: Bool {
        for index in indices.dropFirst() where !(self[index - 1] < self[index]) { return false }
        return true
    }
}
