import Foundation
import Node
import Primitives
import Simulation

/// Kills validators under load, again and again, and compares what their disks hold.
struct KillLoop {
    struct Report: Encodable {
        var seconds = 0
        var kills = 0
        var allAtOnce = 0
        var payments: UInt64 = 0
        var height: UInt64 = 0
        var votes = 0
        /// Votes that another node had, found in the log of the one that cast them.
        var loggedVotes = 0
        var slowestRestartMilliseconds = 0
        var complaints: [String] = []
    }

    private let network: LocalNetwork
    private var watch = Watch()
    private var report = Report()
    private var random: Dice

    static func run(_ options: Options, seconds: Int) async throws -> Report {
        let network = try await LocalNetwork(options.argosy)
        var loop = KillLoop(network: network, random: Dice(seed: options.seed, concern: .crash))
        do {
            try await loop.run(seconds)
        } catch {
            _ = await network.stopAll()
            throw SoakError("\(error)\nthe nodes' homes are in \(network.directory)")
        }
        if loop.report.complaints.isEmpty { network.remove() }
        return loop.report
    }

    private init(network: LocalNetwork, random: Dice) {
        self.network = network
        self.random = random
    }

    private mutating func run(_ seconds: Int) async throws {
        let nodes = 0..<LocalNetwork.nodeCount
        for node in nodes { try network.start(node) }
        for node in nodes { try await network.waitUntilSynced(node) }
        let load = PaymentLoad(network)
        let running = Task { await load.run() }
        let start = ContinuousClock.now
        while ContinuousClock.now < start + .seconds(seconds), watch.complaints.isEmpty {
            try await Task.sleep(for: .milliseconds(Int(random.next() % 1_500) + 300))
            // One of eight cuts takes everybody, one of eight takes two.
            let victims: [Int] =
                switch random.next() % 8 {
                case 0: Array(nodes)
                case 1: Self.two(of: nodes.count, &random)
                default: [Int(random.next() % UInt64(nodes.count))]
                }
            try await cut(victims)
            let passed = Int((ContinuousClock.now - start) / .seconds(1))
            let line =
                "\(passed) s: \(report.kills) kills, height \(watch.highest),"
                + " \(load.finalCount) payments\n"
            FileHandle.standardError.write(Data(line.utf8))
        }
        load.stop()
        await running.value
        try await end()
        report.seconds = seconds
        report.payments = load.finalCount
        report.height = watch.highest.number
        report.votes = watch.voteCount
        report.loggedVotes = watch.loggedCount
        report.complaints = watch.complaints
        if report.payments == 0 { report.complaints.append("no payment became final") }
        if report.loggedVotes == 0 { report.complaints.append("no vote was found in two logs") }
    }

    private static func two(of count: Int, _ random: inout Dice) -> [Int] {
        let first = Int(random.next() % UInt64(count))
        return [first, (first + 1 + Int(random.next() % UInt64(count - 1))) % count]
    }

    /// Kills some nodes, reads their disks, and starts them again.
    private mutating func cut(_ victims: [Int]) async throws {
        for node in 0..<LocalNetwork.nodeCount {
            if let status = await network.status(node) { watch.hear(status.height, from: node) }
            for evidence in await network.evidence(node) {
                watch.complain("node \(node + 1) saw a double vote: \(evidence)")
            }
        }
        for node in victims { network.kill(node) }
        report.kills += victims.count
        if victims.count == LocalNetwork.nodeCount { report.allAtOnce += 1 }
        watch.look(at: try victims.map { ($0, try HomeReading(network.homes[$0])) })
        let start = ContinuousClock.now
        for node in victims { try network.start(node) }
        for node in victims { try await network.waitUntilSynced(node) }
        let passed = Int((ContinuousClock.now - start) / .milliseconds(1))
        report.slowestRestartMilliseconds = max(report.slowestRestartMilliseconds, passed)
    }

    /// Stops everybody in order, and compares all that is left.
    private mutating func end() async throws {
        for node in 0..<LocalNetwork.nodeCount {
            if let status = await network.status(node) { watch.hear(status.height, from: node) }
            for evidence in await network.evidence(node) {
                watch.complain("node \(node + 1) saw a double vote: \(evidence)")
            }
        }
        for node in await network.stopAll() {
            watch.complain("node \(node + 1) did not stop within ten seconds")
        }
        let nodes = 0..<LocalNetwork.nodeCount
        watch.look(at: try nodes.map { ($0, try HomeReading(network.homes[$0])) })
        for node in nodes {
            let (code, text) = try network.doctor(node)
            if code != 0 { watch.complain("the doctor of node \(node + 1) says:\n\(text)") }
        }
    }
}
