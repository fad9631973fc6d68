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
    /// The finalization by which the head became final.
    var proof: Finalization?
    /// Finalizations of blocks that wait to become final, by block.
    private var proofs: [Digest: Finalization] = [:]
    /// Below which view nobody needs votes once a block is durable, in order of height; as many as
    /// there are blocks on their way to the disk.
    private var obsolete: [(height: Height, votesBelow: Slot)] = []
    /// When the head last moved.
    var movedAt = Instant(0)
    var phase = Phase.starting
    var isHalted = false

    init(_ head: FinalHead, proof: Finalization?) {
        self.head = head
        self.proof = proof
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

    /// Notes which votes a block makes obsolete; a power cut may still take the block, and then the
    /// votes and certificates before it are what this node can go on from.
    mutating func note(obsoleteVotesBelow slot: Slot, at height: Height) {
        obsolete.append((height, slot))
    }

    /// The world has made everything up to a height durable.
    ///
    /// - Returns: below which view votes may be forgotten now, and with them all earlier epochs.
    mutating func settle(upTo height: Height) -> Slot? {
        durable = max(durable, height)
        let count = obsolete.prefix { $0.height <= height }.count
        guard count > 0 else { return nil }
        let last = obsolete[count - 1].votesBelow
        obsolete.removeFirst(count)
        return last
    }
}
