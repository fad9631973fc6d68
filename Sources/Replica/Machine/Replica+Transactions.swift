import Chain
import Gossip
import Ledger
import Primitives
import Wire

extension Replica {
    // MARK: Wallets

    mutating func submit(_ transactions: [Transaction], _ ticket: Ticket) {
        var fresh: [Transaction] = []
        for transaction in transactions {
            let id = transaction.id
            if pool.contains(id) || relay.wasFinalLately(id) {
                emit(.answer(ticket, id: id, .known))
            } else if relay.admissions[id] != nil {
                relay.admissions[id]?.tickets.append(ticket)
            } else if relay.hasRoom(for: transaction) {
                begin(transaction)
                relay.admissions[id]?.tickets.append(ticket)
                fresh.append(transaction)
            } else {
                emit(.answer(ticket, id: id, .full))
            }
        }
        if !fresh.isEmpty { emit(.admit(fresh)) }
    }

    private mutating func begin(_ transaction: Transaction) {
        relay.admissions[transaction.id] = TransactionRelay.Admission(transaction: transaction)
        relay.admissionByteCount += transaction.bytes.count
    }

    // MARK: Gossip

    mutating func gossip(_ event: GossipRouter.Event) {
        for effect in relay.router.handle(event, now: turn.now.instant) {
            switch effect {
            case .send(let name, let frame, let lane):
                emit(.gossip(name, frame: frame, lane))
            case .validate(let id, _, let data, let name): validate(id, data, from: name)
            case .disconnect(let name, _): drop(name, .badGossip)
            case .learned(let records, let name): emit(.learned(records, from: name))
            case .arm(let timer, let delay): wake(.gossip(timer), afterMilliseconds: delay)
            }
        }
    }

    /// Looks at a batch: what is new goes to admission, and the verdict waits for it.
    private mutating func validate(_ id: MessageID, _ data: [UInt8], from name: PeerName) {
        guard let batch = try? TransactionBatch(wire: data) else {
            return gossip(.judged(id, .reject))
        }
        var transactions: [Transaction] = []
        for bytes in batch.transactions {
            guard let transaction = try? Transaction(wire: bytes) else {
                return gossip(.judged(id, .reject))
            }
            transactions.append(transaction)
        }
        var fresh: [Transaction] = []
        var openCount = 0
        for transaction in transactions {
            guard !pool.contains(transaction.id), !relay.wasFinalLately(transaction.id) else {
                continue
            }
            if relay.admissions[transaction.id] == nil {
                guard mayCheck(transaction, for: name) else { continue }
                begin(transaction)
                fresh.append(transaction)
            }
            relay.admissions[transaction.id]?.messages.append(id)
            openCount += 1
        }
        guard openCount > 0 else { return gossip(.judged(id, .ignore)) }
        relay.messages[id] = TransactionRelay.Message(peer: name, openCount: openCount)
        if !fresh.isEmpty { emit(.admit(fresh)) }
    }

    /// Refuses before anything is verified when the peer's allowance or the room is used up.
    private mutating func mayCheck(_ transaction: Transaction, for name: PeerName) -> Bool {
        guard relay.hasRoom(for: transaction) else { return false }
        let now = turn.now.instant
        var isAllowed = false
        peers.update(name) { peer in
            isAllowed = peer.checks.take(UInt64(transaction.signatures.count), now: now)
        }
        return isAllowed
    }

    // MARK: Admission

    mutating func admitted(_ results: [AdmissionResult]) {
        for result in results {
            guard let admission = relay.admissions.removeValue(forKey: result.id) else { continue }
            relay.admissionByteCount -= admission.transaction.bytes.count
            let verdict = decide(admission.transaction, result.verdict)
            for ticket in admission.tickets {
                emit(.answer(ticket, id: result.id, verdict ?? .full))
            }
            if verdict == .accepted, !admission.tickets.isEmpty {
                publish(admission.transaction)
            }
            let opinion = Self.opinion(of: verdict)
            for message in admission.messages { settle(message, opinion) }
        }
        completeGatherings()
        tellReadiness()
    }

    /// Puts an admissible transaction into the mempool; `nil` when the node cannot tell.
    private mutating func decide(
        _ transaction: Transaction, _ verdict: AdmissionResult.Verdict
    ) -> SubmissionVerdict? {
        switch verdict {
        case .refused(let rejection): return .refused(rejection)
        case .unready: return nil
        case .admissible(let standing):
            if relay.wasFinalLately(transaction.id) { return .known }
            switch pool.insert(transaction, standing, at: turn.now.instant) {
            case .added: return .accepted
            case .known: return .known
            case .sequenceTaken: return .sequenceTaken
            case .outOfWindow: return .refused(.sequenceUsed)
            case .full: return .full
            case .uncovered: return .uncovered
            }
        }
    }

    /// What gossip hears: only what the sender could have known to be wrong counts against it.
    private static func opinion(of verdict: SubmissionVerdict?) -> GossipRouter.Verdict {
        switch verdict {
        case .accepted: .accept
        case .known, .full, .sequenceTaken, .uncovered, nil: .ignore
        case .refused(let rejection):
            switch rejection {
            case .tooLarge, .undecodable, .wrongNetwork, .malformed, .amountZero, .amountOverflow,
                .attachmentMismatch, .keyNotAdmissible, .signatureInvalid:
                .reject
            default: .ignore
            }
        }
    }

    private mutating func settle(_ id: MessageID, _ opinion: GossipRouter.Verdict) {
        guard var message = relay.messages[id] else { return }
        message.openCount -= 1
        switch (message.verdict, opinion) {
        case (.reject, _), (_, .reject): message.verdict = .reject
        case (.accept, _), (_, .accept): message.verdict = .accept
        case (.ignore, .ignore): message.verdict = .ignore
        }
        relay.messages[id] = message.openCount > 0 ? message : nil
        guard message.openCount == 0 else { return }
        if message.verdict == .accept {
            let now = turn.now.instant
            peers.update(message.peer) { $0.lastTransaction = now }
        }
        gossip(.judged(id, message.verdict))
    }

    /// Transactions that have come by gossip may complete a proposal.
    private mutating func completeGatherings() {
        for digest in candidates.gathering {
            guard case .gathering(var gathering) = candidates[digest]?.content else { continue }
            for envelope in gathering.wanted {
                if let transaction = pool[envelope: envelope] { _ = gathering.add(transaction) }
            }
            take(gathering, for: digest)
            if candidates[digest]?.block != nil {
                desk.fetches[digest] = nil
                advance(digest)
                finalizeReachable()
            }
        }
    }

    // MARK: Own transactions

    private mutating func publish(_ transaction: Transaction) {
        let wasEmpty = relay.batch.isEmpty
        for batch in relay.batch.add(transaction.bytes) {
            gossip(.publish(relay.topic, batch.wire))
        }
        if wasEmpty, !relay.batch.isEmpty {
            wake(.batch, afterMilliseconds: TransactionBatch.lingerMilliseconds)
        }
    }

    mutating func flushBatch() {
        if let batch = relay.batch.flush() { gossip(.publish(relay.topic, batch.wire)) }
    }

    // MARK: Repair

    mutating func repair(_ event: Repair.Event) {
        let effects = relay.repair.handle(
            event, pool: RepairView(pool: pool, relay: relay), now: turn.now.instant)
        for effect in effects {
            switch effect {
            case .send(let name, let frame): emit(.send([name], .repair, frame: frame))
            case .deliver(let transactions, let name): deliver(transactions, from: name)
            case .fault(let name): drop(name, .malformed(.repair))
            case .armRound(let delay): wake(.repair, afterMilliseconds: delay)
            }
        }
    }

    private mutating func deliver(_ list: [[UInt8]], from name: PeerName) {
        var fresh: [Transaction] = []
        for bytes in list {
            guard let transaction = try? Transaction(wire: bytes) else {
                return drop(name, .malformed(.repair))
            }
            let id = transaction.id
            guard !pool.contains(id), relay.admissions[id] == nil,
                !relay.wasFinalLately(id), mayCheck(transaction, for: name)
            else { continue }
            begin(transaction)
            fresh.append(transaction)
        }
        if !fresh.isEmpty { emit(.admit(fresh)) }
    }
}
