import Foundation
import Node
import Primitives
import Simulation

/// Validators in network namespaces of their own, joined by a bridge whose cables are slow, lossy,
/// and pulled.
struct NetworkFaults {
    struct Report: Encodable {
        var seconds = 0
        var delays = ""
        var cuts = 0
        var height: UInt64 = 0
        var payments: UInt64 = 0
        var slowestHealMilliseconds = 0
        var votes = 0
        var complaints: [String] = []

        var text: String {
            """
            network: \(delays); \(cuts) cables pulled in \(seconds) s, slowest return \
            \(slowestHealMilliseconds) ms; height \(height), \(payments) payments, \(votes) votes \
            compared
            \(complaints.isEmpty ? "nothing to complain about" : complaints.joined(separator: "\n"))
            """
        }
    }

    /// From one node to the bridge and back: half of what two nodes see.
    private static let delayMilliseconds = [10, 35, 60, 90]
    private static let lossPercent = "1%"
    private static let port = 9_177

    private let names: [String]
    private let bridge: String
    private var made: [[String]] = []

    static func run(_ options: Options, seconds: Int) async throws -> Report {
        var faults = NetworkFaults(mark: String(UInt32.random(in: 0..<0xffff), radix: 16))
        defer { faults.remove() }
        try faults.lay()
        let places = faults.names.indices.map { index in
            LocalNetwork.Place(
                host: "10.213.77.\(index + 1)", port: port,
                prefix: ["/usr/bin/env", "ip", "netns", "exec", faults.names[index]])
        }
        let network = try await LocalNetwork(options.argosy, at: places)
        do {
            let report = try await faults.run(network, seconds, options.seed)
            if report.complaints.isEmpty { network.remove() }
            return report
        } catch {
            _ = await network.stopAll()
            throw SoakError("\(error)\nthe nodes' homes are in \(network.directory)")
        }
    }

    private init(mark: String) {
        names = (1...LocalNetwork.nodeCount).map { "soak\(mark)n\($0)" }
        bridge = "soakb\(mark)"
    }

    private func cable(_ index: Int) -> String { bridge + "c\(index)" }

    /// Makes the bridge, the namespaces and the cables.
    private mutating func lay() throws {
        func make(_ words: [String], undo: [String]? = nil) throws {
            let (code, text) = try Shell.run("/usr/bin/env", words)
            guard code == 0 else {
                throw Skipped(
                    reason: "network namespaces cannot be made here "
                        + "(`\(words.joined(separator: " "))`: "
                        + text.trimmingCharacters(in: .whitespacesAndNewlines) + ")")
            }
            if let undo { made.append(undo) }
        }
        try make(
            ["ip", "link", "add", bridge, "type", "bridge"], undo: ["ip", "link", "del", bridge])
        try make(["ip", "link", "set", bridge, "up"])
        for (index, name) in names.enumerated() {
            try make(["ip", "netns", "add", name], undo: ["ip", "netns", "del", name])
            try make(
                [
                    "ip", "link", "add", cable(index), "type", "veth", "peer", "name", "eth0",
                    "netns", name,
                ],
                undo: ["ip", "link", "del", cable(index)])
            try make(["ip", "link", "set", cable(index), "master", bridge, "up"])
            let inside = ["ip", "netns", "exec", name, "ip"]
            try make(inside + ["addr", "add", "10.213.77.\(index + 1)/24", "dev", "eth0"])
            try make(inside + ["link", "set", "eth0", "up"])
            try make(inside + ["link", "set", "lo", "up"])
        }
    }

    private func remove() {
        for words in made.reversed() { _ = try? Shell.run("/usr/bin/env", words) }
    }

    /// Makes the cables slow and lossy, where the kernel can.
    private func slow() -> String {
        for index in names.indices {
            let delay = Self.delayMilliseconds[index]
            let made = Shell.system(
                "tc", "qdisc", "add", "dev", cable(index), "root", "netem", "delay",
                "\(delay)ms", "\(delay / 5)ms", "loss", Self.lossPercent)
            guard made.isDone else {
                return "no delay and no loss, since this kernel has no netem (\(made.text))"
            }
        }
        return "delays of \(Self.delayMilliseconds) ms a cable, loss \(Self.lossPercent)"
    }

    private func run(
        _ network: LocalNetwork, _ seconds: Int, _ seed: UInt64
    ) async throws -> Report {
        var report = Report()
        var watch = Watch()
        var random = Dice(seed: seed, concern: .network)
        report.seconds = seconds
        report.delays = slow()
        let nodes = 0..<LocalNetwork.nodeCount
        for node in nodes { try network.start(node) }
        for node in nodes { try await network.waitUntilSynced(node) }
        let load = PaymentLoad(network)
        let running = Task { await load.run() }
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            let node = random.index(of: nodes.count)
            _ = Shell.system("ip", "link", "set", cable(node), "down")
            try await Task.sleep(for: .milliseconds(Int(random.below(6_000)) + 1_000))
            _ = Shell.system("ip", "link", "set", cable(node), "up")
            report.cuts += 1
            let start = ContinuousClock.now
            try await waitUntilLevel(network, node)
            let passed = Int((ContinuousClock.now - start) / .milliseconds(1))
            report.slowestHealMilliseconds = max(report.slowestHealMilliseconds, passed)
            try await Task.sleep(for: .seconds(1))
        }
        for node in nodes {
            if let status = await network.status(node) { watch.hear(status.height, from: node) }
            for evidence in await network.evidence(node) {
                watch.complain("node \(node + 1) saw a double vote: \(evidence)")
            }
        }
        load.stop()
        await running.value
        _ = await network.stopAll()
        watch.look(at: try nodes.map { ($0, try HomeReading(network.homes[$0])) })
        report.height = watch.highest.number
        report.votes = watch.voteCount
        report.payments = load.finalCount
        report.complaints = watch.complaints
        if report.payments == 0 { report.complaints.append("no payment became final") }
        return report
    }

    /// Waits until a node that was cut off is where the others are.
    private func waitUntilLevel(_ network: LocalNetwork, _ node: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let other = await network.status((node + 1) % LocalNetwork.nodeCount)?.height
            let own = await network.status(node)?.height
            if let other, let own, own + 2 >= other { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw SoakError(
            "node \(node + 1) did not come back within a minute:\n\(network.logEnd(node))")
    }
}
