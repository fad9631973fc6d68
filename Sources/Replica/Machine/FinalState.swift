import Chain
import Consensus
import Primitives

/// How far the chain is final here.
struct FinalState: Sendable {
    var head: FinalHead
    /// All up to this height is durable.
    var durable: Height
    /// The highest finalization whose block is not final here yet.
    var target: Finalization?
    /// Finalizations of blocks that wait to become final, by block.
    var proofs: [Digest: Finalization] = [:]
    /// When the head last moved.
    var movedAt = Instant(0)
    var phase = Phase.starting
    var isHalted = false

    init(_ head: FinalHead) {
        self.head = head
        durable = head.height
    }

    static let proofLimit = 1_024

    /// Keeps a finalization until its block is final here.
    mutating func keep(_ finalization: Finalization) {
        if proofs.count < Self.proofLimit { proofs[finalization.block] = finalization }
    }
}
