import Chain
import Primitives
import Replica

/// The last blocks that a traitor's node stored; a leader stores its own before it proposes it.
struct StoredBlocks {
    private static let limit = 16

    private var blocks: [Digest: Block] = [:]

    mutating func note(_ effect: Replica.Effect) {
        guard case .store(let block, let digest) = effect else { return }
        if blocks.count >= Self.limit { blocks = [:] }
        blocks[digest] = block
    }

    subscript(digest: Digest) -> Block? { blocks[digest] }
}
