import Chain
import Consensus
import Primitives
import StateTree
import Wire

/// A message of ours under its name in the `.proto` files.
struct Format: Sendable {
    let name: String
    /// Decodes and encodes again.
    let again: @Sendable ([UInt8]) throws(WireError) -> [UInt8]

    init<Message: WireCodable>(_ name: String, _ type: Message.Type) {
        self.name = name
        again = { bytes throws(WireError) in try Message(wire: bytes).wire }
    }

    static let all: [Format] = [
        Format("argosy.Validator", Validator.self),
        Format("argosy.ValidatorSet", ValidatorSet.self),
        Format("argosy.Header", BlockHeader.self),
        Format("argosy.SealedSeed", SealedSeed.self),
        Format("argosy.state_tree.JournalHead", JournalHead.self),
        Format("argosy.state_tree.MerklePath", MerklePath.self),
        Format("argosy.state_tree.HistoryRange", HistoryRange.self),
        Format("argosy.state_tree.StateProof", StateProof.self),
        Format("argosy.consensus.Vote", Vote.self),
        Format("argosy.consensus.Certificate", Certificate.self),
        Format("argosy.consensus.Proposal", Proposal.self),
        Format("argosy.consensus.EpochStatus", EpochStatus.self),
        Format("argosy.consensus.CertificateRequest", CertificateRequest.self),
        Format("argosy.consensus.CertificateBatch", CertificateBatch.self),
        Format("argosy.consensus.ConsensusMessage", ConsensusMessage.self),
        Format("argosy.consensus.Evidence", Evidence.self),
        Format("argosy.consensus.VoteRecord", VoteRecord.self),
        Format("argosy.consensus.HighWater", HighWater.self),
    ]

    /// Formats whose `.proto` lies with a part that refers to others; checked for traps only.
    static let more: [Format] =
        [
            Format("Transaction", Transaction.self), Format("Block", Block.self),
            Format("CompactBlock", CompactBlock.self), Format("Body", Body.self),
            Format("Action", Action.self), Format("Genesis", Genesis.self),
            Format("Receipt", Receipt.self),
        ] + trade
}
