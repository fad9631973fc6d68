package import Chain
import Ledger
package import Primitives

/// Transactions that are admitted and not yet final.
///
/// An account's transactions wait in the order of their sequence; accounts take turns, and the one
/// that was served last waits longest. Nothing that is in is pushed out by something that comes
/// later: when the pool is full, newcomers are refused.
///
/// - Source: `nodes-and-attacks.md` 4.2 (4), attacks 74 to 76; rules P1 to P8 of the specification.
package struct Mempool: Sendable {
    /// - Unit: bytes.
    package static let byteLimit = 64 << 20
    package static let countLimit = 131_072
    /// Pending transactions of one account.
    package static let accountLimit: UInt64 = 16
    /// Transactions that wait for an earlier one of their account.
    package static let gapLimit = 4_096

    package private(set) var byteCount = 0

    package init() {}

    private var line = TurnLine()
    private var queues: [AccountID: PoolQueue] = [:]
    private var places: [Digest: PoolPlace] = [:]
    /// From the name that blocks use to the id.
    private var envelopes: [Digest: Digest] = [:]
    /// In order of arrival; ids that have left are swept out now and then.
    private var arrivals: [Digest] = []
    /// What pending transactions may take out of each balance.
    private var promises: [BalanceID: Amount] = [:]
    private var expiries: [Height: [Digest]] = [:]
    private var used = UsedSequences()
    private var gapCount = 0

    package var count: Int { places.count }

    package enum Insertion: Equatable {
        case added
        case known
        /// Another transaction of the account has the sequence.
        case sequenceTaken
        /// The sequence is used up, or too far ahead.
        case outOfWindow
        case full
        case uncovered
    }

    package subscript(id: Digest) -> Transaction? { entry(id)?.transaction }

    subscript(envelope envelope: Digest) -> Transaction? {
        envelopes[envelope].flatMap { self[$0] }
    }

    package func contains(_ id: Digest) -> Bool { places[id] != nil }

    private func entry(_ id: Digest) -> PoolEntry? {
        guard let place = places[id] else { return nil }
        return queues[place.account]?.entry(at: place.sequence)
    }

    /// Takes an admitted transaction in.
    package mutating func insert(
        _ transaction: Transaction, _ standing: AccountStanding, at now: Instant = Instant(0)
    ) -> Insertion {
        let entry = PoolEntry(transaction, covers: standing.covers, at: now)
        guard places[entry.id] == nil else { return .known }
        var queue = queues[entry.account] ?? PoolQueue(base: standing.sequence)
        queue.base = max(queue.base, standing.sequence, used[entry.account] ?? Sequence(0))
        guard entry.sequence > queue.base,
            entry.sequence.number - queue.base.number <= Self.accountLimit
        else { return .outOfWindow }
        guard queue.entry(at: entry.sequence) == nil else { return .sequenceTaken }
        guard places.count < Self.countLimit, entry.byteCount <= Self.byteLimit - byteCount else {
            return .full
        }
        let isGapped = !queue.isContiguous(upTo: entry.sequence)
        guard !isGapped || gapCount < Self.gapLimit else { return .full }
        guard commit(entry.covers) else { return .uncovered }
        gapCount -= queue.gapCount
        queue.insert(entry)
        gapCount += queue.gapCount
        if queue.stamp == nil { queue.stamp = line.join(entry.account) }
        queues[entry.account] = queue
        places[entry.id] = PoolPlace(account: entry.account, sequence: entry.sequence)
        envelopes[transaction.envelope] = entry.id
        arrivals.append(entry.id)
        expiries[entry.expiry, default: []].append(entry.id)
        byteCount += entry.byteCount
        return .added
    }

    /// Promises the amounts, unless a balance has too little for all that is pending.
    private mutating func commit(_ covers: [AccountStanding.Cover]) -> Bool {
        var sums: [(BalanceID, Amount)] = []
        for cover in covers {
            let before = sums.last { $0.0 == cover.balance }?.1 ?? promises[cover.balance] ?? .zero
            guard let sum = try? before.adding(cover.needed), sum <= cover.available else {
                return false
            }
            sums.append((cover.balance, sum))
        }
        for (balance, sum) in sums { promises[balance] = sum }
        return true
    }

    private mutating func release(_ entry: PoolEntry) {
        places[entry.id] = nil
        envelopes[entry.transaction.envelope] = nil
        byteCount -= entry.byteCount
        for cover in entry.covers {
            guard let sum = promises[cover.balance] else { continue }
            let rest = (try? sum.subtracting(cover.needed)) ?? .zero
            promises[cover.balance] = rest == .zero ? nil : rest
        }
    }

    /// Those that came so lately that gossip may not have carried them everywhere.
    func fresh(
        among transactions: [Transaction], at now: Instant, byteLimit: Int
    ) -> [Transaction] {
        var byteCount = 0
        var found: [Transaction] = []
        for transaction in transactions {
            guard let entry = entry(transaction.id),
                now.milliseconds(since: entry.arrival) < Self.freshMilliseconds
            else { continue }
            byteCount += entry.byteCount
            guard byteCount <= byteLimit, found.count < Self.freshLimit else { break }
            found.append(transaction)
        }
        return found
    }

    /// About the time that gossip takes to reach everyone.
    private static let freshMilliseconds: UInt64 = 600
    private static let freshLimit = 1_024

    // MARK: Leaving

    /// Removes what a final block made final or impossible.
    package mutating func finalize(_ transactions: [Transaction], at height: Height) {
        used.note(transactions)
        for transaction in transactions {
            change(transaction.body.account) { queue in
                queue.base = max(queue.base, transaction.body.sequence)
                return queue.removeUsed()
            }
            if let queue = queues[transaction.body.account], !queue.entries.isEmpty {
                queues[transaction.body.account]?.stamp = line.join(transaction.body.account)
            }
        }
        for id in expiries.removeValue(forKey: height) ?? [] { remove(id) }
        sweep()
    }

    /// Removes one transaction, for example one that can no longer pay.
    package mutating func remove(_ id: Digest) {
        guard let place = places[id] else { return }
        change(place.account) { queue in queue.remove(at: place.sequence) }
    }

    private mutating func change(
        _ account: AccountID, _ body: (inout PoolQueue) -> [PoolEntry]
    ) {
        // Taken out, so that its entries are changed where they are and not in a copy.
        guard var queue = queues.removeValue(forKey: account) else { return }
        gapCount -= queue.gapCount
        for entry in body(&queue) { release(entry) }
        gapCount += queue.gapCount
        if !queue.entries.isEmpty { queues[account] = queue }
    }

    // MARK: Choosing

    /// Chooses transactions for a block: accounts in turn, each account's in order.
    ///
    /// Payments may use all the room; the rest may use what payments guarantee to leave, and what
    /// they do not want.
    ///
    /// - Parameters:
    ///   - room: What the block has room for.
    ///   - spent: Ids in blocks below that are not final.
    /// - Returns: Transactions in their order, within the room.
    package mutating func select(_ room: PoolRoom, without spent: Set<Digest>) -> [Transaction] {
        line.compact { account, stamp in queues[account]?.stamp == stamp }
        var selection = Selection(room: room)
        var waiting: [ArraySlice<PoolEntry>] = []
        for account in line.accounts where !selection.room.isFull {
            guard let entries = queues[account]?.contiguous.filter({ !spent.contains($0.id) })
            else { continue }
            if let rest = selection.serve(entries[...]) { waiting.append(rest) }
        }
        while !waiting.isEmpty, !selection.room.isFull {
            waiting = waiting.compactMap { entries in selection.serve(entries) }
        }
        selection.fillWithOthers()
        return selection.chosen.map(\.transaction)
    }

    /// How many transactions could go into a block now, without the ids of blocks below that are
    /// not final.
    package func readyCount(without spent: Set<Digest>) -> Int {
        count - gapCount - spent.reduce(0) { $0 + (contains($1) ? 1 : 0) }
    }

    /// Ids in order of arrival.
    package var ids: [Digest] { arrivals.filter { places[$0] != nil } }

    /// Sweeps out what is left of transactions and accounts that are gone.
    private mutating func sweep() {
        if arrivals.count > 2 * places.count + Self.sweepSlack { arrivals = ids }
        guard line.count > 2 * queues.count + Self.sweepSlack else { return }
        line.compact { account, stamp in queues[account]?.stamp == stamp }
    }

    private static let sweepSlack = 64
}

/// The last sequence of each account that a final block of late has used.
///
/// What is admitted was looked at some blocks ago: a rival may have become final meanwhile.
private struct UsedSequences: Sendable {
    private static let blockLimit = 32
    private var blocks: [[PoolPlace]] = []
    private var sequences: [AccountID: Sequence] = [:]

    subscript(account: AccountID) -> Sequence? { sequences[account] }

    mutating func note(_ transactions: [Transaction]) {
        let places = transactions.map {
            PoolPlace(account: $0.body.account, sequence: $0.body.sequence)
        }
        for place in places { sequences[place.account] = place.sequence }
        blocks.append(places)
        guard blocks.count > Self.blockLimit else { return }
        for place in blocks.removeFirst() where sequences[place.account] == place.sequence {
            sequences[place.account] = nil
        }
    }
}

private struct PoolPlace: Sendable {
    let account: AccountID
    let sequence: Sequence
}
