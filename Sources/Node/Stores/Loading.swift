import Chain
import Consensus
import Primitives
import Replica
import Storage
import Wire

extension ChainStore {
    /// Reads what the replica asks for.
    func load(_ order: LoadOrder) throws(StorageError) -> LoadAnswer {
        switch order {
        case .run(let height, let countLimit, let byteLimit):
            return .run(try run(from: height, countLimit: countLimit, byteLimit: byteLimit))
        case .block(let digest):
            guard let bytes = try block(digest) else { return .block(nil) }
            return .block(try Self.decode(Block.self, bytes, ChainTables.blocks.name))
        }
    }

    /// Final blocks from a height on, with what proves that the last one is final.
    private func run(
        from height: Height, countLimit: Int, byteLimit: Int
    ) throws(StorageError) -> BlockRun {
        guard let newest = try lastFinalization(), newest.height >= height else { return .empty }
        let room = newest.height.number - height.number
        let count = min(countLimit, BlockRun.blockLimit, Int(clamping: room) + 1)
        var blocks: [Block] = []
        for bytes in try self.blocks(from: height, countLimit: count, byteLimit: byteLimit) {
            let block = try Self.decode(Block.self, bytes, ChainTables.blocks.name)
            guard blocks.isEmpty || block.header.epoch == blocks[0].header.epoch else { break }
            blocks.append(block)
        }
        guard let last = blocks.last?.header.height,
            let proof = try finalization(from: last),
            proof.height.number - last.number <= UInt64(BlockRun.headerLimit)
        else { return .empty }
        var following: [BlockHeader] = []
        for bytes in try headers(from: last.next, through: proof.height) {
            following.append(try Self.decode(BlockHeader.self, bytes, ChainTables.headers.name))
        }
        return BlockRun(
            blocks: blocks, following: following,
            finalization: try Self.decode(
                Finalization.self, proof.bytes, ChainTables.finalizations.name))
    }

    static func decode<Value: WireCodable>(
        _ type: Value.Type, _ bytes: [UInt8], _ table: String
    ) throws(StorageError) -> Value {
        do { return try Value(wire: bytes) } catch {
            throw .corrupt(table: table, reason: .value(error, key: []))
        }
    }
}

extension VoteStore {
    /// Writes all records of the batches in one synced transaction, then drops what is obsolete.
    func perform(_ work: [Workers.Work]) throws(StorageError) {
        var records: [(epoch: Epoch, records: [VoteRecord])] = []
        var obsolete: (Epoch, View)?
        var owner: PublicKey?
        for item in work {
            switch item {
            case .log(let epoch, let batch):
                if records.last?.epoch == epoch {
                    records[records.count - 1].records += batch.records
                } else {
                    records.append((epoch, batch.records))
                }
            case .forget(let epoch, let view): obsolete = (epoch, view)
            case .takeOver(let key): owner = key
            case .admit, .assemble, .store, .execute, .finalize, .keep, .load:
                preconditionFailure("this work has another lane")
            }
        }
        for entry in records where !entry.records.isEmpty {
            try append(entry.records, epoch: entry.epoch)
        }
        if let (epoch, view) = obsolete { try forget(epoch, below: view) }
        if let owner { try takeOver(owner) }
    }
}
