public import Ledger
public import Primitives
import Wire

/// A pot of money of one record; its vault has a name that follows from both.
public enum Purse: UInt8, CaseIterable, Sendable {
    /// Price and deposits of an order, or what is on its way through a return.
    case stake = 1
    case duty = 2
    case freight = 3
    /// What the present custodian put down.
    case carrierBond = 4
    case sellerBond = 5
    /// Stakes of those who sealed documents of a clearance.
    case seals = 6
}

extension HashDomain {
    static let vault = HashDomain("argosy/vault")
}

extension VaultID {
    /// Hashes `record ‖ purse`, the purse as one byte (rule T13).
    public init(_ purse: Purse, of record: Digest) {
        self.init(Digest(hashing: record, purse.rawValue, in: .vault).bytes)
    }
}

/// What a step of a machine does to money; nothing else does.
public enum Effect: Equatable, Sendable {
    case lock(Amount, from: AccountID, into: Purse)
    case pay(Amount, from: Purse, to: AccountID)
    /// What the purse still holds.
    case payRest(from: Purse, to: AccountID)
    case melt(Amount, in: Purse)
    /// All that the purse holds.
    case meltRest(in: Purse)
    /// The order ends before customs released anything: its duty goes back.
    case voidDuty
}

extension Draft {
    /// Carries out what a machine decided, on the purses of its record.
    mutating func carryOut(
        _ effects: [Effect], of record: Digest, in asset: AssetID
    ) throws(Rejection) {
        for effect in effects {
            switch effect {
            case .lock(let amount, let holder, let purse):
                try lock(amount, of: asset, from: holder, in: VaultID(purse, of: record))
            case .pay(let amount, let purse, let receiver):
                try pay(amount, from: VaultID(purse, of: record), to: receiver)
            case .payRest(let purse, let receiver):
                let vault = VaultID(purse, of: record)
                try pay(amount(in: vault), from: vault, to: receiver)
            case .melt(let amount, let purse):
                try melt(amount, in: VaultID(purse, of: record))
            case .meltRest(let purse):
                let vault = VaultID(purse, of: record)
                try melt(amount(in: vault), in: vault)
            case .voidDuty: try voidDuty(of: record, in: asset)
            }
        }
    }
}
