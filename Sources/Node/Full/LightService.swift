import Chain
import Consensus
import Ledger
import LightClient
import Logging
import Primitives
import Replica
import StateTree
import Storage
import Transport
import Wire

/// Answers light nodes from the last final state; they check every answer themselves (rule N40).
actor LightService {
    /// Requests of one peer that are worked on at a time.
    static let requestsPerPeerLimit = 256
    /// Requests of all peers; past that, the answer is `busy`.
    static let requestLimit = 2_048
    /// How long the answer about a waiting transaction is held back for it to become final.
    static let statusWait = Duration.seconds(8)
    /// How often and how long a proof waits for the certificate of the last final block.
    private static let proofWait = Duration.milliseconds(20)
    private static let proofTryCount = 50

    private let executor: Executor
    private let driver: ReplicaDriver
    private let board: FinalityBoard
    private let disk: NodeDisk
    private let epochLength: UInt64
    private let log: Logger
    private var activeCount = 0
    private var allowance = LightAllowance()
    private var blocks = ServedBlocks()
    private let queue = DiskQueue("light")

    init(
        _ workers: Workers, driver: ReplicaDriver, board: FinalityBoard, epochLength: UInt64
    ) {
        executor = workers.executor
        disk = workers.disk
        log = workers.log
        self.driver = driver
        self.board = board
        self.epochLength = epochLength
    }

    /// Answers one request; never throws, since the fault is either ours or the peer's.
    func serve(_ incoming: IncomingRequest) async {
        guard activeCount < Self.requestLimit else {
            return incoming.respond(LightResponse.refused(.busy).wire)
        }
        activeCount += 1
        defer { activeCount -= 1 }
        guard let request = try? LightRequest(wire: incoming.body) else {
            return incoming.respond(LightResponse.refused(.malformed).wire)
        }
        guard allowance.admit(request, of: incoming.peer, now: Clocks.instant) else {
            return incoming.respond(LightResponse.refused(.busy).wire)
        }
        let bytes = await answer(request).wire
        allowance.charge(answerByteCount: bytes.count, of: incoming.peer, now: Clocks.instant)
        incoming.respond(bytes)
    }

    /// The answer, without its transport; for the node's own questions too.
    func answer(_ request: LightRequest) async -> LightResponse {
        do {
            switch request {
            case .submit(let list): return .submitted(await submit(list))
            case .head: return try await head()
            case .update(let from, let to): return try await update(from, to)
            case .leaf(let key): return try await leaf(key)
            case .journal(let key, let first, let limit):
                return try await journal(key, first, limit)
            case .block(let height): return try await block(height)
            case .status(let id): return .status(try await status(id))
            case .ancestor(let height, let under): return try await ancestor(height, under)
            }
        } catch {
            log.error("light request failed", metadata: ["why": "\(error)"])
            return .refused(.busy)
        }
    }

    // MARK: Submissions

    private func submit(_ list: [[UInt8]]) async -> [UInt32] {
        let decoded = list.map { try? Chain.Transaction(wire: $0) }
        let verdicts = await driver.submit(decoded.compactMap { $0 })
        return decoded.map { transaction in
            guard let transaction else { return Rejection.undecodable.rawValue }
            return verdicts[transaction.id]?.code ?? Rejection.stateUnreadable.rawValue
        }
    }

    // MARK: Final state

    private func head() async throws -> LightResponse {
        for _ in 0..<Self.proofTryCount {
            if let finalized = await executor.finalized { return .head(finalized) }
            try await Task.sleep(for: Self.proofWait)
        }
        return .refused(.busy)
    }

    private func leaf(_ key: LeafKey) async throws -> LightResponse {
        for _ in 0..<Self.proofTryCount {
            if let proof = try await executor.leafProof(key) { return .leaf(proof) }
            try await Task.sleep(for: Self.proofWait)
        }
        return .refused(.busy)
    }

    private func journal(
        _ key: LeafKey, _ first: UInt64, _ limit: Int
    ) async throws -> LightResponse {
        let entries = try await queue.run { [disk] () throws(StorageError) in
            try disk.index.entries(of: key, from: first, limit: limit)
        }
        return .journal(
            JournalPage(
                first: first,
                events: entries.map { JournalEvent(event: $0.event, height: $0.height) }))
    }

    // MARK: Chain

    /// The last block of an epoch, for somebody who trusts the set of an earlier one; of half the
    /// way when that is too far.
    private func update(_ from: Epoch, _ to: Epoch) async throws -> LightResponse {
        guard from <= to, let old = try disk.chain.set(of: from) else { return .refused(.unknown) }
        var epoch = to
        while true {
            let (last, overflow) = epoch.next.number.multipliedReportingOverflow(by: epochLength)
            guard !overflow, let target = try finalized(at: Height(last)),
                let set = try disk.chain.set(of: epoch),
                let next = try disk.chain.set(of: epoch.next)
            else { return .refused(.unknown) }
            if epoch == from || EpochUpdate.isWithinReach(target, votedBy: set, from: old) {
                return .update(EpochUpdate(to: target, from: old, set: set, next: next))
            }
            epoch = Epoch(from.number + (epoch.number - from.number) / 2)
        }
    }

    private func finalized(at height: Height) throws -> FinalizedHeader? {
        guard let header = try header(at: height),
            let proof = try disk.chain.finalization(from: height), proof.height == height
        else { return nil }
        return FinalizedHeader(header: header, finalization: try Finalization(wire: proof.bytes))
    }

    private func header(at height: Height) throws -> BlockHeader? {
        try disk.chain.header(at: height).map { try BlockHeader(wire: $0) }
    }

    private func block(_ height: Height) async throws -> LightResponse {
        guard let bytes = try disk.chain.block(at: height) else { return .refused(.unknown) }
        return .block(ServedBlock(block: bytes, finalized: try finalized(at: height)))
    }

    private func ancestor(_ height: Height, _ under: Height) async throws -> LightResponse {
        guard height < under, let header = try header(at: height),
            try disk.chain.header(at: under) != nil
        else { return .refused(.unknown) }
        let path = try HistoryRange.proof(of: height.number, count: under.number) {
            position throws(StorageError) in try disk.chain.historyNode(position)
        }
        guard let path else { return .refused(.unknown) }
        return .ancestor(HistoricHeader(header: header, path: path))
    }

    // MARK: Transactions

    /// What became of a transaction; the answer about one that waits is held back for a while.
    private func status(_ id: Digest) async throws -> TransactionStatus {
        if let height = try await finalHeight(of: id) { return try await included(id, height) }
        guard await driver.transaction(id) != nil else {
            // It may have become final between the two looks.
            guard let height = try await finalHeight(of: id) else { return .unknown }
            return try await included(id, height)
        }
        guard let outcome = await board.outcome(of: id, within: Self.statusWait) else {
            return .pending
        }
        return try await included(id, outcome.height)
    }

    private func finalHeight(of id: Digest) async throws -> Height? {
        if let height = await board.height(of: id) { return height }
        return try disk.state.place(of: id)?.height
    }

    private func included(_ id: Digest, _ height: Height) async throws -> TransactionStatus {
        // Most questions are about a block that has just become final.
        let fresh = await board.block(at: height)
        let parts = try blocks.parts(at: height) {
            if let fresh { return ServedBlocks.Parts(fresh.block, fresh.receipts) }
            guard let block = try disk.chain.block(at: height),
                let receipts = try disk.chain.receipts(at: height)
            else { return nil }
            return ServedBlocks.Parts(
                try Block(wire: block), try ReceiptList(wire: receipts).receipts)
        }
        return parts?.included(id).map { .included($0) } ?? .unknown
    }
}

extension SubmissionVerdict {
    /// The number that a light node gets: zero when the transaction is on its way.
    var code: UInt32 {
        switch self {
        case .accepted, .known: 0
        case .refused(let rejection): rejection.rawValue
        case .full: Rejection.tooManyPending.rawValue
        case .sequenceTaken: Rejection.sequenceUsed.rawValue
        case .uncovered: Rejection.pendingNotCovered.rawValue
        }
    }
}
