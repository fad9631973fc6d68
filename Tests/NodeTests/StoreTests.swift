import Chain
import Consensus
import Foundation
import Ledger
import Leftovers
import Node
import Primitives
import StateTree
import Storage
import Testing
import Wire

@Suite("The vote log", .tidy)
struct VoteStoreTests {
    private func vote(_ view: UInt64, _ key: SigningKey) -> Vote {
        let bytes = VoteSubject.nullify.signedBytes(
            chain: .zero, epoch: Epoch(0), view: View(view))
        return Vote(
            epoch: Epoch(0), view: View(view), subject: .nullify, seat: Seat(0),
            signature: key.sign(bytes))
    }

    @Test("Attack 51: the mark beside the key outlives the log")
    func mark() throws {
        let home = try freshHome()
        let key = SigningKey(seed: FixedBytes(repeating: 3))
        let vote = vote(7, key)
        do {
            let stores = try Stores(home, chain: .zero)
            let votes = VoteStore(stores.votes, markPath: home.markPath)
            #expect(try votes.isOurs(key.publicKey))
            try votes.append([.voted(vote)], epoch: Epoch(0))
            #expect(try votes.records(of: Epoch(0)) == [.voted(vote)])
            #expect(try votes.highWater() == HighWater(vote))
            try votes.saveMark()
        }
        try FileManager.default.removeItem(atPath: home.votesDirectory)
        try FileManager.default.createDirectory(
            atPath: home.votesDirectory, withIntermediateDirectories: true)
        let stores = try Stores(home, chain: .zero)
        let votes = VoteStore(stores.votes, markPath: home.markPath)
        #expect(try votes.records(of: Epoch(0)).isEmpty)
        #expect(try votes.highWater() == HighWater(vote))
    }

    @Test("A log that was copied to another voter is not taken for its own")
    func copied() throws {
        let home = try freshHome()
        let stores = try Stores(home, chain: .zero)
        let votes = VoteStore(stores.votes, markPath: home.markPath)
        let (first, second) = (
            SigningKey(seed: FixedBytes(repeating: 3)).publicKey,
            SigningKey(seed: FixedBytes(repeating: 4)).publicKey
        )
        #expect(try votes.isOurs(first))
        #expect(try votes.isOurs(first))
        #expect(try !votes.isOurs(second))
    }
}

@Suite("The chain store", .tidy)
struct ChainStoreTests {
    private func entry(_ height: UInt64, _ digest: Digest) -> FinalEntry {
        FinalEntry(
            height: Height(height), header: [1],
            record: FinalRecord(
                digest: digest, stateRoot: .zero, receiptsRoot: .zero, history: HistoryRange()),
            finalization: height == 2 ? [7] : nil,
            delta: Delta([LeafRecord(key: LeafKey(kind: 1, id: [1]), value: [5])]),
            historyStart: height, historyNodes: [digest], receipts: [],
            journal: JournalRecords([]), sets: [])
    }

    @Test("A block that becomes final takes its siblings' places")
    func siblings() throws {
        let home = try freshHome()
        let store = ChainStore(try Stores(home, chain: .zero).chain)
        let digests = (1...4).map { Digest(FixedBytes(repeating: $0)) }
        try store.perform([
            .block([11], digest: digests[0], height: Height(1)),
            .block([12], digest: digests[1], height: Height(1)),
            .block([21], digest: digests[2], height: Height(2)),
            .block([31], digest: digests[3], height: Height(3)),
        ])
        #expect(try store.openBlocks(above: Height(0)).count == 4)
        try store.perform([.final(entry(1, digests[0])), .final(entry(2, digests[2]))])
        #expect(try store.head()?.height == Height(2))
        #expect(try store.block(digests[1]) == nil)
        #expect(try store.block(at: Height(1)) == [11])
        #expect(try store.openBlocks(above: Height(2)) == [[31]])
        #expect(try store.finalization(from: Height(1))?.height == Height(2))
        #expect(
            try store.blocks(from: Height(1), countLimit: 9, byteLimit: 1) == [[11]])
        var heights: [UInt64] = []
        try store.forEachDelta(above: Height(1)) { height, _ in heights.append(height.number) }
        #expect(heights == [2])
    }

    @Test(
        "Pitfall 16: what finality waits for has no record a transaction, however many a block has")
    func noIndexOfTransactions() throws {
        let counts = try [1, 2_000].map { transactionCount in
            let home = try freshHome()
            let store = try Stores(home, chain: .zero).chain
            let keys = (0..<transactionCount).map { LeafKey(kind: 1, id: Array("\($0)".utf8)) }
                .sorted()
            let digest = Digest(FixedBytes(repeating: 1))
            let entry = FinalEntry(
                height: Height(1), header: [1],
                record: FinalRecord(
                    digest: digest, stateRoot: .zero, receiptsRoot: .zero, history: HistoryRange()),
                finalization: [7],
                delta: Delta(keys.map { LeafRecord(key: $0, value: [5]) }), historyStart: 1,
                historyNodes: [digest], receipts: [UInt8](repeating: 8, count: 90 * keys.count),
                journal: JournalRecords(
                    keys.map { JournalEntry(leaf: $0, number: 1, height: Height(1), event: [9]) }),
                sets: [])
            try ChainStore(store).perform([
                .block([11], digest: digest, height: Height(1)), .final(entry),
            ])
            return try store.report().tables.map { [$0.name: $0.recordCount] }
        }
        #expect(counts[0] == counts[1])
        #expect(counts[0].flatMap(\.values).reduce(0, +) < 20)
    }

    @Test("Two processes never share a store")
    func shared() throws {
        let home = try freshHome()
        let stores = try Stores(home, chain: .zero)
        #expect(throws: StorageError.self) { try Stores(home, chain: .zero) }
        withExtendedLifetime(stores) {}
    }
}
