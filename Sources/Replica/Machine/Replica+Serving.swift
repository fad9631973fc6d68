import Chain
import Consensus
import Primitives
import Wire

extension Replica {
    mutating func receiveSync(_ bytes: [UInt8], from name: PeerName) {
        guard let message = try? SyncMessage(wire: bytes) else {
            return drop(name, .malformed(.sync))
        }
        switch message {
        case .request(let number, let request): serve(request, number, for: name)
        case .answer(let number, let answer): take(answer, number, from: name)
        }
    }

    /// Answers a peer within its allowance; a peer over it gets no answer (attack 57).
    private mutating func serve(_ request: SyncRequest, _ number: UInt64, for name: PeerName) {
        switch request {
        case .run(let from, let countLimit):
            let count = min(Int(clamping: countLimit), BlockRun.blockLimit)
            guard count > 0, from > Height(0), from <= final.durable else {
                return send(.answer(number: number, .run(.empty)), to: name)
            }
            load(
                .run(from: from, countLimit: count, byteLimit: BlockRun.byteLimit), number,
                for: name)
        case .block(let digest):
            if let block = candidates[digest]?.block {
                return answer(number, .block(block), for: name)
            }
            load(.block(digest), number, for: name)
        case .bodies(let digest, let envelopes):
            answer(number, .bodies(bodies(of: digest, envelopes)), for: name)
        }
    }

    private func bodies(of digest: Digest, _ envelopes: [Digest]) -> [Transaction] {
        var known: [Digest: Transaction] = [:]
        for transaction in candidates[digest]?.block?.body.transactions ?? [] {
            known[transaction.envelope] = transaction
        }
        var byteCount = 0
        var found: [Transaction] = []
        for envelope in envelopes {
            guard let transaction = known[envelope] ?? pool[envelope: envelope] else { continue }
            byteCount += transaction.bytes.count
            guard byteCount <= BlockBody.byteLimit else { break }
            found.append(transaction)
        }
        return found
    }

    private mutating func answer(_ number: UInt64, _ answer: SyncAnswer, for name: PeerName) {
        let frame = SyncMessage.answer(number: number, answer).wire
        let now = turn.now.instant
        var isAllowed = false
        peers.update(name) { $0.budget.take(UInt64(frame.count), now: now) ? isAllowed = true : () }
        guard isAllowed else { return }
        emit(.send([name], .sync, frame: frame))
    }

    private mutating func load(_ order: LoadOrder, _ number: UInt64, for name: PeerName) {
        guard desk.loads.count < RequestDesk.loadLimit,
            let peer = peers[name], peer.loadCount < PeerTable.loadLimit
        else { return }
        peers.update(name) { $0.loadCount += 1 }
        let token = desk.nextToken()
        desk.loads[token] = RequestDesk.Load(peer: name, number: number)
        emit(.load(order, token))
    }

    /// The disk has answered; the peer may be gone by now.
    mutating func loaded(_ answer: LoadAnswer, _ token: Token) {
        guard let load = desk.loads.removeValue(forKey: token) else { return }
        peers.update(load.peer) { $0.loadCount = max(0, $0.loadCount - 1) }
        guard peers[load.peer] != nil else { return }
        switch answer {
        case .run(let run): self.answer(load.number, .run(run), for: load.peer)
        case .block(let block): self.answer(load.number, .block(block), for: load.peer)
        }
    }

    private mutating func take(_ answer: SyncAnswer, _ number: UInt64, from name: PeerName) {
        switch answer {
        case .run(let run): take(run, number, from: name)
        case .block(let block):
            guard let block, isAsked(block.digest, number, name) else { return }
            take(fetched: block, from: name)
        case .bodies(let transactions):
            let asked = desk.orderedFetches.first { isAsked($0, number, name) }
            if let asked { take(bodies: transactions, of: asked) }
        }
    }

    /// Answers that nobody asked for are thrown away, whatever they hold (attack 77).
    private func isAsked(_ digest: Digest, _ number: UInt64, _ name: PeerName) -> Bool {
        guard let fetch = desk.fetches[digest] else { return false }
        return fetch.number == number && fetch.peer == name
    }
}
