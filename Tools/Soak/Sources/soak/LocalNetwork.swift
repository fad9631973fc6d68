import Chain
import Foundation
import Ledger
import Node
import Primitives
import Transport

/// Four validators on this machine, each a process of its own with a home of its own.
final class LocalNetwork {
    static let nodeCount = 4
    static let senderCount = 24
    /// Heights of an epoch; short, so that a run crosses some.
    static let epochLength: UInt64 = 200

    let directory: String
    let genesis: Genesis
    let homes: [Home]
    let senders: [SigningKey]
    let asset: AssetID
    private let executable: String
    private var processes: [Int: Process] = [:]

    /// Where the nodes listen, and what stands before the program.
    struct Place {
        var host = "127.0.0.1"
        var port: Int
        /// A command that the node's own command line is handed to.
        var prefix: [String] = []
        /// The home's directory, when it is not under the network's own.
        var home: String?
    }

    let places: [Place]

    init(_ executable: String, at places: [Place]? = nil) async throws {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw SoakError("`\(executable)` is no program; give --argosy its path")
        }
        self.executable = executable
        directory = NSTemporaryDirectory() + "argosy-soak-\(UUID().uuidString.prefix(8))"
        if let places {
            self.places = places
        } else {
            self.places = try await FreePorts.find(Self.nodeCount).map { Place(port: $0) }
        }
        let keys = (0..<Self.nodeCount).map { _ in NodeKeys.fresh() }
        senders = (0..<Self.senderCount).map { _ in SigningKey(seed: SystemEntropy.bytes32()) }
        let issuer = AccountID(SigningKey(seed: SystemEntropy.bytes32()).publicKey)
        guard let code = AssetCode("SOAK") else { throw SoakError("SOAK is no asset code") }
        asset = AssetID(issuer: issuer, code: code)
        genesis = Self.genesis(keys, senders, issuer, code)
        let file = GenesisFile(genesis)
        let texts = zip(keys, self.places).map { keys, place in
            "/ip4/\(place.host)/tcp/\(place.port)/p2p/\(PeerID(keys.identity.publicKey))"
        }
        var homes: [Home] = []
        for (index, place) in self.places.enumerated() {
            homes.append(
                try Home.create(
                    at: place.home ?? "\(directory)/node-\(index + 1)",
                    configuration: Configuration(
                        role: .validator, listen: ["/ip4/\(place.host)/tcp/\(place.port)"],
                        bootstrap: texts.filter { $0 != texts[index] }),
                    genesis: file, keys: keys[index]))
        }
        self.homes = homes
    }

    private static func genesis(
        _ keys: [NodeKeys], _ senders: [SigningKey], _ issuer: AccountID, _ code: AssetCode
    ) -> Genesis {
        let asset = AssetID(issuer: issuer, code: code)
        return Genesis(
            network: .local, time: Timestamp(UInt64(Date().timeIntervalSince1970 * 1_000)),
            validators: keys.enumerated().map { index, keys in
                ValidatorRecord(
                    key: keys.vote.publicKey, weight: 1, account: AccountID(keys.vote.publicKey),
                    name: "validator \(index + 1)")
            },
            assets: [.init(issuer: issuer, code: code, decimals: 2, powers: [])],
            endowments: senders.map {
                Endowment(
                    account: AccountID($0.publicKey), asset: asset,
                    amount: Amount(minorUnits: 1_000_000_000))
            },
            parameters: Parameters(
                epochLength: epochLength, receiptTerm: 100_000,
                feeList: [
                    FeeListEntry(asset: asset, price: 0, deposit: Amount(minorUnits: 0))
                ]))
    }

    // MARK: Processes

    func start(_ index: Int, environment: [String: String] = [:]) throws {
        let process = Process()
        let command = places[index].prefix + [executable, "run", "--home", homes[index].directory]
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let log = homes[index].directory + "/node.log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.close()
        processes[index] = process
    }

    /// Ends a node as a power cut of its process would.
    func kill(_ index: Int) {
        guard let process = processes.removeValue(forKey: index) else { return }
        // Behind a prefix the node has the process's own number: the prefix runs it in its place.
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks all nodes to stop.
    ///
    /// - Returns: Those that did not within ten seconds, and were killed.
    func stopAll() async -> [Int] {
        for process in processes.values where process.isRunning { process.terminate() }
        let deadline = ContinuousClock.now + .seconds(10)
        while processes.values.contains(where: \.isRunning), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(50))
        }
        let late = processes.filter { $0.value.isRunning }.map(\.key).sorted()
        for index in Array(processes.keys) { kill(index) }
        return late
    }

    func isRunning(_ index: Int) -> Bool { processes[index]?.isRunning ?? false }

    /// The last lines of a node's log, for a failure that has to be explained.
    func logEnd(_ index: Int) -> String {
        let text = try? String(
            contentsOfFile: homes[index].directory + "/node.log", encoding: .utf8)
        return (text ?? "").split(separator: "\n").suffix(12).joined(separator: "\n")
    }

    func remove() {
        for place in places {
            if let home = place.home { try? FileManager.default.removeItem(atPath: home) }
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: Questions

    func status(_ index: Int) async -> StatusAnswer? {
        guard case .status(let status)? = try? await ControlClient(homes[index]).request(.status)
        else { return nil }
        return status
    }

    func evidence(_ index: Int) async -> [String] {
        guard case .evidence(let found)? = try? await ControlClient(homes[index]).request(.evidence)
        else { return [] }
        return found.map { "\($0.kind) by seat \($0.seat) in view \($0.view) of epoch \($0.epoch)" }
    }

    /// Waits until a node says that it is in sync.
    func waitUntilSynced(_ index: Int, within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let status = await status(index), status.word == "synced" { return }
            guard isRunning(index) else {
                throw SoakError("node \(index + 1) ended by itself:\n\(logEnd(index))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let word = await status(index)?.word ?? "no answer"
        throw SoakError("node \(index + 1) is not in sync (\(word)):\n\(logEnd(index))")
    }

    /// Runs the doctor of the node's own program over a home that no node runs on.
    func doctor(_ index: Int, repair: Bool = false) throws -> (code: Int32, text: String) {
        try Shell.run(
            executable,
            ["doctor", "--home", homes[index].directory] + (repair ? ["--repair"] : []))
    }
}
