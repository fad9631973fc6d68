import Chain
import Consensus
import LightClient
import Primitives
import Replica
import StateTree
import Storage

/// The stores of a node as what light nodes are answered from.
struct StoredChain: LightSource, Sendable {
    let disk: NodeDisk

    func header(at height: Height) throws(StorageError) -> BlockHeader? {
        guard let bytes = try disk.chain.header(at: height) else { return nil }
        return try ChainStore.decode(BlockHeader.self, bytes, ChainTables.headers.name)
    }

    func finalization(at height: Height) throws(StorageError) -> Finalization? {
        guard let proof = try disk.chain.finalization(from: height), proof.height == height else {
            return nil
        }
        return try ChainStore.decode(
            Finalization.self, proof.bytes, ChainTables.finalizations.name)
    }

    func block(at height: Height) throws(StorageError) -> [UInt8]? {
        try disk.chain.block(at: height)
    }

    func validators(of epoch: Epoch) throws(StorageError) -> ValidatorSet? {
        try disk.chain.set(of: epoch)
    }

    func historyNode(_ place: UInt64) throws(StorageError) -> Digest? {
        try disk.chain.historyNode(place)
    }

    func events(
        of key: LeafKey, from first: UInt64, limit: Int
    ) throws(StorageError) -> [JournalEvent] {
        try disk.index.entries(of: key, from: first, limit: limit).map {
            JournalEvent(event: $0.event, height: $0.height)
        }
    }
}
