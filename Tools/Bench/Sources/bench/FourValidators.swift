import Foundation
import LightClient
import Node

/// Four validators as processes of their own on this machine, and a load that is signed while it
/// is sent.
struct FourValidators {
    static let nodeCount = 4
    static let warmUpSeconds = 6
    static let idleSeconds = 20
    /// Transactions of one request; the senders of one group each have one under way.
    static let groupSize = LightLimits.transactionCountLimit

    private let network: LocalNetwork
    private let seconds: Int

    init(_ executable: String, seconds: Int) async throws {
        network = try await LocalNetwork(executable, validators: Self.nodeCount)
        self.seconds = seconds
    }

    func figures(_ raw: RawVerify) async throws -> [Figure] {
        let running = try await network.launch()
        let figures: [Figure]
        do { figures = try await measure(raw, running) } catch {
            running.stop()
            throw BenchError("\(error); the nodes' logs are in \(network.directory)")
        }
        running.stop()
        network.remove()
        return figures
    }

    private func measure(
        _ raw: RawVerify, _ running: LocalNetwork.Running
    ) async throws -> [Figure] {
        let idle = try await idlePhase(running)
        let load = Load(network.founding, network.addresses)
        try await load.connect()
        let quiet = try await phase(
            load, running, groups: 1, pause: .milliseconds(50), seconds: seconds / 3)
        let before = await raw.now()
        let busy = try await phase(
            load, running, groups: LocalNetwork.senderCount / Self.groupSize, pause: .zero,
            seconds: seconds)
        let limit = Limit(before, await raw.now())
        let light = try running.lightUsage()
        await load.close()
        let roots = try await network.agreedRoots()
        return throughput(busy, limit, roots) + latency(busy, quiet)
            + memory(idle, busy, light)
    }

    // MARK: Phases

    private struct Idle {
        let before: [ProcessUsage]
        let after: [ProcessUsage]
    }

    /// What nodes use that nobody asks for anything.
    private func idlePhase(_ running: LocalNetwork.Running) async throws -> Idle {
        try await Task.sleep(for: .seconds(2))
        let before = try running.usage()
        try await Task.sleep(for: .seconds(Self.idleSeconds))
        return Idle(before: before, after: try running.usage())
    }

    struct Outcome: Sendable {
        let count: Double
        let blockCount: Double
        let seconds: Double
        let tally: Load.Tally
        /// Processor time of all nodes, and of this process with all it does.
        let nodeSeconds: Double
        let ownSeconds: Double
        /// Memory of the node that grew most: halfway, and at the end.
        let middleMebibytes: Double
        let endMebibytes: Double

        var rate: Double { count / seconds }

        /// Processor time of one payment, in microseconds.
        func cost(_ seconds: Double) -> Double { seconds / count * 1e6 }
    }

    /// What became final on the first node, counted by that node.
    private func phase(
        _ load: Load, _ running: LocalNetwork.Running, groups: Int, pause: Duration, seconds: Int
    ) async throws -> Outcome {
        let pushing = Task { try await load.run(groups: groups, pause: pause) }
        defer { load.stop() }
        try await Task.sleep(for: .seconds(Self.warmUpSeconds))
        _ = load.takeTally()
        let (nodes, own) = (try running.usage(), try ProcessUsage())
        let (start, clock) = (try await network.status(0), ContinuousClock.now)
        try await Task.sleep(for: .milliseconds(seconds * 500))
        let middle = try running.usage()
        try await Task.sleep(for: .milliseconds(seconds * 500))
        let end = try await network.status(0)
        let passed = (ContinuousClock.now - clock) / .seconds(1)
        let (nodesAfter, ownAfter) = (try running.usage(), try ProcessUsage())
        let tally = load.takeTally()
        load.stop()
        try await pushing.value
        guard end.transactions > start.transactions else {
            throw BenchError("nothing became final in \(seconds) s")
        }
        let pairs = zip(middle, nodesAfter).map { ($0.ownMebibytes, $1.ownMebibytes) }
        let grown = pairs.max { $0.1 - $0.0 < $1.1 - $1.0 } ?? (0, 0)
        return Outcome(
            count: Double(end.transactions - start.transactions),
            blockCount: Double(end.height - start.height), seconds: passed, tally: tally,
            nodeSeconds: Self.sum(nodesAfter) - Self.sum(nodes),
            ownSeconds: ownAfter.seconds - own.seconds, middleMebibytes: grown.0,
            endMebibytes: grown.1)
    }

    private static func sum(_ usages: [ProcessUsage]) -> Double {
        usages.reduce(0) { $0 + $1.seconds }
    }

    /// What libsodium verifies just before and just after the load, on the same cores.
    private struct Limit {
        /// A quarter of what two threads verify, by the clock.
        let rate: Double
        /// A quarter of what two threads would verify by processor time.
        let coreRate: Double
        /// Processor time of one signature, in microseconds.
        let cost: Double

        init(_ before: RawVerify.Now, _ after: RawVerify.Now) {
            let count = Double(before.count + after.count)
            rate = count / (before.reading.wall + after.reading.wall) / 4
            let cpu = before.reading.cpu + after.reading.cpu
            coreRate = count / cpu / 4
            cost = cpu / count * 1e6
        }
    }

    // MARK: Figures

    private func throughput(_ busy: Outcome, _ limit: Limit, _ roots: String) -> [Figure] {
        let nodes = busy.cost(busy.nodeSeconds)
        let own = busy.cost(busy.ownSeconds)
        return [
            Figure(
                name: "four_validators", value: busy.rate, unit: "1/s",
                limitName: "verify_two_threads / 4", ratio: busy.rate / limit.rate,
                coreRatio: 1e6 / (nodes + own) / limit.coreRate,
                note: "signed live on the same cores, sent as libp2p light requests; "
                    + String(format: "%.1f", busy.blockCount / busy.seconds)
                    + " blocks a second; \(roots)"),
            Figure(
                name: "four_validators_node_cost", value: nodes / Double(Self.nodeCount),
                unit: "us",
                note: "processor time of one payment on one node; its signature alone "
                    + String(format: "%.1f", limit.cost)),
            Figure(
                name: "four_validators_load_cost", value: own, unit: "us",
                note: "processor time of one payment in the generator; of that making and signing "
                    + String(format: "%.1f", busy.cost(busy.tally.signingSeconds))),
        ]
    }

    private func latency(_ busy: Outcome, _ quiet: Outcome) -> [Figure] {
        [
            Figure(
                name: "four_validators_finality_p50", value: busy.tally.latency.quantile(50),
                unit: "ms", note: "at full load, seen by the sender"),
            Figure(
                name: "four_validators_finality_p99", value: busy.tally.latency.quantile(99),
                unit: "ms",
                note: "at full load; \(busy.tally.refusedCount) batches were sent again"),
            Figure(
                name: "four_validators_quiet_p50", value: quiet.tally.latency.quantile(50),
                unit: "ms", note: "at \(Int(quiet.rate)) payments a second"),
            Figure(
                name: "four_validators_quiet_p99", value: quiet.tally.latency.quantile(99),
                unit: "ms"),
        ]
    }

    private func memory(_ idle: Idle, _ busy: Outcome, _ light: ProcessUsage) -> [Figure] {
        let idleCost =
            (Self.sum(idle.after) - Self.sum(idle.before))
            / Double(Self.nodeCount * Self.idleSeconds) * 100
        let idleMemory = idle.after.map(\.ownMebibytes).max() ?? 0
        let grown = busy.endMebibytes - busy.middleMebibytes
        return [
            Figure(
                name: "light_memory", value: light.residentMebibytes, unit: "MiB",
                note: "a light node at the end of the run, mapped files included; "
                    + String(
                        format: "own %.1f, most ever %.1f", light.ownMebibytes,
                        light.peakMebibytes)),
            Figure(
                name: "full_memory_idle", value: idleMemory, unit: "MiB",
                note: "own, without mapped files; "
                    + "\(LocalNetwork.senderCount + LocalNetwork.holderCount) accounts, 3 peers"),
            Figure(
                name: "full_memory_loaded", value: busy.endMebibytes, unit: "MiB",
                note: "after the full load; the same accounts"),
            Figure(
                name: "full_memory_growth", value: grown / (busy.count / 2) * 1e5, unit: "MiB",
                note: "of 100,000 payments that add no account, second half of the load"),
            Figure(
                name: "full_idle_cpu", value: idleCost, unit: "%",
                note: "of one core, a validator with 3 peers and a light node"),
        ]
    }
}
