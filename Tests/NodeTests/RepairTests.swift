import Chain
import Consensus
import Foundation
import Ledger
import Leftovers
import Node
import Primitives
import Storage
import Testing
import Wire

/// Attacks 50, 51, 73 and 80 against real stores: what is damaged is mended or refused, and never
/// served or voted upon.
@Suite("Damaged data of a node", .serialized, .tidy)
struct RepairTests {
    static let shop = AccountID(FixedBytes(repeating: 9))

    /// Four nodes with some epochs behind them, the last of them stopped.
    private func network() async throws -> (Cluster, DamagedHome) {
        var cluster = try Cluster(epochLength: 5)
        try await cluster.startAll()
        for sequence in 1...12 as ClosedRange<UInt64> {
            try await cluster.pay(sequence, to: Self.shop)
        }
        try await cluster.agree()
        await cluster.stop(3)
        return (cluster, DamagedHome(original: cluster.homes[3]))
    }

    private static func opens(_ home: Home) async throws -> Bool {
        do {
            let node = try FullNode.tidy(home)
            await node.stop()
            return true
        } catch {
            // A clear word names the damage and what to do about it.
            #expect("\(error)".contains("doctor --repair"), "\(error)")
            return false
        }
    }

    /// Every record of the chain that can be read is the one that the others have.
    private static func servesNothingElse(_ home: Home, than other: ChainStore) throws {
        guard let stores = try? Stores(home, chain: home.genesis().digest) else { return }
        let chain = ChainStore(stores.chain)
        let head = try chain.head()?.height.number ?? 0
        for number in 0...head {
            let height = Height(number)
            if let block = try? chain.block(at: height) {
                #expect(try block == other.block(at: height))
            }
            if let record = try? chain.record(at: height) {
                #expect(try record == other.record(at: height))
            }
            if let header = try? chain.header(at: height) {
                #expect(try header == other.header(at: height))
            }
        }
    }

    @Test("A sound node has nothing to mend")
    func sound() async throws {
        let (network, damaged) = try await network()
        var cluster = network
        // The first look lets the indexes catch up with the chain.
        _ = await Doctor.examine(damaged.original)
        let facts = await Doctor.examine(damaged.original)
        #expect(facts.allSatisfy { $0.verdict != .bad }, "\(facts)")
        let repaired = await Doctor.repair(damaged.original)
        // How much room the disk has is not the node's doing.
        #expect(repaired.filter { $0.subject != "disk" } == facts.filter { $0.subject != "disk" })
        await cluster.stop()
    }

    @Test(
        "Any record of a final block that is removed is found, and mended from peers or the chain")
    func removedRecords() async throws {
        let (network, damaged) = try await network()
        var cluster = network
        var random = Dice(seed: 5)
        let blockCount = Int(try HomeReading(damaged.original).head.number)
        let byHeight = ["headers", "final", "deltas", "receipts", "journals", "history", "sets"]
        let chosen = (byHeight + ["heights"]).map { ($0, Int(random.next() % 1_000)) }
        // Of the blocks, each single one.
        for (name, number) in chosen + (0..<blockCount).map({ ("blocks", $0) }) {
            let home = try damaged.copy()
            let isRemoved =
                byHeight.contains(name)
                ? try DamagedHome.removeRecord(
                    Table<UInt64, [UInt8]>(name), in: home.chainDirectory, number: number)
                : try DamagedHome.removeRecord(
                    Table<FixedBytes<32>, [UInt8]>(name), in: home.chainDirectory,
                    number: number)
            #expect(isRemoved)
            let found = await Doctor.examine(home)
            #expect(found.contains { $0.verdict == .bad }, "\(name): \(found)")
            #expect(try await !Self.opens(home), "\(name)")
            let facts = await Doctor.repair(home)
            #expect(facts.allSatisfy { $0.verdict != .bad }, "\(name): \(facts)")
            if name == "blocks" {
                #expect(facts.contains { $0.finding.contains("fetched from") }, "\(facts)")
            } else {
                #expect(facts.contains { $0.finding.contains("computed anew") }, "\(facts)")
            }
            #expect(try await Self.opens(home), "\(name)")
            try Self.servesNothingElse(home, than: cluster.nodes[0].chainStore)
            DamagedHome.remove(home)
        }
        await cluster.stop()
    }

    @Test("The last row of any table under the next number is found, and put right")
    func movedRows() async throws {
        let (network, damaged) = try await network()
        var cluster = network
        for name in ["headers", "final", "deltas", "receipts", "journals"] {
            let home = try damaged.copy()
            try DamagedHome.moveLastRow(Table(name), in: home.chainDirectory)
            if try await !Self.opens(home) {
                let facts = await Doctor.repair(home)
                #expect(facts.allSatisfy { $0.verdict != .bad }, "\(name): \(facts)")
                #expect(try await Self.opens(home), "\(name)")
            }
            try Self.servesNothingElse(home, than: cluster.nodes[0].chainStore)
            DamagedHome.remove(home)
        }
        await cluster.stop()
    }

    @Test(
        "Each validator set that is removed comes back, also that of an epoch yet to be announced again"
    )
    func removedSets() async throws {
        let (network, damaged) = try await network()
        var cluster = network
        for number in 0..<4 {
            let home = try damaged.copy()
            let isRemoved = try DamagedHome.removeRecord(
                Table<UInt64, [UInt8]>("sets"), in: home.chainDirectory, number: number)
            #expect(isRemoved)
            if try await !Self.opens(home) {
                let facts = await Doctor.repair(home)
                #expect(facts.allSatisfy { $0.verdict != .bad }, "set \(number): \(facts)")
                #expect(try await Self.opens(home), "set \(number)")
            }
            try Self.servesNothingElse(home, than: cluster.nodes[0].chainStore)
            DamagedHome.remove(home)
        }
        await cluster.stop()
    }

    @Test("Without peers, a missing block is named, and the node does not start")
    func nobody() async throws {
        let (network, damaged) = try await network()
        var cluster = network
        await cluster.stop()
        let home = try damaged.copy()
        _ = try DamagedHome.removeRecord(
            Table<FixedBytes<32>, [UInt8]>("blocks"), in: home.chainDirectory, number: 3)
        let facts = await Doctor.repair(home)
        #expect(facts.contains { $0.verdict == .bad && $0.finding.contains("no peer gave it") })
        #expect(try await !Self.opens(home))
        DamagedHome.remove(home)
    }

    @Test("A vote log that lacks any record is refused; mended, its node observes and votes not")
    func removedVotes() async throws {
        let (network, damaged) = try await network()
        var cluster = network
        var last: Home?
        for name in ["records", "marks", "seals", "instance"] {
            let home = try damaged.copy()
            let isRemoved =
                name == "records"
                ? try DamagedHome.removeRecord(
                    Table<KeyPair<UInt64, UInt64>, [UInt8]>(name), in: home.votesDirectory,
                    number: 17)
                : try DamagedHome.removeRecord(
                    Table<UInt8, [UInt8]>(name), in: home.votesDirectory, number: 0)
            #expect(isRemoved)
            let found = await Doctor.examine(home)
            #expect(found.contains { $0.verdict == .bad && $0.subject == "votes" }, "\(name)")
            #expect(try await !Self.opens(home), "\(name)")
            let facts = await Doctor.repair(home)
            #expect(facts.contains { $0.finding.contains("set aside") }, "\(facts)")
            #expect(facts.allSatisfy { $0.verdict != .bad }, "\(facts)")
            if let last { DamagedHome.remove(last) }
            last = home
        }
        let home = try #require(last)
        try await cluster.start(home)
        for sequence in 13...16 as ClosedRange<UInt64> {
            try await cluster.pay(sequence, to: Self.shop)
        }
        try await cluster.agree()
        await cluster.stop()
        let reading = try HomeReading(home)
        #expect(reading.ownVotes.isEmpty)
        #expect(reading.head.number > 12)
        DamagedHome.remove(home)
    }

    @Test(
        "A flipped byte anywhere is mended at the start, refused with a clear word, or of no account",
        arguments: ["votes", "chain", "state"])
    func flippedBytes(environment: String) async throws {
        let (network, damaged) = try await network()
        var cluster = network
        let votes = try HomeReading(damaged.original).ownVotes
        var random = Dice(seed: UInt64(environment.utf8.count))
        var counts = (opened: 0, refused: 0)
        let size = try DamagedHome.byteCount(
            damaged.original.dataDirectory + "/" + environment)
        // A third in the two first pages, which decide what the rest means.
        var places = (0..<(environment == "chain" ? 72 : 24)).map { trial in
            Int(random.next() % UInt64(trial % 3 == 0 ? 8_192 : size))
        }
        // Most of a vote log is free pages, so the end of each page, where its first record lies.
        if environment == "votes" {
            places += (2..<size / 4_096).map { ($0 + 1) * 4_096 - 1 - Int(random.next() % 4) }
        }
        for place in places {
            let home = try damaged.copy()
            let directory = home.dataDirectory + "/" + environment
            try DamagedHome.flip(directory, at: place, UInt8(1) << UInt8(random.next() % 8))
            if try await Self.opens(home) {
                counts.opened += 1
                if environment == "votes" {
                    #expect(try HomeReading(home).ownVotes == votes, "byte \(place)")
                }
            } else {
                counts.refused += 1
                let facts = await Doctor.repair(home)
                #expect(facts.allSatisfy { $0.verdict != .bad }, "byte \(place): \(facts)")
                #expect(try await Self.opens(home), "byte \(place)")
            }
            try Self.servesNothingElse(home, than: cluster.nodes[0].chainStore)
            DamagedHome.remove(home)
        }
        #expect(counts.opened > 0)
        // The state is emptied and built anew at the start, so it never stops a node.
        #expect(environment == "state" ? counts.refused == 0 : counts.refused > 0)
        await cluster.stop()
    }
}

/// A small generator of numbers; the same seed gives the same ones everywhere.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
