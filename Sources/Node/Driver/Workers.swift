import Chain
import Consensus
import Ledger
import Logging
import Primitives
import Replica
import Storage
import Wire

/// The workers that do what the replica asks for, each with a lane of its own, so that a slow disk
/// does not hold up votes and a long block does not hold up admission.
struct Workers: Sendable {
    enum Work: Sendable {
        case log(Epoch, Simplex.LogBatch)
        case forget(Epoch, below: View)
        case takeOver(PublicKey)
        case admit([Chain.Transaction])
        case assemble(AssemblyOrder, Token)
        case store(Block, Digest)
        case execute(Block, Digest)
        case finalize(FinalBlock)
        case keep(Finalization)
        case load(LoadOrder, Token)
    }

    /// Orders that may wait in one lane.
    static let laneLimit = 16_384

    private struct Lanes: Sendable {
        let votes = Lane<Work>(limit: laneLimit)
        let admission = Lane<Work>(limit: laneLimit)
        let execution = Lane<Work>(limit: laneLimit)
        let reading = Lane<Work>(limit: laneLimit)
        let writing = Lane<Commit>(limit: laneLimit)
        let indexing = Lane<FinalStep>(limit: laneLimit)
    }

    private let lanes = Lanes()

    /// A write to the chain environment.
    enum Commit: Sendable {
        case block(Block, Digest)
        /// Of a block that becomes final, for when it came by catch-up and was never stored.
        case body(Block, Digest)
        case final(FinalStep)
        case keep(Finalization)
    }

    let executor: Executor
    let pool: SignaturePool
    let disk: NodeDisk
    let log: Logger
    /// Told of each final block once it is durable.
    let published: @Sendable (FinalStep) async -> Void

    init(
        executor: Executor, pool: SignaturePool, disk: NodeDisk, log: Logger,
        published: @escaping @Sendable (FinalStep) async -> Void
    ) {
        self.executor = executor
        self.pool = pool
        self.disk = disk
        self.log = log
        self.published = published
    }

    func take(_ work: Work) -> Bool {
        switch work {
        case .log, .forget, .takeOver: lanes.votes.put(work)
        case .admit: lanes.admission.put(work)
        case .assemble, .execute, .finalize: lanes.execution.put(work)
        case .load: lanes.reading.put(work)
        case .store(let block, let digest): lanes.writing.put(.block(block, digest))
        case .keep(let finalization): lanes.writing.put(.keep(finalization))
        }
    }

    func close() {
        lanes.votes.close()
        lanes.admission.close()
        lanes.execution.close()
        lanes.reading.close()
        lanes.writing.close()
        lanes.indexing.close()
    }

    /// Works until the lanes are closed and empty.
    func run(answering driver: ReplicaDriver) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await runVotes(driver) }
            group.addTask { await runAdmission(driver) }
            group.addTask { await runExecution(driver) }
            group.addTask { await runReading(driver) }
            group.addTask { await runWriting(driver) }
            group.addTask { await runIndexing(driver) }
        }
    }

    /// A node that cannot write or read what it must stops cleanly, before it votes (attack 80).
    private func fail(_ what: String, _ error: any Error, _ driver: ReplicaDriver) async {
        await driver.stop(because: "\(what): \(error)")
    }

    // MARK: Votes

    /// One sync for all batches that wait.
    private func runVotes(_ driver: ReplicaDriver) async {
        let queue = DiskQueue("votes")
        await lanes.votes.run { items in
            do throws(StorageError) {
                try await queue.run { () throws(StorageError) in
                    try disk.votes.perform(items)
                }
                await driver.receive(items.compactMap(Self.logged))
            } catch { await fail("votes could not be logged", error, driver) }
        }
    }

    private static func logged(_ work: Work) -> Replica.Event? {
        guard case .log(let epoch, let batch) = work else { return nil }
        return .logged(epoch, batch.token)
    }

    // MARK: Admission

    /// State first, then signatures: nobody makes a node check signatures of what it would refuse
    /// anyway.
    private func runAdmission(_ driver: ReplicaDriver) async {
        await lanes.admission.run { items in
            let transactions = items.flatMap { work -> [Chain.Transaction] in
                guard case .admit(let transactions) = work else { return [] }
                return transactions
            }
            do throws(BlockFault) {
                await driver.receive(.admitted(try await admit(transactions)))
            } catch { await fail("transactions could not be checked", error, driver) }
        }
    }

    private func admit(
        _ transactions: [Chain.Transaction]
    ) async throws(BlockFault) -> [AdmissionResult] {
        let screened = try await executor.check(transactions, .unchecked)
        var results: [AdmissionResult] = []
        var open: [Chain.Transaction] = []
        var standings: [AccountStanding] = []
        for (transaction, answer) in zip(transactions, screened) {
            switch answer {
            case .decided(let verdict):
                results.append(AdmissionResult(id: transaction.id, verdict: verdict))
            case .needsSignatures(let standing):
                open.append(transaction)
                standings.append(standing)
            }
        }
        let verified = await pool.verify(open)
        for (index, transaction) in open.enumerated() {
            let verdict: AdmissionResult.Verdict =
                verified[index] ? .admissible(standings[index]) : .refused(.signatureInvalid)
            results.append(AdmissionResult(id: transaction.id, verdict: verdict))
        }
        return results
    }

    // MARK: Execution

    private func runExecution(_ driver: ReplicaDriver) async {
        await lanes.execution.run { items in
            for item in items {
                do {
                    switch item {
                    case .execute(let block, let digest):
                        let verdicts = await pool.verify(block.body.transactions)
                        let verdict = try await executor.execute(
                            block, digest, signaturesAreValid: !verdicts.contains(false))
                        await driver.receive(.executed(digest, verdict))
                    case .assemble(let order, let token):
                        let assembly = try await executor.assemble(order)
                        await driver.receive(.assembled(assembly, token))
                    case .finalize(let block):
                        let step = try await executor.finalize(block)
                        guard lanes.writing.put(.body(block.block, block.digest)),
                            lanes.writing.put(.final(step))
                        else { return }
                    case .log, .forget, .takeOver, .admit, .store, .keep, .load:
                        preconditionFailure("this work has another lane")
                    }
                } catch { return await fail("execution failed", error, driver) }
            }
        }
    }

    // MARK: Writing

    /// One synced commit for all blocks that wait; finality is told only afterwards.
    private func runWriting(_ driver: ReplicaDriver) async {
        let queue = DiskQueue("chain")
        await lanes.writing.run { items in
            do throws(StorageError) {
                try await queue.run { () throws(StorageError) in
                    try disk.chain.perform(items.map(Self.write))
                }
            } catch { return await fail("blocks could not be stored", error, driver) }
            var events: [Replica.Event] = []
            for item in items {
                switch item {
                case .block(_, let digest): events.append(.stored(digest))
                case .body: break
                case .final(let step):
                    events.append(.finalized(step.entry.height))
                    await executor.becameDurable(step)
                    disk.index.add(step.index)
                    guard lanes.indexing.put(step) else { return }
                    await published(step)
                case .keep(let finalization): await executor.keep(finalization)
                }
            }
            await driver.receive(events)
        }
    }

    private static func write(_ commit: Commit) -> ChainWrite {
        switch commit {
        case .block(let block, let digest):
            .block(block.wire, digest: digest, height: block.header.height)
        case .body(let block, let digest): .body(block, digest: digest)
        case .final(let step): .final(step.entry)
        case .keep(let finalization): .keep(finalization.wire, digest: finalization.block)
        }
    }

    // MARK: Reading

    private func runReading(_ driver: ReplicaDriver) async {
        let queue = DiskQueue("reads")
        await lanes.reading.run { items in
            for item in items {
                guard case .load(let order, let token) = item else { continue }
                do throws(StorageError) {
                    let answer = try await queue.run { () throws(StorageError) in
                        try disk.chain.load(order)
                    }
                    await driver.receive(.loaded(answer, token))
                } catch { return await fail("blocks could not be read", error, driver) }
            }
        }
    }

    // MARK: Indexing

    /// Leaves and indexes follow at their own pace; a restart makes up for what is missing.
    private func runIndexing(_ driver: ReplicaDriver) async {
        let queue = DiskQueue("state")
        func writeIndexes() async {
            do throws(StorageError) {
                try await queue.run { () throws(StorageError) in try disk.index.write() }
            } catch { await fail("indexes could not be written", error, driver) }
        }
        await lanes.indexing.run { steps in
            if disk.index.isDue { await writeIndexes() }
            do throws(StorageError) {
                for step in steps where !step.flush.isEmpty {
                    try await queue.run { () throws(StorageError) in
                        try disk.state.flush(step.flush, upTo: step.height)
                    }
                    await executor.flushed()
                }
            } catch { await fail("leaves could not be written", error, driver) }
        }
        await writeIndexes()
    }
}
