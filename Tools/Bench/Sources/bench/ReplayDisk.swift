import Chain
import Ledger
import Node
import Primitives
import StateTree
import Storage

/// The node's own stores in a directory of their own.
final class ReplayDisk: Sendable {
    let chain: ChainStore
    let state: StateStore
    private let queue = DiskQueue("replay")
    private let indexer: ReplayIndexer

    init(_ directory: String, _ recorded: RecordedChain) throws {
        let home = try Home.create(
            at: directory, configuration: Configuration(role: .full),
            genesis: nil)
        let stores = try Stores(home, chain: recorded.founded.state.chain)
        chain = ChainStore(stores.chain)
        state = StateStore(stores.state)
        indexer = ReplayIndexer(state)
        try state.flush(
            recorded.founded.updates.map { LeafRecord(key: $0.key, value: $0.value) },
            upTo: Height(0))
    }

    /// One synced commit; indexes and leaves follow at their own pace, as on a node.
    func write(_ step: ReplayStep) async throws {
        try await queue.run { [chain] () throws(StorageError) in
            try chain.perform([
                .block(step.block, digest: step.digest, height: step.entry.height),
                .final(step.entry),
            ])
        }
        await indexer.add(step)
    }

    /// Waits until the indexes have everything.
    func finish() async throws { try await indexer.finish() }
}

/// Writes the indexes of all blocks that wait at once, as the node's lane does.
private actor ReplayIndexer {
    private let state: StateStore
    private let queue = DiskQueue("replay indexes")
    private var waiting: [ReplayStep] = []
    private var running: Task<Void, any Error>?

    init(_ state: StateStore) { self.state = state }

    func add(_ step: ReplayStep) {
        waiting.append(step)
        if running == nil { running = Task { try await work() } }
    }

    func finish() async throws { try await running?.value }

    private func work() async throws {
        defer { running = nil }
        while !waiting.isEmpty {
            let steps = waiting
            waiting = []
            try await queue.run { [state] () throws(StorageError) in
                try state.index(steps.map(\.index))
                for step in steps where !step.flush.isEmpty {
                    try state.flush(step.flush, upTo: step.entry.height)
                }
            }
        }
    }
}
