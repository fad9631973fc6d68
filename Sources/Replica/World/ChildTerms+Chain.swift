public import Chain
public import Ledger
public import Primitives
import StateTree
import Wire

extension ChildTerms {
    /// Reads the terms from the state after an executed block, or after the final one.
    ///
    /// - Throws: ``Chain/BlockFault/unready(_:)`` when the block was not executed here or the store
    ///   fails.
    public init(
        after digest: Digest, in state: ChainState, reading source: any LeafSource
    ) throws(BlockFault) {
        guard let tip = state.tip(digest) else { throw .unready(.unknownBlock(digest)) }
        var draft = try state.draft(after: digest, reading: source)
        guard let parameters = draft.parameters(), let current = draft.roster(.current),
            let next = draft.roster(.next)
        else { throw .unready(.source(draft.fault ?? .corrupt(LeafID.parameters.key))) }
        let height = tip.header.height
        let isChildLast = parameters.isLastOfEpoch(height.next)
        let nextSet = isChildLast ? next.set : current.set
        self.init(
            stateRoot: tip.stateRoot, receiptsRoot: tip.receiptsRoot,
            historyRoot: tip.history.root, parameters: parameters.digest,
            validatorSet: current.set.digest, nextValidatorSet: nextSet.digest,
            nextEpoch: parameters.isLastOfEpoch(height)
                ? EpochTerms(
                    epoch: parameters.epoch(of: height.next), set: current.set,
                    parameters: parameters, chain: state.chain, seeds: draft.seeds()) : nil)
    }
}

extension EpochTerms {
    /// The terms of an epoch, whose leader schedule is shuffled by chain, epoch and what leaders
    /// opened until two epochs before.
    public init(
        epoch: Epoch, set: ValidatorSet, parameters: Parameters, chain: Digest, seeds: SeedLeaf
    ) {
        var seed = chain.bytes.array
        // The same before and after the first layer is opened: a node may start between the two.
        seed += seeds.current.bytes.array
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            seed.append(UInt8(truncatingIfNeeded: epoch.number >> shift))
        }
        let (last, overflow) = epoch.number.addingReportingOverflow(1)
        let (height, tooHigh) = last.multipliedReportingOverflow(by: parameters.epochLength)
        self.init(
            epoch: epoch, set: set, seed: Digest(hashing: seed, in: .seed),
            lastHeight: Height(overflow || tooHigh ? .max : height))
    }
}
