public import Chain
public import LightClient
public import Primitives
import StateTree
import Wire

/// The blocks that light nodes asked about last, taken apart once instead of for every question.
public struct ServedBlocks: Sendable {
    /// Blocks that are kept; the one asked about longest ago goes first.
    public static let blockLimit = 8

    /// One final block with everything that a proof of inclusion needs.
    public final class Parts: Sendable {
        public let header: BlockHeader
        public let receipts: [Receipt]
        private let envelopes: MerkleLevels
        private let receiptDigests: MerkleLevels
        private let places: [Digest: Int]

        public init(_ block: Block, _ receipts: [Receipt]) {
            header = block.header
            self.receipts = receipts
            envelopes = MerkleLevels(block.body.transactions.map(\.envelope))
            receiptDigests = MerkleLevels(receipts.map(\.digest))
            places = Dictionary(
                receipts.enumerated().map { ($1.transaction, $0) },
                uniquingKeysWith: { first, _ in first })
        }

        /// The proof that a transaction is in the block; `nil` when it is not.
        public func included(_ id: Digest) -> IncludedTransaction? {
            guard let index = places[id], let path = envelopes.proof(of: index),
                let receiptPath = receiptDigests.proof(of: index)
            else { return nil }
            return IncludedTransaction(
                header: header, path: path, receipt: receipts[index].wire,
                receiptPath: receiptPath)
        }
    }

    private var kept: [(height: Height, parts: Parts)] = []

    public init() {}

    /// The parts of the block at a height, read when they are not at hand.
    public mutating func parts(at height: Height, read: () throws -> Parts?) rethrows -> Parts? {
        if let place = kept.firstIndex(where: { $0.height == height }) {
            let entry = kept.remove(at: place)
            kept.append(entry)
            return entry.parts
        }
        guard let parts = try read() else { return nil }
        if kept.count >= Self.blockLimit { kept.removeFirst() }
        kept.append((height, parts))
        return parts
    }
}
