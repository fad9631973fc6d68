public import Primitives
public import StateTree
import Wire

/// The three validator lists that the state holds.
public enum RosterSlot: UInt8, Hashable, Sendable, CaseIterable {
    case current, next, afterNext
}

/// A holder and an asset.
public struct BalanceID: Hashable, Sendable {
    public let account: AccountID
    public let asset: AssetID

    public init(_ account: AccountID, _ asset: AssetID) {
        self.account = account
        self.asset = asset
    }
}

/// What a leaf of the money state is about.
///
/// The numbers of the kinds go into the keys of the tree (rule L5). Kinds from 32 belong to the records of trade.
public enum LeafID: Hashable, Sendable {
    case account(AccountID)
    case balance(BalanceID)
    case asset(AssetID)
    case receipt(PaymentID)
    case policy(AccountID)
    case roster(RosterSlot)
    case parameters
    case load
    case pot(AssetID)
    case vault(VaultID)
    case claim(BalanceID)
    case record(RecordID)
    case reveal(PublicKey)
    case seeds

    public var key: LeafKey {
        switch self {
        case .account(let id): LeafKey(kind: 1, id: id)
        case .balance(let id): id.key(kind: 2)
        case .asset(let id): LeafKey(kind: 3, id: id)
        case .receipt(let id): LeafKey(kind: 4, id: id)
        case .policy(let id): LeafKey(kind: 5, id: id)
        case .roster(let slot): Self.rosterKeys[Int(slot.rawValue)]
        case .parameters: Self.parametersKey
        case .load: Self.loadKey
        case .pot(let id): LeafKey(kind: 9, id: id)
        case .vault(let id): LeafKey(kind: 10, id: id)
        case .claim(let id): id.key(kind: 11)
        case .record(let id): LeafKey(kind: id.kind, id: id.id)
        case .reveal(let key): LeafKey(kind: 12, id: key)
        case .seeds: Self.seedsKey
        }
    }

    // Of leaves that every block asks for, the keys are hashed once.
    private static let rosterKeys = RosterSlot.allCases.map {
        LeafKey(kind: 6, id: [$0.rawValue])
    }
    private static let parametersKey = LeafKey(kind: 7, id: [])
    private static let loadKey = LeafKey(kind: 8, id: [])
    private static let seedsKey = LeafKey(kind: 13, id: [])
}

extension BalanceID {
    func key(kind: UInt8) -> LeafKey {
        var input = InlineArray<65, UInt8>(repeating: kind)
        for index in 0..<32 {
            input[index &+ 1] = account.bytes[index]
            input[index &+ 33] = asset.bytes[index]
        }
        return LeafKey(Digest(hashing: input.span, in: .key).bytes)
    }
}

/// A leaf that a block changed.
public struct LeafUpdate: Hashable, Sendable {
    public let id: LeafID
    public let key: LeafKey
    /// The new value; `nil` when the leaf is gone.
    public let value: [UInt8]?

    public init(id: LeafID, key: LeafKey, value: [UInt8]?) {
        self.id = id
        self.key = key
        self.value = value
    }

    /// The same change as the tree takes it.
    public var change: LeafChange { LeafChange(key: key, value: value) }
}
