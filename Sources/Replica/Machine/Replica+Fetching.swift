import Chain
import Consensus
import Primitives
import Wire

extension Replica {
    /// After so many attempts a block that nobody has is given up; agreement asks again if it
    /// still matters.
    static let fetchAttemptLimit = 64

    /// Gets a whole block from whoever has it.
    mutating func fetchBlock(_ digest: Digest) { fetch(digest, .block) }

    /// Gets the missing transactions of a proposal, from the proposer first.
    mutating func fetchBodies(_ digest: Digest) { fetch(digest, .bodies) }

    /// Agreement has a certificate of a block whose header it never saw.
    mutating func fetchHeader(_ digest: Digest, from name: PeerName?, for wait: Slot) {
        let known = digest == final.head.digest ? final.head.header : candidates[digest]?.header
        if let header = known {
            return input(.fetched(header), for: wait.epoch)
        }
        if desk.headerWaits.count < RequestDesk.fetchLimit { desk.headerWaits[digest] = wait }
        fetch(digest, .block, from: name)
    }

    /// Hands agreement the header of a final block if it waits for it, and asks for none of the views
    /// up to there any longer: agreement has no use for them.
    mutating func endHeaderWaits(with header: BlockHeader, _ digest: Digest) {
        guard !desk.headerWaits.isEmpty else { return }
        if let wait = desk.headerWaits[digest] { input(.fetched(header), for: wait.epoch) }
        for (digest, wait) in desk.headerWaits where wait <= header.slot {
            desk.headerWaits[digest] = nil
            if !isWanted(digest) { desk.fetches[digest] = nil }
        }
    }

    private mutating func fetch(
        _ digest: Digest, _ want: RequestDesk.Fetch.Want, from hint: PeerName? = nil
    ) {
        guard desk.fetches[digest] == nil, desk.fetches.count < RequestDesk.fetchLimit,
            let peer = hint ?? source(of: digest, attempt: 0)
        else { return }
        let isFirst = desk.fetches.isEmpty
        desk.fetches[digest] = RequestDesk.Fetch(
            number: desk.nextNumber(), want: want, peer: peer, askedAt: turn.now.instant,
            attempts: 1)
        ask(digest)
        if isFirst { wake(.fetch, afterMilliseconds: Self.fetchMilliseconds) }
    }

    /// Whom to ask: those who should know first, then anybody in turn.
    private func source(of digest: Digest, attempt: Int) -> PeerName? {
        let sources = candidates[digest]?.sources.filter { peers[$0] != nil } ?? []
        if attempt < sources.count { return sources[attempt] }
        guard !peers.names.isEmpty else { return nil }
        let start = Int(digest.bytes[0]) + attempt - sources.count
        return peers.names[start % peers.names.count]
    }

    private mutating func ask(_ digest: Digest) {
        guard let fetch = desk.fetches[digest] else { return }
        let request: SyncRequest
        switch (fetch.want, candidates[digest]?.content) {
        case (.bodies, .gathering(let gathering)):
            request = .bodies(of: digest, envelopes: gathering.wanted)
        case (.block, _), (.bodies, _): request = .block(digest)
        }
        send(.request(number: fetch.number, request), to: fetch.peer)
    }

    mutating func send(_ message: SyncMessage, to name: PeerName) {
        emit(.send([name], .sync, frame: message.wire))
    }

    /// Asks again, another peer each time, for what nobody answered.
    mutating func repeatFetches() {
        for digest in desk.orderedFetches {
            guard var fetch = desk.fetches[digest] else { continue }
            let wait = min(fetch.attempts, 8)
            guard
                turn.now.instant.milliseconds(since: fetch.askedAt)
                    >= UInt64(wait) * Self.fetchMilliseconds
            else { continue }
            guard isWanted(digest), fetch.attempts < Self.fetchAttemptLimit else {
                desk.fetches[digest] = nil
                desk.headerWaits[digest] = nil
                continue
            }
            fetch.peer = source(of: digest, attempt: fetch.attempts) ?? fetch.peer
            fetch.attempts += 1
            fetch.askedAt = turn.now.instant
            desk.fetches[digest] = fetch
            ask(digest)
        }
        if !desk.fetches.isEmpty { wake(.fetch, afterMilliseconds: Self.fetchMilliseconds) }
    }

    private func isWanted(_ digest: Digest) -> Bool {
        if desk.headerWaits[digest] != nil { return true }
        guard let candidate = candidates[digest] else { return false }
        return candidate.block == nil && !candidate.isBroken
    }

    /// A block that was asked for; the name proves that it is the right one.
    mutating func take(fetched block: Block, from name: PeerName) {
        guard block.bodyMatchesHeader else { return drop(name, .lied(.block)) }
        if let wait = desk.headerWaits.removeValue(forKey: block.digest) {
            candidates.add(block.header, digest: block.digest)
            input(.fetched(block.header), for: wait.epoch)
        }
        desk.fetches[block.digest] = nil
        guard candidates[block.digest] != nil else { return }
        take(block, block.digest)
        advance(block.digest)
        finalizeReachable()
    }

    /// Transactions of a proposal that were asked for.
    mutating func take(bodies: [Transaction], of digest: Digest) {
        guard case .gathering(var gathering) = candidates[digest]?.content else { return }
        for transaction in bodies { _ = gathering.add(transaction) }
        take(gathering, for: digest)
        if candidates[digest]?.block != nil || candidates[digest]?.isBroken == true {
            desk.fetches[digest] = nil
        }
        advance(digest)
        finalizeReachable()
    }
}
