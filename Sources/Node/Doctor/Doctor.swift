import Chain
import Foundation
import LightClient
import Logging
import Primitives
import Replica
import StateTree
import Storage
import Synchronization
import Transport

/// Finds out what is wrong with a node, running or not.
public enum Doctor {
    /// Free space below which a node is in danger.
    ///
    /// - Unit: bytes.
    static let freeByteLimit = 1 << 30
    /// How far the last final block may lie from our clock before somebody should look.
    static let clockLimitMilliseconds: UInt64 = 60_000
    /// Leaves that a running node compares with its tree.
    static let comparedLeafLimit = 100_000
    /// Heights, the newest, whose records a running node compares with each other.
    static let inspectedHeightLimit: UInt64 = 100_000
    /// Lines about one kind of damage.
    static let factLimit = 32

    /// Examines a home on which no node runs.
    public static func examine(_ home: Home) async -> [DoctorFact] {
        var facts = common(home)
        guard home.hasNetwork else {
            return facts + [DoctorFact("network", .warning, "the home belongs to no network yet")]
        }
        do {
            let lock = try home.lock()
            defer { lock.release() }
            let file = try home.genesis()
            let genesis = try GenesisState(try file.decoded)
            facts += examineData(home, file.digest, genesis)
        } catch { facts.append(DoctorFact("data", .bad, "\(error)")) }
        return facts
    }

    /// Looks at the files first, and opens only what is sound, so that looking changes nothing.
    private static func examineData(
        _ home: Home, _ network: Digest, _ genesis: GenesisState
    ) -> [DoctorFact] {
        var facts: [DoctorFact] = []
        for (name, directory) in home.environments {
            do throws(StorageError) {
                let faults = try PageAudit.examine(directory, .allRecords)
                facts += faults.prefix(factLimit).map { DoctorFact(name, .bad, "\($0)") }
            } catch { facts.append(DoctorFact(name, .bad, "\(error)")) }
        }
        guard facts.isEmpty else { return facts }
        do {
            let stores = try Stores(home, chain: network)
            facts += reports(stores)
            if let damage = VoteStore(stores.votes, markPath: home.markPath).damage() {
                facts.append(DoctorFact("votes", .bad, damage))
            }
            let chain = ChainStore(stores.chain)
            let inspection = try ChainInspection(genesis, chain)
            facts += inspection.facts
            let state = StateStore(stores.state)
            if try !state.hasWholeIndexes() {
                facts.append(DoctorFact("state", .bad, "records of its indexes are missing"))
            }
            guard facts.allSatisfy({ $0.verdict != .bad }) else { return facts }
            let recovery = try Recoverer(
                genesis, chain: chain, stateStore: state, log: .node("doctor", level: "critical")
            ).run(
                votes: VoteStore(stores.votes, markPath: home.markPath),
                voteKey: try home.keys().vote.publicKey)
            let final = recovery.state.final
            facts.append(
                DoctorFact(
                    "state", .good,
                    "\(final.tree.count) leaves give the root of block \(final.header.height)"))
        } catch { facts.append(DoctorFact("data", .bad, "\(error)")) }
        return facts
    }

    /// What can be said of any home.
    static func common(_ home: Home) -> [DoctorFact] {
        [signatures(), keys(home), settings(home), disk(home)]
    }

    private static func signatures() -> DoctorFact {
        SignatureSelfTest.run() == .expected
            ? DoctorFact("signatures", .good, "libsodium gives the verdicts of the network")
            : DoctorFact(
                "signatures", .bad, "libsodium judges odd signatures unlike the network; do not run"
            )
    }

    private static func keys(_ home: Home) -> DoctorFact {
        do throws(HomeError) {
            _ = try home.keys()
            return DoctorFact("keys", .good, "readable, and by the owner only")
        } catch { return DoctorFact("keys", .bad, "\(error)") }
    }

    private static func settings(_ home: Home) -> DoctorFact {
        do throws(HomeError) {
            let configuration = try home.configuration()
            let addresses = configuration.listen + configuration.bootstrap
            if let wrong = addresses.first(where: { Multiaddr($0) == nil }) {
                return DoctorFact("config", .bad, "`\(wrong)` is not an address")
            }
            return DoctorFact("config", .good, "a \(configuration.role.rawValue) node")
        } catch { return DoctorFact("config", .bad, "\(error)") }
    }

    private static func disk(_ home: Home) -> DoctorFact {
        let attributes = try? FileManager.default.attributesOfFileSystem(
            forPath: home.directory)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else {
            return DoctorFact("disk", .warning, "the free space cannot be read")
        }
        let text = "\(free >> 20) MiB free"
        return DoctorFact("disk", free < freeByteLimit ? .warning : .good, text)
    }

    static func reports(_ stores: Stores) -> [DoctorFact] {
        [("votes", stores.votes), ("chain", stores.chain), ("state", stores.state)].map {
            name, store in
            do throws(StorageError) {
                let report = try store.report()
                let records = report.tables.reduce(0) { $0 + $1.recordCount }
                let damaged = report.tables.filter { !$0.isSound }.map(\.name)
                guard damaged.isEmpty else {
                    return DoctorFact(
                        name, .bad, "damaged tables: \(damaged.joined(separator: ", "))")
                }
                return DoctorFact(
                    name, .good,
                    "\(records) sound records in \(report.usedBytes >> 10) KiB, "
                        + "\(report.staleReaderCount) stale readers freed")
            } catch { return DoctorFact(name, .bad, "\(error)") }
        }
    }

    static func clock(_ head: Timestamp, on clock: LedgerClock) -> DoctorFact {
        let now = clock.now.milliseconds
        let last = head.milliseconds
        if last > now, last - now > 500 {
            return DoctorFact(
                "clock", .bad, "\(last - now) ms behind the last final block; set the time")
        }
        let age = now - min(last, now)
        return DoctorFact(
            "clock", age > clockLimitMilliseconds ? .warning : .good,
            "the last final block is \(age / 1_000) s old")
    }
}

extension FullNode {
    /// What a running node finds in itself.
    func doctorFacts() async -> [DoctorFact] {
        var facts = Doctor.common(home) + Doctor.reports(disk.stores)
        let (count, damaged) = await executor.compareLeaves(limit: Doctor.comparedLeafLimit)
        facts.append(
            damaged.map { DoctorFact("leaves", .bad, "leaf \($0) is not what the tree says") }
                ?? DoctorFact("leaves", .good, "\(count) leaves are what the tree says"))
        facts += inspectChain()
        facts.append(Doctor.clock(await executor.head.tip.header.time, on: site.clock))
        facts.append(
            addresses.isEmpty
                ? DoctorFact("ports", .warning, "listens nowhere; others cannot dial it")
                : DoctorFact("ports", .good, addresses.map(\.description).joined(separator: " ")))
        let peers = roster.withLock { $0.entries.count }
        facts.append(
            DoctorFact("peers", peers == 0 ? .warning : .good, "\(peers) connected"))
        facts.append(await phaseFact())
        return facts
    }

    /// Compares the records of the newest final blocks; a running node leaves the old ones to the
    /// doctor of a stopped one.
    private func inspectChain() -> [DoctorFact] {
        do {
            let last = try disk.chain.head()?.height.number ?? 0
            let limit = Doctor.inspectedHeightLimit
            let first = Height(last > limit ? last - limit : 1)
            let founded = try GenesisState(genesis)
            return try ChainInspection(founded, disk.chain, from: first).facts
        } catch { return [DoctorFact("chain", .bad, "\(error)")] }
    }

    private func phaseFact() async -> DoctorFact {
        let phase = await driver.phase
        switch phase {
        case .starting, .syncing, .stalled: return DoctorFact("phase", .warning, phase.word)
        case .synced: return DoctorFact("phase", .good, phase.word)
        case .halted: return DoctorFact("phase", .bad, phase.word)
        }
    }
}

extension LightNode {
    /// What a running light node finds in itself.
    func doctorFacts() -> [DoctorFact] {
        var facts = Doctor.common(home)
        if let head { facts.append(Doctor.clock(head.header.time, on: site.clock)) }
        facts.append(
            DoctorFact("peers", peers.count < 2 ? .warning : .good, "\(peers.count) connected"))
        facts.append(DoctorFact("phase", word == "synced" ? .good : .warning, word))
        return facts
    }
}
