import Chain
import Consensus
import Ledger
import LightClient
import Primitives
import Replica
import StateTree
import Storage
import Synchronization
import Transport
import Wire

extension FullNode: StateView {
    /// How long a command waits for finality.
    static let submissionWait = Duration.seconds(60)

    func look(at id: LeafID) async throws -> (value: [UInt8]?, height: Height) {
        try await executor.look(at: id.key)
    }

    func journal(_ id: LeafID, _ head: JournalHead) async throws -> [JournalEvent] {
        var events: [JournalEvent] = []
        while UInt64(events.count) < head.count {
            let left = Int(clamping: head.count) - events.count
            let page = try disk.index.entries(
                of: id.key, from: UInt64(events.count) + 1,
                limit: min(left, LightLimits.eventCountLimit))
            guard !page.isEmpty else {
                throw FailureAnswer("busy", "The node's index is behind; ask again.")
            }
            events += page.map { JournalEvent(event: $0.event, height: $0.height) }
        }
        try Statement.verify(head, events: events)
        return events
    }

    /// Answers a command.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        do { return try await reply(to: request) } catch { return .failure(FailureAnswer(error)) }
    }

    private func reply(to request: ControlRequest) async throws -> ControlAnswer {
        switch request {
        case .status: return .status(await status())
        case .network: return .network(await networkAnswer())
        case .submit(let text, let wait):
            return .submitted(try await submit(try Self.transaction(text), wait: wait))
        case .account(let account): return try await self.account(account)
        case .balance(let account, let asset): return try await balance(account, asset)
        case .assets: return .assets(try await assets())
        case .asset(let id): return .assets(try await asset(id))
        case .history(let account, let asset, let first, let limit):
            return try await history(account, asset, first, limit)
        case .trace(let item): return .trace(try await trace(item))
        case .credit(let party, let viewer, let trusted):
            let question = try CreditQuestion(
                party, viewer, trusted, at: await executor.durable.header.time)
            return .credit(try await credit(question))
        case .traceFile:
            throw FailureAnswer(
                "full", "A file of a trace is made by a light node, which proves all of it.")
        case .record(let kind, let id): return try await record(kind, id)
        case .attachment(let kind, let id, let hash):
            return .attachment(try await attachment(kind, id, hash))
        case .proof(let payment): return try await proof(payment)
        case .transaction(let id): return try await transactionAnswer(id)
        case .peers: return .peers(await peers())
        case .addPeer, .dropPeer, .banPeer, .unbanPeer, .bans: return try network.answer(request)
        case .evidence: return .evidence(try await evidence())
        case .doctor: return .doctor(await doctorFacts())
        case .stop:
            Task { await stop() }
            return .done
        }
    }

    // MARK: The node

    /// Where the node stands, by what is on its disk.
    public func status() async -> StatusAnswer {
        let head = await executor.durable
        let votesFrom = life.withLock { $0.votesFrom }
        // A damaged log was set aside: say so for as long as this node does not vote.
        let note =
            configuration.role == .validator && head.header.epoch < votesFrom
            ? ", observing until epoch \(votesFrom)" : ""
        return StatusAnswer(
            word: await word() + note, role: configuration.role, network: "\(genesis.network)",
            chain: site.chain.hex, peerID: "\(peerID)", height: head.header.height.number,
            view: head.header.view.number, epoch: head.header.epoch.number,
            time: head.header.time.milliseconds, block: head.digest.hex,
            stateRoot: head.stateRoot.hex, peers: roster.withLock { $0.entries.count },
            pending: await driver.pendingCount, transactions: await executor.transactionCount)
    }

    /// The phase, with an estimate of the time that syncing will take.
    private func word() async -> String {
        let phase = await driver.phase
        guard case .syncing(let at, let target) = phase, target > at else {
            return await driver.word
        }
        let (startedAt, startHeight) = life.withLock { ($0.startedAt, $0.startHeight) }
        let elapsed = Clocks.instant.milliseconds(since: startedAt)
        let done = at.number - min(startHeight.number, at.number)
        guard done > 0, elapsed > 1_000 else { return phase.word }
        let seconds = (target.number - at.number) * elapsed / done / 1_000
        return phase.word + " eta " + (seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m")
    }

    private func networkAnswer() async -> NetworkAnswer {
        NetworkAnswer(
            chain: site.chain.hex, network: "\(genesis.network)",
            height: await executor.durable.header.height.number,
            genesis: Hex.encode(genesis.wire))
    }

    private func peers() async -> [PeerAnswer] {
        let heights = Dictionary(
            await driver.standings.map { ($0.0, $0.1.finalHeight) },
            uniquingKeysWith: { first, _ in first })
        return network.answers(roster.withLock { $0.entries }) { heights[$0] }
    }

    /// What is known against validators: in final blocks, then what waits for one.
    private func evidence() async throws -> [EvidenceAnswer] {
        var seen: Set<Evidence.Key> = []
        var answers: [EvidenceAnswer] = []
        for (height, bytes) in try disk.index.evidence(limit: EvidenceAnswer.listLimit) {
            guard let item = try? Evidence(wire: bytes) else { continue }
            seen.insert(item.key)
            answers.append(try answer(for: item, in: height))
        }
        for item in await driver.evidence where seen.insert(item.key).inserted {
            answers.append(try answer(for: item, in: Height(0)))
        }
        return answers
    }

    private func answer(for item: Evidence, in height: Height) throws -> EvidenceAnswer {
        let set = try disk.chain.set(of: item.key.epoch)
        return EvidenceAnswer(item, in: height, validator: set?[item.key.seat]?.key)
    }

    // MARK: The state

    private func assets() async throws -> [AssetAnswer] {
        let parameters =
            try await look(at: .parameters, as: Parameters.self).value ?? genesis.parameters
        return await executor.assets.map { id, leaf in
            AssetAnswer(
                id, leaf.code, leaf.decimals, leaf.issuer,
                fees: parameters.listIndex(of: id) != nil)
        }
    }

    private func history(
        _ account: String, _ asset: String, _ first: UInt64, _ limit: Int
    ) async throws -> ControlAnswer {
        let id = LeafID.balance(try Self.balanceID(account, asset))
        let journal = try await look(at: id, as: BalanceLeaf.self).value?.journal
        let limit = min(max(limit, 0), LightLimits.eventCountLimit)
        let entries = try disk.index.entries(of: id.key, from: max(1, first), limit: limit)
        return .history(
            HistoryAnswer(
                account: account, asset: asset, count: journal?.count ?? 0,
                entries: try entries.map {
                    HistoryEntry($0.number, $0.height, try LedgerEvent(wire: $0.event))
                }))
    }

    /// The proof that a light node would make, from this node's own answers.
    private func proof(_ payment: String) async throws -> ControlAnswer {
        let id: PaymentID = try Self.read(payment, "a payment")
        var trust = LightTrust(anchor: try genesis.anchor, scheme: .ed25519)
        let key = LeafID.receipt(id).key
        for _ in 0..<LightTrust.stepLimit {
            guard case .leaf(let leaf) = await light.answer(.leaf(key)) else {
                throw FailureAnswer("not_proved", "The last final block has no certificate yet.")
            }
            do throws(LightFault) {
                guard case .present = try trust.answer(leaf, for: key, now: nil) else {
                    throw .wrongSubject
                }
                return .proof(
                    ProofAnswer(
                        payment: payment, height: leaf.finalized.header.height.number,
                        file: Hex.encode(trust.file(for: leaf).wire)))
            } catch {
                guard case .unknownValidators(let epoch) = error else {
                    let rejection = Rejection.unknownPayment
                    throw FailureAnswer(rejection.word, rejection.description)
                }
                let step = LightRequest.update(from: trust.anchor.epoch, to: epoch.previous)
                guard case .update(let update) = await light.answer(step) else { break }
                try trust.advance(update, now: nil)
            }
        }
        throw FailureAnswer("not_proved", "The way from genesis to the last block is not at hand.")
    }

    // MARK: Transactions

    private func submit(_ transaction: Chain.Transaction, wait: Bool) async throws
        -> SubmissionAnswer
    {
        let start = ContinuousClock.now
        let id = transaction.id
        guard let verdict = await driver.submit([transaction])[id] else {
            throw FailureAnswer("busy", "The node takes no transactions now.")
        }
        switch verdict {
        case .accepted, .known: break
        case .refused(let rejection):
            // A sequence is used by this very transaction when it was handed in before.
            if case .included = await lightStatus(id) { break }
            return .refused(id, rejection.word, rejection.description)
        case .full, .sequenceTaken, .uncovered:
            let rejection = Rejection(rawValue: verdict.code) ?? .stateUnreadable
            return .refused(id, rejection.word, rejection.description)
        }
        guard wait else { return .pending(id) }
        if let height = await board.height(of: id), let receipt = try receipt(of: id, at: height) {
            return SubmissionAnswer(receipt, at: height, after: ContinuousClock.now - start)
        }
        guard let outcome = await board.outcome(of: id, within: Self.submissionWait) else {
            return .pending(id)
        }
        return SubmissionAnswer(
            outcome.receipt, at: outcome.height, after: ContinuousClock.now - start)
    }

    private func lightStatus(_ id: Digest) async -> TransactionStatus {
        guard case .status(let status) = await light.answer(.status(id)) else { return .unknown }
        return status
    }

    private func receipt(of id: Digest, at height: Height) throws -> Receipt? {
        guard let bytes = try disk.chain.receipts(at: height) else { return nil }
        return try ReceiptList(wire: bytes).receipts.first { $0.transaction == id }
    }

    private func transactionAnswer(_ text: String) async throws -> ControlAnswer {
        let id: Digest = try Self.read(text, "a transaction")
        switch await lightStatus(id) {
        case .unknown:
            throw FailureAnswer("unknown", "This node knows no transaction of that id.")
        case .pending: return .submitted(.pending(id))
        case .included(let included):
            return .submitted(
                SubmissionAnswer(
                    try Receipt(wire: included.receipt), at: included.header.height, after: .zero))
        }
    }
}
