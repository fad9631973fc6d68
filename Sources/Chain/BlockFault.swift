public import Ledger
public import Primitives

/// Why a block was not applied; the three cases call for different answers.
public enum BlockFault: Error, Equatable, Sendable {
    /// This body is not the one that the header names: ask for another copy, and do not hold it
    /// against the block (attack 34).
    case otherBody(BodyMismatch)
    /// The block breaks a rule; every node says so.
    case invalid(BlockInvalidity)
    /// This node cannot tell now; it must not vote and must not blame.
    case unready(Unreadiness)
}

public enum BodyMismatch: Equatable, Sendable {
    case size, transactions, evidence, attachments
}

/// The rule that a block breaks.
public enum BlockInvalidity: Equatable, Sendable {
    case protocolNumber
    case chain
    case height
    case epoch
    case time
    case leader
    case parentStateRoot
    case parentReceiptsRoot
    case historyRoot
    case validatorSet
    case nextValidatorSet
    case parameters
    /// The leader opens what is no layer of its chain, or a second one in an epoch.
    case reveal
    /// Over 2 MiB.
    case size
    /// Over 8,192 signature checks.
    case signatureCount
    /// A transaction that may not enter a block, and where it stands.
    case transaction(index: Int, Rejection)
}

public enum Unreadiness: Equatable, Sendable {
    /// The parent was not executed here, or lies before the final block.
    case unknownParent(Digest)
    /// The block was not executed here.
    case unknownBlock(Digest)
    /// More blocks without finality than the limit.
    case tooManyBranches(limit: Int)
    /// The store failed.
    case source(SourceError)
}
