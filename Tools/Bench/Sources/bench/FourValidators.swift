import Chain
import Foundation
import Ledger
import LightClient
import Node
import Primitives
import Synchronization
import Transport
import Wire

/// Four validators as processes of their own on this machine, and a load that is signed while it
/// is sent.
struct FourValidators {
    static let nodeCount = 4
    static let senderCount = 4_096
    static let warmUpSeconds = 6
    /// Transactions of one request; the senders of one group each have one under way.
    static let groupSize = LightLimits.transactionCountLimit

    private let founding: Founding
    private let homes: [Home]
    private let addresses: [Multiaddr]
    private let directory: String
    private let executable: String
    private let seconds: Int

    init(_ executable: String, seconds: Int) async throws {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw BenchError("`\(executable)` is no program; give --argosy its path")
        }
        self.executable = executable
        self.seconds = seconds
        let directory = NSTemporaryDirectory() + "argosy-bench-\(UUID().uuidString.prefix(8))"
        self.directory = directory
        let keys = (0..<Self.nodeCount).map { _ in NodeKeys.fresh() }
        let founding = Founding(
            senders: Self.senderCount, holders: 20_000,
            validators: keys.enumerated().map { place, keys in
                ValidatorRecord(
                    key: keys.vote.publicKey, weight: 100,
                    account: AccountID(keys.vote.publicKey), name: "validator-\(place + 1)")
            })
        let ports = try await FreePorts.find(Self.nodeCount)
        let texts = zip(keys, ports).map { keys, port in
            "/ip4/127.0.0.1/tcp/\(port)/p2p/\(PeerID(keys.identity.publicKey))"
        }
        let file = GenesisFile(founding.genesis)
        homes = try keys.enumerated().map { place, keys in
            try Home.create(
                at: "\(directory)/node-\(place + 1)",
                configuration: Configuration(
                    role: .validator, listen: ["/ip4/127.0.0.1/tcp/\(ports[place])"],
                    bootstrap: texts.filter { $0 != texts[place] }),
                genesis: file, keys: keys)
        }
        addresses = texts.compactMap { Multiaddr($0) }
        self.founding = founding
    }

    func figures(_ raw: RawVerify) async throws -> [Figure] {
        let processes = try homes.map { try launch($0) }
        defer {
            for process in processes { process.terminate() }
            for process in processes { process.waitUntilExit() }
        }
        let figures = try await measure(raw)
        // After a failure the nodes' logs are left to be looked at.
        try? FileManager.default.removeItem(atPath: directory)
        return figures
    }

    private func measure(_ raw: RawVerify) async throws -> [Figure] {
        try await waitUntilSynced()
        let load = Load(founding, addresses)
        try await load.connect()
        let quiet = try await phase(load, groups: 1, pause: .milliseconds(50), seconds: seconds / 3)
        let busy = try await phase(
            load, groups: Self.senderCount / Self.groupSize, pause: .zero, seconds: seconds)
        await load.close()
        let roots = try await agreedRoots()
        let note = "signed live on the same cores, sent as libp2p light requests; \(roots)"
        return [
            Figure(
                name: "four_validators", value: busy.rate, unit: "1/s",
                limitName: "verify_two_threads / 4", ratio: busy.rate / (raw.rate / 4), note: note),
            Figure(
                name: "four_validators_finality_p50", value: busy.latency.quantile(50),
                unit: "ms", note: "at full load, seen by the sender"),
            Figure(
                name: "four_validators_finality_p99", value: busy.latency.quantile(99),
                unit: "ms", note: "at full load; \(busy.refusedCount) batches were sent again"),
            Figure(
                name: "four_validators_quiet_p50", value: quiet.latency.quantile(50),
                unit: "ms", note: "at \(Int(quiet.rate)) payments a second"),
            Figure(
                name: "four_validators_quiet_p99", value: quiet.latency.quantile(99), unit: "ms"),
        ]
    }

    // MARK: Nodes

    private func launch(_ home: Home) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = ["run", "--home", home.directory]
        let log = home.directory + "/node.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }

    private func status(_ place: Int) async throws -> StatusAnswer {
        let answer = try await ControlClient(homes[place]).request(.status)
        guard case .status(let status) = answer else { throw BenchError("no status") }
        return status
    }

    private func waitUntilSynced() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        for place in homes.indices {
            while true {
                if let status = try? await status(place), status.word == "synced",
                    status.peers >= Self.nodeCount - 1
                {
                    break
                }
                guard ContinuousClock.now < deadline else {
                    throw BenchError("the validators did not find each other; see \(directory)")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func agreedRoots() async throws -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            var seen: Set<String> = []
            for place in homes.indices {
                let status = try await status(place)
                seen.insert("\(status.height) \(status.stateRoot)")
            }
            if seen.count == 1 { return "state roots equal" }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw BenchError("the validators' state roots differ")
    }

    // MARK: Load

    struct Outcome: Sendable {
        let rate: Double
        /// Sorted, in milliseconds.
        let latency: [Double]
        let refusedCount: Int
    }

    /// What became final on the first node, counted by that node.
    private func phase(
        _ load: Load, groups: Int, pause: Duration, seconds: Int
    ) async throws -> Outcome {
        let running = Task { try await load.run(groups: groups, pause: pause) }
        try await Task.sleep(for: .seconds(Self.warmUpSeconds))
        _ = load.takeLatency()
        let (start, clock) = (try await status(0).transactions, ContinuousClock.now)
        try await Task.sleep(for: .seconds(seconds))
        let end = try await status(0).transactions
        let passed = (ContinuousClock.now - clock) / .seconds(1)
        let (latency, refused) = load.takeLatency()
        load.stop()
        try await running.value
        return Outcome(
            rate: Double(end - start) / passed, latency: latency.sorted(), refusedCount: refused)
    }
}

/// Signs payments and sends them to all nodes in turn.
final class Load: Sendable {
    private static let light = ProtocolID(0)
    private static let deadline = Duration.seconds(20)

    private struct State {
        var latency: [Double] = []
        var refusedCount = 0
        var isStopping = false
        /// Rounds that each group of senders has finished.
        var rounds: [Int: UInt64] = [:]
    }

    private let founding: Founding
    private let addresses: [Multiaddr]
    private let host: Transport.Host
    private let state = Mutex(State())
    private let peers = Mutex<[PeerID]>([])

    init(_ founding: Founding, _ addresses: [Multiaddr]) {
        self.founding = founding
        self.addresses = addresses
        let name = "/argosy/\(founding.chain.hex.prefix(8))/light/1"
        host = Transport.Host(
            HostConfiguration(
                identity: SigningKey(seed: SystemEntropy.bytes32()),
                protocols: [
                    StreamProtocol(
                        Self.light, .requests, dialNames: [name], priority: .light,
                        frameByteLimit: LightLimits.requestByteLimit, queueByteLimit: 4 << 20,
                        overflow: .refuse, requestLimit: 256)
                ])
        ) { _ in }
    }

    func connect() async throws {
        for address in addresses {
            let peer = try await host.dial(address)
            peers.withLock { $0.append(peer) }
        }
    }

    func close() async { await host.close() }

    func stop() { state.withLock { $0.isStopping = true } }

    func takeLatency() -> ([Double], Int) {
        state.withLock { state in
            defer { (state.latency, state.refusedCount) = ([], 0) }
            return (state.latency, state.refusedCount)
        }
    }

    /// Each group sends its next batch when its last one is final.
    func run(groups: Int, pause: Duration) async throws {
        state.withLock { $0.isStopping = false }
        let peers = peers.withLock { $0 }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for group in 0..<groups {
                tasks.addTask {
                    var maker = PaymentMaker(self.founding, seed: UInt64(group))
                    while !self.state.withLock({ $0.isStopping }) {
                        try await self.round(group, peers[group % peers.count], &maker)
                        if pause > .zero { try await Task.sleep(for: pause) }
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }

    private func round(_ group: Int, _ peer: PeerID, _ maker: inout PaymentMaker) async throws {
        let sequence = state.withLock { state in
            state.rounds[group, default: 0] += 1
            return Sequence(state.rounds[group, default: 0])
        }
        let first = group * FourValidators.groupSize
        let batch = (first..<first + FourValidators.groupSize).map {
            maker.payment(of: $0, sequence: sequence)
        }
        let start = ContinuousClock.now
        let request = LightRequest.submit(batch.map(\.bytes))
        while true {
            guard case .submitted(let codes) = try await ask(request, peer) else {
                throw BenchError("a submission was not answered")
            }
            // A sequence is used by this very payment when the batch is sent again.
            if codes.allSatisfy({ $0 == 0 || $0 == Rejection.sequenceUsed.rawValue }) { break }
            state.withLock { $0.refusedCount += 1 }
            try await Task.sleep(for: .milliseconds(50))
        }
        guard let last = batch.last else { return }
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            if case .status(.included) = try await ask(.status(last.id), peer) {
                let passed = (ContinuousClock.now - start) / .milliseconds(1)
                state.withLock { $0.latency.append(passed) }
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchError("a payment was not final within a minute")
    }

    private func ask(_ request: LightRequest, _ peer: PeerID) async throws -> LightResponse {
        let bytes = try await host.request(
            request.wire, from: peer, on: Self.light,
            responseByteLimit: LightLimits.responseByteLimit, deadline: Self.deadline)
        return try LightResponse(wire: bytes)
    }
}
