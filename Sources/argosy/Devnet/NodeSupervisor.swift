import Foundation
import Node

/// Runs nodes as processes of their own, and starts one again that died.
actor NodeSupervisor {
    /// How long a node may take to stop before it is killed.
    static let stopLimit = Duration.seconds(5)
    /// How long a dead node stays down.
    static let restartDelay = Duration.seconds(1)
    /// A node that dies more often than this is left down.
    static let restartLimit = 16

    private struct Child {
        let home: Home
        var process: Process
        var restarts = 0
    }

    private let executable: URL
    private var children: [Int: Child] = [:]
    private var isStopping = false
    private let note: @Sendable (String) async -> Void

    init(note: @escaping @Sendable (String) async -> Void) {
        executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        self.note = note
    }

    /// Nodes that died and were started again.
    var restartCount: Int { children.values.reduce(0) { $0 + $1.restarts } }

    /// Starts `argosy run` on a home; the number is how people name the node.
    func start(_ number: Int, on home: Home) throws {
        children[number] = Child(home: home, process: try launch(number, home))
    }

    private func launch(_ number: Int, _ home: Home) throws -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = ["run", "--home", home.directory]
        let log = home.directory + "/node.log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { ended in
            let cause =
                ended.terminationReason == .uncaughtSignal
                ? "signal \(ended.terminationStatus)" : "exit code \(ended.terminationStatus)"
            let id = ended.processIdentifier
            Task { await self.ended(number, process: id, cause: cause) }
        }
        try process.run()
        try? output.close()
        return process
    }

    private func ended(_ number: Int, process: Int32, cause: String) async {
        guard !isStopping, var child = children[number],
            child.process.processIdentifier == process
        else { return }
        guard child.restarts < Self.restartLimit else {
            await note("node \(number) ended (\(cause)) too often and stays down")
            return
        }
        await note("node \(number) ended (\(cause)) and is started again")
        try? await Task.sleep(for: Self.restartDelay)
        guard !isStopping else { return }
        do {
            child.process = try launch(number, child.home)
            child.restarts += 1
            children[number] = child
        } catch { await note("node \(number) could not be started again: \(error)") }
    }

    /// Asks every node to stop, waits, and kills what is left.
    func stop() async {
        isStopping = true
        for child in children.values where child.process.isRunning { child.process.terminate() }
        let deadline = ContinuousClock.now + Self.stopLimit
        while children.values.contains(where: { $0.process.isRunning }),
            ContinuousClock.now < deadline
        { try? await Task.sleep(for: .milliseconds(20)) }
        for child in children.values where child.process.isRunning {
            kill(child.process.processIdentifier, SIGKILL)
        }
    }
}
