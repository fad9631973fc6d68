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
    private var proofs: [Digest: Finalization] = [:]
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

    /// The finalization of a block that becomes final; older ones are of no use any more.
    mutating func takeProof(of block: Block) -> Finalization? {
        let proof = proofs.removeValue(forKey: block.digest)
        proofs = proofs.filter { $0.value.view > block.header.view }
        return proof
    }

    mutating func forgetProofs() { proofs = [:] }
}
