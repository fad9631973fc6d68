public import Primitives

/// What execution of a block fixes for the header of its child.
///
/// A leader copies these into its header, a voter compares; neither needs the state itself.
public struct ChildTerms: Hashable, Sendable {
    /// Root of the state tree after the block; what the finalize vote signs.
    public let stateRoot: Digest
    public let receiptsRoot: Digest
    /// Mountain range over all headers up to the block.
    public let historyRoot: Digest
    public let parameters: Digest
    /// The set that votes on the child.
    public let validatorSet: Digest
    /// What the child's header names as the next set: another one only at an epoch's end.
    public let nextValidatorSet: Digest
    /// The epoch that begins after the block; `nil` when the block is not the last of its epoch.
    public let nextEpoch: EpochTerms?

    public init(
        stateRoot: Digest, receiptsRoot: Digest, historyRoot: Digest, parameters: Digest,
        validatorSet: Digest, nextValidatorSet: Digest, nextEpoch: EpochTerms?
    ) {
        self.stateRoot = stateRoot
        self.receiptsRoot = receiptsRoot
        self.historyRoot = historyRoot
        self.parameters = parameters
        self.validatorSet = validatorSet
        self.nextValidatorSet = nextValidatorSet
        self.nextEpoch = nextEpoch
    }
}

/// Who votes in an epoch, and the seed of its leader schedule.
public struct EpochTerms: Hashable, Sendable {
    public let epoch: Epoch
    public let set: ValidatorSet
    /// Shuffles the leader schedule.
    public let seed: Digest
    /// Height of the epoch's last block.
    public let lastHeight: Height

    public init(epoch: Epoch, set: ValidatorSet, seed: Digest, lastHeight: Height) {
        self.epoch = epoch
        self.set = set
        self.seed = seed
        self.lastHeight = lastHeight
    }
}

/// The last final block: where the chain stands.
///
/// At height 0 it is the genesis header.
public struct FinalHead: Hashable, Sendable {
    public let header: BlockHeader
    /// The header's hash.
    public let digest: Digest
    public let terms: ChildTerms

    public init(_ header: BlockHeader, terms: ChildTerms) {
        self.header = header
        digest = header.digest
        self.terms = terms
    }

    public var height: Height { header.height }
    public var view: View { header.view }
}
