import Chain
import Foundation
import Ledger
import Node
import Primitives
import Replica
import StateTree
import Storage
import Wire

/// Replays the recorded chain on one node: decode, check, execute, make durable.
struct Replay {
    /// Changed leaves that are kept in memory before a flush takes them, as the node has it.
    static let flushLeafCount = 50_000
    let chain: RecordedChain

    init(_ chain: RecordedChain) { self.chain = chain }

    func figures(_ raw: RawVerify) async throws -> [Figure] {
        let durable = try await raw.beside(
            { try await pipelined(durably: true) }, count: chain.count)
        let signed = try await raw.beside(
            { try await pipelined(durably: false) }, count: chain.count)
        let trusted = try await raw.beside({ try oneThread() }, count: chain.count)
        let decoding = try (0..<3).map { _ in try decodeOnly() }.median
        let count = chain.count
        func against(
            _ name: String, _ found: RawVerify.Beside, _ note: String
        ) -> Figure {
            Figure(
                name: name, value: found.reading.rate(count), unit: "1/s",
                limitName: "verify_two_threads", ratio: found.ratio, coreRatio: found.coreRatio,
                note: note)
        }
        return [
            against(
                "replay_signed_durable", durable,
                "\(count) payments, \(chain.blocks.count) blocks, LMDB synced once a block"),
            against("replay_signed", signed, "the same in memory"),
            Figure(
                name: "replay_unsigned", value: trusted.reading.coreRate(count), unit: "1/s",
                note: "one core by cpu, from bytes, signatures not checked; "
                    + String(format: "%.2f", trusted.coreRatio)
                    + " times what libsodium verifies on one core"),
            Figure(
                name: "decode_payment", value: decoding.cpu / Double(count) * 1e6, unit: "us",
                note: "block from bytes, hashes included, by cpu"),
        ]
    }

    private func decodeOnly() throws -> Stopwatch.Reading {
        try Stopwatch.measure {
            for block in chain.blocks { _ = try Block(wire: block.bytes) }
        }
    }

    // MARK: One thread

    private func oneThread() throws -> Stopwatch.Reading {
        var applier = try Applier(chain, disk: nil)
        for block in chain.warmUp { _ = try applier.apply(Block(wire: block.bytes), block) }
        return try Stopwatch.measure {
            for block in chain.blocks { _ = try applier.apply(Block(wire: block.bytes), block) }
        }
    }

    // MARK: Both cores

    private struct Checked: Sendable {
        let block: Block
        let areValid: Bool
    }

    private static func check(
        _ recorded: RecordedChain.Recorded, _ pool: SignaturePool
    ) async throws -> Checked {
        let block = try Block(wire: recorded.bytes)
        let verdicts = await pool.verify(block.body.transactions)
        return Checked(block: block, areValid: verdicts.allSatisfy { $0 })
    }

    /// Block N+2 is decoded and N+1 is checked while N is applied and N-1 is made durable.
    private func pipelined(durably: Bool) async throws -> Stopwatch.Reading {
        let directory = NSTemporaryDirectory() + "argosy-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let disk = durably ? try ReplayDisk(directory, chain) : nil
        var applier = try Applier(chain, disk: disk)
        for block in chain.warmUp {
            let step = try applier.apply(Block(wire: block.bytes), block)
            try await disk?.write(step)
        }
        try await disk?.finish()
        let pool = SignaturePool()
        let blocks = chain.blocks
        return try await Stopwatch.measure {
            var writing: Task<Void, any Error>?
            var ahead = blocks.prefix(2).map { block in
                Task { try await Self.check(block, pool) }
            }
            for (place, recorded) in blocks.enumerated() {
                let checked = try await ahead.removeFirst().value
                if place + 2 < blocks.count {
                    let next = blocks[place + 2]
                    ahead.append(Task { try await Self.check(next, pool) })
                }
                guard checked.areValid else { throw BenchError("a recorded signature is wrong") }
                let step = try applier.apply(checked.block, recorded)
                try await writing?.value
                if let disk { writing = Task { try await disk.write(step) } }
            }
            try await writing?.value
            try await disk?.finish()
        }
    }
}

/// What one applied block leaves to be written.
struct ReplayStep: Sendable {
    let entry: FinalEntry
    let block: [UInt8]
    let digest: Digest
    let index: StateStore.IndexPage
    let flush: [LeafRecord]
}

/// Executes blocks and makes them final, as the node's executor does.
struct Applier {
    private var state: ChainState
    private var leaves: OverlaidLeaves

    init(_ chain: RecordedChain, disk: ReplayDisk?) throws {
        state = chain.founded.state
        leaves = OverlaidLeaves(base: MemoryLeaves(chain.founded.updates), store: disk?.state)
    }

    mutating func apply(
        _ block: Block, _ recorded: RecordedChain.Recorded
    ) throws -> ReplayStep {
        let historyStart = state.final.history.nodeCount
        let outcome = try state.execute(block, isVerified: { _ in true }, reading: leaves)
        _ = try state.finalize(block.digest)
        guard outcome.stateRoot == recorded.stateRoot else {
            throw BenchError("the replay has another state root")
        }
        let delta = outcome.updates.map { LeafRecord(key: $0.key, value: $0.value) }
        leaves.apply(delta)
        let height = outcome.header.height
        let entries = outcome.events.entries.map { entry in
            JournalEntry(
                leaf: entry.leaf, number: entry.number, height: height,
                event: outcome.events.bytes(of: entry))
        }
        let entry = FinalEntry(
            height: height, header: outcome.header.wire,
            record: FinalRecord(
                digest: block.digest, stateRoot: outcome.stateRoot,
                receiptsRoot: outcome.receiptsRoot, history: state.final.history),
            finalization: nil, delta: Delta(delta), historyStart: historyStart,
            historyNodes: outcome.historyNodes, receipts: ReceiptList(outcome.receipts).wire,
            journal: JournalRecords(entries), sets: [])
        return ReplayStep(
            entry: entry, block: recorded.bytes, digest: block.digest,
            index: StateStore.IndexPage(
                height: height, transactions: outcome.receipts.map(\.transaction),
                entries: entries),
            flush: leaves.takeFlush(over: Replay.flushLeafCount))
    }
}

/// Final leaves: those of genesis in memory, with what changed over them.
struct OverlaidLeaves: LeafSource {
    private var fresh: [LeafKey: [UInt8]?] = [:]
    private var unflushed: [LeafKey: [UInt8]?] = [:]
    private let base: MemoryLeaves
    private let store: StateStore?

    init(base: MemoryLeaves, store: StateStore?) {
        self.base = base
        self.store = store
    }

    /// As in a node: what has just been computed is not compared with the tree again.
    func known(_ key: LeafKey) -> KnownLeaf {
        guard let change = fresh[key] else { return .unread }
        return change.map { .present($0) } ?? .absent
    }

    func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? {
        if let value = fresh[key] { return value }
        guard let store else { return try base.leaf(key) }
        do { return try store.leaf(key) } catch { throw .unavailable(error.description) }
    }

    mutating func apply(_ leaves: [LeafRecord]) {
        for leaf in leaves { fresh[leaf.key] = .some(leaf.value) }
        guard store != nil else { return }
        for leaf in leaves { unflushed[leaf.key] = .some(leaf.value) }
    }

    /// Changes that are due to be written; they stay readable here, since a replay ends soon.
    mutating func takeFlush(over limit: Int) -> [LeafRecord] {
        guard unflushed.count >= limit else { return [] }
        let taken = unflushed.map { LeafRecord(key: $0.key, value: $0.value) }
        unflushed = [:]
        return taken.sorted { $0.key < $1.key }
    }
}
