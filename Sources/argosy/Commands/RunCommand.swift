import ArgumentParser
import Foundation
import Logging
import Node
import Primitives
import Transport
import UnixSignals

/// Runs a node in the foreground: `argosy run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the node in the foreground until it is asked to stop.")

    @OptionGroup var home: HomeOptions

    @Option(help: "Write log lines as text or as json; without it, as the home's config says.")
    var logFormat: LogFormat?

    @Option(
        help: ArgumentHelp(
            "A further address with peer id, or signed list, to dial first; may be given again.",
            valueName: "address|file"))
    var bootstrap: [String] = []

    func validate() throws {
        for entry in bootstrap where !FileManager.default.fileExists(atPath: entry) {
            try InitCommand.checkPeer(entry)
        }
    }

    func run() async throws {
        if let complaint = SignatureSelfTest.complaint() {
            throw CommandError("This node must not sign: \(complaint).")
        }
        let node = home.node
        let configuration = try node.configuration()
        let extra = try bootstrap.filter { Multiaddr($0) == nil }.map { path in
            // Read here, so that a list that cannot be used is told before anything starts.
            _ = try BootstrapFile.read(
                path, for: try node.genesis().digest, now: Clocks.wall)
            return URL(fileURLWithPath: path).path
        }
        let addresses = bootstrap.filter { Multiaddr($0) != nil }
        let more = MoreBootstrap(addresses: addresses, lists: extra)
        var log = Logger(label: "argosy") { label in
            LineLog(
                label: label, level: Logger.Level(rawValue: configuration.logLevel) ?? .info,
                format: logFormat ?? configuration.logFormat)
        }
        log.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        switch configuration.role {
        case .full, .validator:
            let node = try FullNode(node, log: log, more: more)
            try await Stopping.run(
                start: { try await node.start() }, until: { await node.untilStopped() },
                stop: { await node.stop() })
        case .light:
            let node = try LightNode(node, log: log, more: more)
            try await Stopping.run(
                start: { try await node.start() }, until: { await node.untilStopped() },
                stop: { await node.stop() })
        }
    }
}

/// Runs something until SIGTERM or SIGINT comes, or until it ends by itself.
enum Stopping {
    static func run(
        start: () async throws -> Void, until: @escaping @Sendable () async -> Void,
        stop: () async -> Void
    ) async throws {
        do { try await start() } catch {
            await stop()
            throw error
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await wait() }
            group.addTask { await until() }
            await group.next()
            group.cancelAll()
        }
        await stop()
    }

    /// Returns when the process is asked to stop, or the task is cancelled.
    static func wait() async {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return }
    }
}
