import Dispatch
import Foundation
import Node
import Primitives
import Simulation

/// Records what the LMDB of a validator writes under load, and opens disks as power cuts could have
/// left them.
struct CrashImages {
    struct Report: Encodable {
        var images = 0
        /// Images with more than was acknowledged: a commit that was under way had landed whole.
        var ahead = 0
        var writes = 0
        var syncs = 0
        var votes = 0
        var finalBlocks: UInt64 = 0
        /// Heights that the node had called final, each compared with the disk of that moment.
        var shownHeights = 0
        var complaints: [String] = []
    }

    /// How long the validator is watched.
    static let recordSeconds = 12

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
        try FileManager.default.createDirectory(
            atPath: images.logs, withIntermediateDirectories: true)
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
        try network.start(0, environment: ["LD_PRELOAD": shim, "SOAK_SHIM": logs])
        for node in nodes.dropFirst() { try network.start(node) }
        for node in nodes { try await network.waitUntilSynced(node) }
        let load = PaymentLoad(network)
        let running = Task { await load.run() }
        let end = ContinuousClock.now + .seconds(Self.recordSeconds)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(40))
            guard let status = await network.status(0) else { continue }
            shown.append((Self.monotonicNanoseconds, Height(status.height)))
        }
        // The end of the record is a death like any other.
        network.kill(0)
        load.stop()
        await running.value
        _ = await network.stopAll()
    }

    private mutating func check(_ count: Int) throws {
        for name in ["votes", "chain"] {
            let log = try WriteLog("\(logs)/\(name).log")
            report.complaints += log.disorder.map { "\(name): \($0)" }
            for entry in log.entries {
                switch entry.step {
                case .write: report.writes += 1
                case .synced, .landed: report.syncs += 1
                case .cut: break
                }
            }
            try check(log, name, count / 2)
        }
        try checkShown()
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
        // A later commit drops what is obsolete, so a vote may only be missing below what it added.
        let missing = sure.ownVotes.subtracting(found.ownVotes)
        let isNewer = found.ownVotes.subtracting(sure.ownVotes).isEmpty == false
        if !missing.isEmpty, !isNewer, found.highWater == sure.highWater,
            found.seenVotes == sure.seenVotes
        {
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
        let log = try WriteLog("\(logs)/chain.log")
        var disk = CrashDisk(log)
        var lastHeight = Height(0)
        for (time, height) in shown where height > lastHeight {
            lastHeight = height
            while disk.next < log.entries.count, log.entries[disk.next].time <= time {
                disk.advance()
            }
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
