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
    private let stored: StoredChain
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
        stored = StoredChain(disk: workers.disk)
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
            case .update(let from, let to):
                return try stored.update(from: from, to: to, epochLength: epochLength)
            case .leaf(let key): return try await leaf(key)
            case .journal(let key, let first, let limit):
                return try await queue.run { [stored] () throws(StorageError) in
                    try stored.journal(of: key, from: first, limit: limit)
                }
            case .block(let height): return try stored.servedBlock(at: height)
            case .status(let id): return .status(try await status(id))
            case .ancestor(let height, let under):
                return try stored.ancestor(height, under: under)
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
