import Chain
import Consensus
import Ledger
import Primitives
import Replica
import Wire

/// What survives a crash of a simulated node.
struct SimulatedDisk: Sendable {
    struct Final: Sendable {
        let block: Block
        let finalization: Finalization?
        let stateRoot: Digest
    }

    /// What a block did, as production's stores keep it.
    struct Outcome: Sendable {
        let updates: [LeafUpdate]
        let journal: Journal
    }

    /// What light nodes are told of a block: the steps of all journals in it, and its receipts.
    struct Journal: Sendable {
        let events: EventLog
        let receipts: [Receipt]
    }

    /// A write that has been asked for; it counts once it is applied.
    indirect enum Write: Sendable {
        case votes(Epoch, Simplex.LogBatch)
        case block(Block)
        case final(FinalBlock, ChainState.Tip, Outcome)

        /// The environment, each of which keeps its own order.
        var isVote: Bool {
            guard case .votes = self else { return false }
            return true
        }

        /// Whether it keeps a proposal of the node's own.
        var isProposal: Bool {
            guard case .votes(_, let batch) = self else { return false }
            return batch.records.contains {
                if case .proposed = $0 { true } else { false }
            }
        }

        /// What is left of a write that was torn: a first part of the records, as of a log file.
        func torn(_ dice: inout Dice) -> Write? {
            guard case .votes(let epoch, let batch) = self, batch.records.count > 1 else {
                return nil
            }
            let count = 1 + dice.index(of: batch.records.count - 1)
            return .votes(
                epoch,
                Simplex.LogBatch(
                    token: batch.token, records: Array(batch.records.prefix(count)),
                    isUrgent: batch.isUrgent))
        }
    }

    private let genesisTime: Timestamp
    private(set) var chain: [Final] = []
    private(set) var tip: ChainState.Tip
    private(set) var leaves: MemoryLeaves
    /// By height, that of genesis first.
    private(set) var journals: [Journal]
    private(set) var blocks: [Digest: Block] = [:]
    private(set) var votes: [Epoch: [VoteRecord]] = [:]
    private(set) var highWater: HighWater?
    /// Blocks whose bytes cannot be read any more, by height.
    private var unreadable: Set<Height> = []

    init(_ founded: GenesisState) {
        tip = founded.state.final
        leaves = MemoryLeaves(founded.updates)
        journals = [Journal(events: founded.events, receipts: [])]
        genesisTime = founded.genesis.time
    }

    var height: Height { tip.header.height }

    /// What goes into the history of a run: the tip and its state, the final blocks as they can be read,
    /// the vote log, and its mark.
    var trace: [UInt8] {
        var bytes = tip.digest.bytes.array + tip.stateRoot.bytes.array
        for final in chain { bytes += final.block.digest.bytes.array }
        for epoch in votes.keys.sorted() {
            for record in votes[epoch] ?? [] { bytes += record.wire }
        }
        return bytes + Array("\(highWater.map { "\($0)" } ?? "")".utf8)
    }

    /// Whether a block survives a crash, final or not.
    func holds(_ header: BlockHeader) -> Bool {
        header.height <= height || blocks[header.digest] != nil
    }

    mutating func apply(_ write: Write) {
        switch write {
        case .votes(let epoch, let batch):
            votes[epoch, default: []] += batch.records
            for vote in batch.records.compactMap(\.ownVote) {
                highWater = max(highWater ?? HighWater(vote), HighWater(vote))
            }
        case .block(let block):
            if block.header.height > height { blocks[block.digest] = block }
        case .final(let final, let tip, let outcome):
            precondition(final.block.header.height == height.next, "finality is written in order")
            chain.append(
                Final(
                    block: final.block, finalization: final.finalization,
                    stateRoot: final.stateRoot))
            self.tip = tip
            leaves.apply(outcome.updates)
            journals.append(outcome.journal)
            blocks = blocks.filter { $0.value.header.height > height }
        }
    }

    mutating func forgetVotes(_ epoch: Epoch, below view: View) {
        votes[epoch]?.removeAll { $0.isObsolete(finalized: view) }
        votes = votes.filter { $0.key >= epoch }
    }

    mutating func keep(_ finalization: Finalization) {
        guard let index = chain.lastIndex(where: { $0.block.digest == finalization.block }) else {
            return
        }
        chain[index] = Final(
            block: chain[index].block, finalization: finalization,
            stateRoot: chain[index].stateRoot)
    }

    /// An older state of the same disk, as a restored backup has it.
    mutating func restoreVotes(of older: SimulatedDisk) { votes = older.votes }

    /// A backup of the whole directory; the mark is kept beside the key, not in it.
    mutating func restore(_ backup: SimulatedDisk) {
        let mark = highWater
        self = backup
        highWater = mark ?? backup.highWater
    }

    /// Damages a block that was final before the last one.
    ///
    /// - Returns: whether there was one.
    mutating func flipBit(_ dice: inout Dice) -> Bool {
        guard chain.count > 3 else { return false }
        let place = 1 + dice.index(of: chain.count - 2)
        let old = chain[place]
        // What an epoch stands on is kept a second time, in the record of the epoch.
        guard chain[place + 1].block.header.epoch == old.block.header.epoch else { return false }
        var bytes = old.block.wire
        bytes[dice.index(of: bytes.count)] ^= 1 << UInt8(dice.below(8))
        guard let block = try? Block(wire: bytes) else {
            unreadable.insert(old.block.header.height)
            return true
        }
        chain[place] = Final(
            block: block, finalization: old.finalization, stateRoot: old.stateRoot)
        return true
    }

    /// Puts one final block where another one was, as a write does that goes astray.
    ///
    /// - Returns: whether there were two.
    mutating func misdirect(_ dice: inout Dice) -> Bool {
        guard chain.count > 4 else { return false }
        let place = 1 + dice.index(of: chain.count - 2)
        let other = 1 + dice.index(of: chain.count - 2)
        // What an epoch stands on is kept a second time, in the record of the epoch.
        guard place != other,
            chain[place + 1].block.header.epoch == chain[place].block.header.epoch
        else { return false }
        chain[place] = chain[other]
        return true
    }

    /// Whether what was read is what was written, as a store finds out by names and roots.
    private func isWhole(_ block: Block) -> Bool {
        !unreadable.contains(block.header.height) && block.hasOwnBody
    }

    /// The final block at a height, if it can be read.
    func wholeBlock(at height: Height) -> Block? {
        guard height.number >= 1, height <= self.height else { return nil }
        let index = Int(height.number) - 1
        let block = chain[index].block
        // A store keeps a block under its name, which the block above knows too.
        let name = index + 1 < chain.count ? chain[index + 1].block.header.parent : tip.digest
        return isWhole(block) && block.header.height == height && block.digest == name ? block : nil
    }

    func load(_ order: LoadOrder) -> LoadAnswer {
        switch order {
        case .block(let digest):
            let block = blocks[digest] ?? chain.last { $0.block.digest == digest }?.block
            return .block(block.flatMap { isWhole($0) ? $0 : nil })
        case .run(let from, let countLimit, let byteLimit):
            return .run(run(from: from, countLimit, byteLimit))
        }
    }

    private func run(from: Height, _ countLimit: Int, _ byteLimit: Int) -> BlockRun {
        guard from.number >= 1, from <= height else { return .empty }
        var index = Int(from.number) - 1
        let epoch = chain[index].block.header.epoch
        var blocks: [Block] = []
        var byteCount = 0
        while index < chain.count, blocks.count < countLimit,
            chain[index].block.header.epoch == epoch
        {
            byteCount += chain[index].block.body.byteCount
            guard byteCount <= byteLimit || blocks.isEmpty else { break }
            blocks.append(chain[index].block)
            index += 1
        }
        var finalization = chain[index - 1].finalization
        var following: [BlockHeader] = []
        while finalization == nil, index < chain.count {
            following.append(chain[index].block.header)
            finalization = chain[index].finalization
            index += 1
        }
        guard let finalization, following.count <= BlockRun.headerLimit,
            isWhole(blocks, following, finalization)
        else { return .empty }
        return BlockRun(blocks: blocks, following: following, finalization: finalization)
    }

    /// Whether each block is the parent of the next, up to the one that is finalized.
    private func isWhole(
        _ blocks: [Block], _ following: [BlockHeader], _ finalization: Finalization
    ) -> Bool {
        let parents = blocks.dropFirst().map(\.header.parent) + following.map(\.parent)
        let names = blocks.map(\.digest) + following.map(\.digest)
        return blocks.allSatisfy { isWhole($0) }
            && names == parents + [finalization.block]
    }

    /// What a node starts from.
    func recovered(
        chain name: Digest, standing: Simplex.Standing, guarded highWater: HighWater?
    ) throws(BlockFault) -> RecoveredState {
        let state = ChainState(chain: name, final: tip)
        let terms = try ChildTerms(after: tip.digest, in: state, reading: leaves)
        var draft = try state.draft(after: tip.digest, reading: leaves)
        guard let parameters = draft.parameters() else {
            throw .unready(.source(.corrupt(LeafID.parameters.key)))
        }
        let rosters = try state.rosters(after: tip.digest, reading: leaves)
        let epoch = parameters.epoch(of: height.next)
        let base = Int(epoch.number * parameters.epochLength)
        let last = chain.last { $0.finalization != nil && $0.block.header.epoch == epoch }
        let start =
            base == 0
            ? startOfChain
            : EpochStart(
                block: chain[base - 1].block.digest, height: Height(UInt64(base)),
                time: chain[base - 1].block.header.time, stateRoot: chain[base - 1].stateRoot)
        return RecoveredState(
            head: FinalHead(tip.header, terms: terms),
            epoch: EpochTerms(
                epoch: epoch, set: rosters.current.set, parameters: parameters, chain: name,
                seeds: draft.seeds()),
            start: start, blocks: blocks.values.sorted { $0.digest < $1.digest },
            recovery: Simplex.Recovery(
                records: votes[epoch] ?? [], highWater: highWater,
                finalization: last?.finalization, finalizedHeader: last?.block.header,
                standing: standing), proof: chain.last { $0.finalization != nil }?.finalization,
            laterRecords: votes.filter { $0.key > epoch })
    }

    private var startOfChain: EpochStart {
        guard let first = chain.first else {
            return EpochStart(
                block: tip.digest, height: tip.header.height, time: tip.header.time,
                stateRoot: tip.stateRoot)
        }
        return EpochStart(
            block: first.block.header.parent, height: Height(0), time: genesisTime,
            stateRoot: first.block.header.parentStateRoot)
    }

}

extension Block {
    /// Whether the body is the one that the header commits to.
    var hasOwnBody: Bool {
        header.transactionsRoot == body.transactionsRoot && header.evidenceRoot == body.evidenceRoot
    }
}
