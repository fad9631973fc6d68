import Chain
import Foundation
import Ledger
import Node
import Primitives
import Transport

/// Nodes as processes of their own on this machine: validators, and a light node that follows them.
///
/// The homes lie in a directory of their own; it is removed when all went well, and left to be
/// looked at after a failure.
final class LocalNetwork: Sendable {
    static let senderCount = 4_096
    static let holderCount = 20_000

    let founding: Founding
    let addresses: [Multiaddr]
    let directory: String
    private let executable: String
    private let homes: [Home]
    private let lightHome: Home

    init(_ executable: String, validators count: Int) async throws {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw BenchError("`\(executable)` is no program; give --argosy its path")
        }
        self.executable = executable
        let directory = NSTemporaryDirectory() + "argosy-bench-\(UUID().uuidString.prefix(8))"
        self.directory = directory
        let keys = (0..<count).map { _ in NodeKeys.fresh() }
        founding = Founding(
            senders: Self.senderCount, holders: Self.holderCount,
            validators: keys.enumerated().map { place, keys in
                ValidatorRecord(
                    key: keys.vote.publicKey, weight: 100,
                    account: AccountID(keys.vote.publicKey), name: "validator-\(place + 1)")
            })
        let ports = try await FreePorts.find(count)
        let texts = zip(keys, ports).map { keys, port in
            "/ip4/127.0.0.1/tcp/\(port)/p2p/\(PeerID(keys.identity.publicKey))"
        }
        let file = GenesisFile(founding.genesis)
        homes = try keys.enumerated().map { place, keys in
            try Home.create(
                at: "\(directory)/node-\(place + 1)",
                configuration: Configuration(
                    role: .validator, listen: ["/ip4/127.0.0.1/tcp/\(ports[place])"],
                    bootstrap: texts.filter { $0 != texts[place] }, logLevel: "debug"),
                genesis: file, keys: keys)
        }
        lightHome = try Home.create(
            at: "\(directory)/light", configuration: Configuration(role: .light, bootstrap: texts),
            genesis: file)
        addresses = texts.compactMap { Multiaddr($0) }
    }

    /// What runs, and what the system says about it.
    struct Running {
        let validators: [Process]
        let light: Process

        func usage() throws -> [ProcessUsage] {
            try validators.map { try ProcessUsage(of: $0.processIdentifier) }
        }

        func lightUsage() throws -> ProcessUsage {
            try ProcessUsage(of: light.processIdentifier)
        }

        func stop() {
            for process in validators + [light] where process.isRunning { process.terminate() }
            for process in validators + [light] { process.waitUntilExit() }
        }
    }

    func launch() async throws -> Running {
        var started: [Process] = []
        do {
            for home in homes { started.append(try launch(home)) }
            try await waitUntilSynced()
            return Running(validators: started, light: try launch(lightHome))
        } catch {
            for process in started where process.isRunning { process.terminate() }
            throw error
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

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

    func status(_ place: Int) async throws -> StatusAnswer {
        let answer = try await ControlClient(homes[place]).request(.status)
        guard case .status(let status) = answer else { throw BenchError("no status") }
        return status
    }

    private func waitUntilSynced() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        for place in homes.indices {
            while true {
                if let status = try? await status(place), status.word == "synced",
                    status.peers >= homes.count - 1
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

    /// Waits until all validators name the same root at the same height.
    func agreedRoots() async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            var seen: Set<String> = []
            for place in homes.indices {
                let status = try await status(place)
                seen.insert("\(status.height) \(status.stateRoot)")
            }
            if seen.count == 1 { return "state roots equal" }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw BenchError("the validators' state roots differ; see \(directory)")
    }
}
