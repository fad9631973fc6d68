import Consensus
import Dispatch
import Foundation
import Node
import Primitives
import Simulation

/// Records what the LMDB of validators writes under load, opens disks as power cuts could have left
/// them, and compares what one node has of another's votes with that one's disk at the moment.
struct CrashImages {
    struct Report: Encodable {
        var images = 0
        /// Images with more than was acknowledged: a commit that was under way had landed whole.
        var ahead = 0
        var writes = 0
        var syncs = 0
        var votes = 0
        var finalBlocks: UInt64 = 0
        /// Votes that another node had written down, each compared with the disk of its own node at
        /// that moment.
        var sentVotes = 0
        /// Heights that the node had called final, each compared with the disk of that moment.
        var shownHeights = 0
        var complaints: [String] = []
    }

    /// How long the validators are watched.
    static let recordSeconds = 20
    /// Of the first, each sync of its votes takes longer by this: whoever does not wait for it is
    /// heard before the vote is on the disk.
    static let slowMilliseconds = 25
    /// The others are a quorum only with the first, so that each certificate needs its vote.
    static let watched = 0..<3
    /// Moments at which what others have is compared with the first node's disk.
    static let momentCount = 60

    private let network: LocalNetwork
    private let logs: String
    /// What the watched node has called final, and when its answer was here.
    private var shown: [(time: UInt64, height: Height)] = []
    private var report = Report()
    private var random: Dice

    static func run(_ options: Options, count: Int) async throws -> Report {
        guard FileManager.default.fileExists(atPath: options.shim) else {
            throw Skipped(reason: "no C compiler has built the library that records writes")
        }
        let network = try await LocalNetwork(options.argosy)
        var images = CrashImages(
            network: network, logs: network.directory + "/writes",
            random: Dice(seed: options.seed, concern: .disk))
        for node in watched {
            try FileManager.default.createDirectory(
                atPath: images.logs(of: node), withIntermediateDirectories: true)
        }
        do {
            try await images.record(options.shim)
            try images.check(count)
        } catch {
            _ = await network.stopAll()
            throw SoakError("\(error)\nthe logs are in \(network.directory)")
        }
        if images.report.complaints.isEmpty { network.remove() }
        return images.report
    }

    private init(network: LocalNetwork, logs: String, random: Dice) {
        self.network = network
        self.logs = logs
        self.random = random
    }

    /// The clock of the write log.
    private static var monotonicNanoseconds: UInt64 { DispatchTime.now().uptimeNanoseconds }

    private mutating func record(_ shim: String) async throws {
        let nodes = 0..<LocalNetwork.nodeCount
        for node in nodes {
            var environment: [String: String] = [:]
            if Self.watched.contains(node) {
                environment = ["LD_PRELOAD": shim, "SOAK_SHIM": logs(of: node)]
            }
            if node == 0 { environment["SOAK_SHIM_SLOW"] = "\(Self.slowMilliseconds)" }
            try network.start(node, environment: environment)
        }
        for node in nodes { try await network.waitUntilSynced(node) }
        for node in nodes where !Self.watched.contains(node) { network.kill(node) }
        let load = PaymentLoad(network)
        let running = Task { await load.run() }
        let end = ContinuousClock.now + .seconds(Self.recordSeconds)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(40))
            guard let status = await network.status(0) else { continue }
            shown.append((Self.monotonicNanoseconds, Height(status.height)))
        }
        // The end of the record is a death like any other.
        for node in Self.watched { network.kill(node) }
        load.stop()
        await running.value
        _ = await network.stopAll()
    }

    private mutating func check(_ count: Int) throws {
        let places = Self.watched.flatMap { node in ["votes", "chain"].map { (node, $0) } }
        for (node, name) in places {
            let log = try WriteLog("\(logs(of: node))/\(name).log")
            report.complaints += log.disorder.map { "node \(node + 1), \(name): \($0)" }
            for entry in log.entries {
                switch entry.step {
                case .write: report.writes += 1
                case .synced, .landed: report.syncs += 1
                case .cut: break
                }
            }
            try check(log, name, count / places.count)
        }
        for node in Self.watched.dropFirst() { try checkSent(to: node) }
        if report.sentVotes == 0 { report.complaints.append("no vote was found in two logs") }
        try checkShown()
    }

    private func logs(of node: Int) -> String { "\(logs)/\(node + 1)" }

    /// What another node had of the first one's votes at a moment was on the first one's disk.
    private mutating func checkSent(to node: Int) throws {
        let log = try WriteLog("\(logs(of: node))/votes.log")
        var other = CrashDisk(log)
        var own = CrashDisk(try WriteLog("\(logs(of: 0))/votes.log"))
        let decisions = log.decisions
        let moments = (0..<Self.momentCount).map { $0 * decisions.count / Self.momentCount }
        for moment in moments.map({ decisions[$0] }) where report.complaints.count < 20 {
            while other.next <= moment { other.advance() }
            own.advance(to: log.entries[moment].time)
            guard let theirs = try? reading(other.written, "votes", "seen"),
                let sure = try? reading(own.durable, "votes", "sure"),
                let seat = sure.ownVotes.first?.seat
            else { continue }
            for cast in theirs.seenVotes where cast.seat == seat && !sure.mayHaveForgotten(cast) {
                report.sentVotes += 1
                if !sure.ownVotes.contains(cast) || sure.highWater.map({ $0 < cast.mark }) ?? true {
                    report.complaints.append(
                        "node \(node + 1) had a vote that was not on the first node's disk:"
                            + " \(cast.subject.kind) in view \(cast.view) of epoch \(cast.epoch)")
                }
            }
        }
    }

    /// Cuts the log at steps that are spread over it, and looks at one disk for each.
    private mutating func check(_ log: WriteLog, _ name: String, _ count: Int) throws {
        var disk = CrashDisk(log)
        let last = log.entries.count
        guard last > 100 else { throw SoakError("\(name): only \(last) writes were recorded") }
        // Half of them anywhere, half while a first page is on its way: there a commit is decided.
        let decisions = log.decisions
        var cuts = (0..<count).map { number in
            number % 2 == 0 || decisions.isEmpty
                ? random.index(of: last) : decisions[random.index(of: decisions.count)]
        }.sorted()[...]
        while let cut = cuts.popFirst(), report.complaints.count < 20 {
            while disk.next <= cut { disk.advance() }
            // Before the store has its tables there is nothing to hold.
            guard let sure = try? reading(disk.durable, name, "sure") else {
                if disk.next > 60 { report.complaints.append("\(name): step \(cut): not readable") }
                continue
            }
            report.images += 1
            do {
                let found = try reading(disk.image(&random), name, "cut")
                compare(found, with: sure, "\(name), step \(cut)")
            } catch {
                report.complaints.append("\(name), step \(cut): \(error)")
            }
        }
    }

    private mutating func compare(_ found: HomeReading, with sure: HomeReading, _ place: String) {
        report.votes = max(report.votes, found.ownVotes.count)
        report.finalBlocks = max(report.finalBlocks, found.head.number)
        // A later commit may have dropped what is obsolete, and nothing else.
        let missing = sure.ownVotes.subtracting(found.ownVotes)
            .filter { !found.mayHaveForgotten($0) }
        let isNewer = found.ownVotes.subtracting(sure.ownVotes).isEmpty == false
        if !missing.isEmpty {
            report.complaints.append("\(place): \(missing.count) acknowledged votes are missing")
        }
        if let mark = sure.highWater, found.highWater.map({ $0 < mark }) ?? true {
            report.complaints.append("\(place): the mark of the last vote went back")
        }
        if found.head < sure.head {
            report.complaints.append("\(place): final block \(sure.head) is lost")
        }
        for (height, record) in sure.blocks where found.blocks[height] != record {
            report.complaints.append("\(place): final block \(height) is another one")
        }
        if found.head > sure.head || isNewer { report.ahead += 1 }
    }

    /// What the node called final at a moment was on its disk before that moment.
    private mutating func checkShown() throws {
        let log = try WriteLog("\(logs(of: 0))/chain.log")
        var disk = CrashDisk(log)
        var lastHeight = Height(0)
        for (time, height) in shown where height > lastHeight {
            lastHeight = height
            disk.advance(to: time)
            let sure = try reading(disk.durable, "chain", "shown")
            report.shownHeights += 1
            if sure.head < height {
                report.complaints.append(
                    "height \(height) was called final while \(sure.head) was on the disk")
            }
        }
        if report.shownHeights == 0 { report.complaints.append("no height was called final") }
    }

    /// Reads one store from an image; the other one is fresh.
    private func reading(_ image: [UInt8], _ name: String, _ use: String) throws -> HomeReading {
        let data = "\(logs)/\(use)"
        try? FileManager.default.removeItem(atPath: data)
        for store in ["votes", "chain"] {
            try FileManager.default.createDirectory(
                atPath: "\(data)/\(store)", withIntermediateDirectories: true)
        }
        try Data(image).write(to: URL(fileURLWithPath: "\(data)/\(name)/data.mdb"))
        // The mark of a run that is over: the machine has stopped.
        try Data("an earlier run".utf8).write(
            to: URL(fileURLWithPath: "\(data)/\(name)/session"))
        return try HomeReading(network.homes[0], data: data)
    }
}
