import Chain
import Ledger
import LightClient
import Primitives
import Transport
import Wire

extension LightNode: StateView {
    func look(at id: LeafID) async throws -> (value: [UInt8]?, height: Height) {
        let proved = try await leaf(id.key)
        return (proved.value, proved.height)
    }

    func journal(_ id: LeafID, _ head: JournalHead) async throws -> [JournalEvent] {
        try await journal(of: id.key, provedBy: head)
    }

    /// Answers a command.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        do { return try await reply(to: request) } catch { return .failure(FailureAnswer(error)) }
    }

    private func reply(to request: ControlRequest) async throws -> ControlAnswer {
        switch request {
        case .status: return .status(status())
        case .network:
            return .network(
                NetworkAnswer(
                    chain: chainDigest.hex, network: "\(genesis.network)",
                    height: head?.header.height.number ?? 0, genesis: Hex.encode(genesis.wire)))
        case .submit(let text, let wait):
            return .submitted(try await submitAnswer(try Self.transaction(text), wait: wait))
        case .account(let account): return try await self.account(account)
        case .balance(let account, let asset): return try await balance(account, asset)
        case .assets: return .assets(try await assets())
        case .asset(let id): return .assets(try await asset(id))
        case .history(let account, let asset, let first, let limit):
            return try await history(account, asset, first, limit)
        case .trace(let item): return .trace(try await trace(item))
        case .credit(let party, let viewer, let trusted):
            let question = try CreditQuestion(
                party, viewer, trusted, at: Timestamp(status().time))
            return .credit(try await credit(question))
        case .traceFile(let item):
            let file = try await traceFile(try Self.read(item, "an item"))
            return .proof(
                ProofAnswer(
                    payment: item, height: head?.header.height.number ?? 0,
                    file: Hex.encode(file.wire)))
        case .record(let kind, let id): return try await record(kind, id)
        case .attachment:
            throw FailureAnswer(
                "light",
                "A light node keeps no documents: name a full node's home with --full-node.")
        case .proof(let payment):
            let (file, _) = try await proofFile(try Self.read(payment, "a payment"))
            return .proof(
                ProofAnswer(
                    payment: payment, height: file.leaf.finalized.header.height.number,
                    file: Hex.encode(file.wire)))
        case .transaction(let text): return try await transactionAnswer(text)
        case .peers: return .peers(network.answers(peers) { _ in nil })
        case .addPeer, .dropPeer, .banPeer, .unbanPeer, .bans: return try network.answer(request)
        case .evidence:
            throw FailureAnswer(
                "light", "A light node keeps no evidence against validators; ask a full node.")
        case .doctor: return .doctor(doctorFacts())
        case .stop:
            Task { await stop() }
            return .done
        }
    }

    /// Where the node stands, as far as it has proved.
    public func status() -> StatusAnswer {
        let header = head?.header
        return StatusAnswer(
            word: word, role: .light, network: "\(genesis.network)", chain: chainDigest.hex,
            peerID: "\(peerID)", height: header?.height.number ?? 0,
            view: header?.view.number ?? 0, epoch: header?.epoch.number ?? 0,
            time: header?.time.milliseconds ?? 0, block: head?.block.hex ?? "",
            stateRoot: head?.stateRoot.hex ?? "", peers: peers.count, pending: 0, transactions: 0)
    }

    /// How many connections there are, and whether they are those that the node wants.
    public nonisolated var connections: ConnectionCounts { network.counts }

    /// The assets of the genesis document; each is proved when it is used.
    private func assets() async throws -> [AssetAnswer] {
        let parameters = try await parameters()
        return genesis.assets.map { asset in
            AssetAnswer(
                asset.id, asset.code, asset.decimals, asset.issuer,
                fees: parameters.listIndex(of: asset.id) != nil)
        }
    }

    private func submitAnswer(
        _ transaction: Transaction, wait: Bool
    ) async throws -> SubmissionAnswer {
        guard wait else {
            Task { try? await self.submit(transaction) }
            return .pending(transaction.id)
        }
        do throws(LightNodeError) {
            let outcome = try await submit(transaction)
            return SubmissionAnswer(outcome.receipt, at: outcome.height, after: outcome.duration)
        } catch {
            switch error {
            case .refused(let rejection):
                return .refused(transaction.id, rejection.word, rejection.description)
            case .timedOut: return .pending(transaction.id)
            case .unreachable, .fault, .statement, .unreadable, .halted: throw error
            }
        }
    }

    /// One page of a statement that was proved to be complete.
    private func history(
        _ account: String, _ asset: String, _ first: UInt64, _ limit: Int
    ) async throws -> ControlAnswer {
        let id = try Self.balanceID(account, asset)
        let lines = try await statement(id.account, id.asset)
        let page = lines.drop { $0.number < first }
            .prefix(min(max(limit, 0), LightLimits.eventCountLimit))
        return .history(
            HistoryAnswer(
                account: account, asset: asset, count: UInt64(lines.count),
                entries: page.map { HistoryEntry($0.number, $0.height, $0.event) }))
    }

    private func transactionAnswer(_ text: String) async throws -> ControlAnswer {
        let id: Digest = try Self.read(text, "a transaction")
        guard let (receipt, height) = try await outcome(of: id) else {
            return .submitted(.pending(id))
        }
        return .submitted(SubmissionAnswer(receipt, at: height, after: .zero))
    }
}
