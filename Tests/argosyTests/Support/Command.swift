import Foundation
import Testing

/// The built command, run as a process of its own, as a user or an opponent runs it.
enum Command {
    /// `argosy` lies beside the test program in the build directory.
    static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("argosy")

    /// Unless a test says otherwise; nothing that only refuses takes nearly so long.
    static let limit = Duration.seconds(60)

    /// What a finished process left.
    struct Outcome {
        let code: Int32
        let wasKilled: Bool
        let output: String
        let errors: String

        /// The one JSON object on the output stream.
        func json() throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return try #require(value as? [String: Any])
        }
    }

    /// Runs `argosy` to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:],
        limit: Duration = Command.limit
    ) async throws -> Outcome {
        try await run(program: executable.path, arguments, environment, limit: limit)
    }

    /// Runs any program to its end; it is killed when it takes longer than the limit.
    static func run(
        program: String, _ arguments: [String], _ environment: [String: String] = [:],
        limit: Duration = Command.limit
    ) async throws -> Outcome {
        let place = try Place()
        defer { place.remove() }
        let child = try Child(
            program, arguments, environment, output: place["output"], errors: place["errors"])
        let isDone = await child.ended(within: limit)
        if !isDone {
            child.send(SIGKILL)
            _ = await child.ended(within: .seconds(10))
        }
        return Outcome(
            code: child.code, wasKilled: child.wasSignalled, output: place.text("output"),
            errors: place.text("errors"))
    }
}

/// A process and its end.
final class Child: Sendable {
    private let process: Process

    init(
        _ program: String, _ arguments: [String], _ environment: [String: String],
        output: String, errors: String
    ) throws {
        for path in [output, errors] where !FileManager.default.fileExists(atPath: path) {
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
        }
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["PATH": path, "HOME": "/nonexistent"]
            .merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        let stream = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try stream.seekToEnd()
        process.standardError = stream
        try process.run()
    }

    var id: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var code: Int32 { process.terminationStatus }
    var wasSignalled: Bool { process.terminationReason == .uncaughtSignal }

    func send(_ signal: Int32) { if process.isRunning { kill(id, signal) } }

    /// Waits for the end; `false` when the limit came first.
    func ended(within limit: Duration) async -> Bool {
        await eventually(within: limit) { !process.isRunning }
    }
}

/// Looks again and again until something holds; `false` when the limit came first.
func eventually(
    within limit: Duration, every pause: Duration = .milliseconds(20),
    _ holds: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await holds() { return true }
        try? await Task.sleep(for: pause)
    }
    return try await holds()
}

/// An empty directory of one test; short, because a socket's path has at most 107 bytes.
struct Place: Sendable {
    let path: String

    init() throws {
        path = "/tmp/argosy-test-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// What a file holds; nothing when there is none.
    func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: self[name]) ?? Data(), as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]))
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

extension Command.Outcome {
    /// Whether the command refused as it should: its own exit code, one error that a person
    /// understands, nothing on the output stream, no crash.
    func expectRefusal(
        _ sentence: String, code expected: Int32 = 1,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(!wasKilled, "the command crashed: \(errors)", sourceLocation: location)
        #expect(code == expected, "\(errors)", sourceLocation: location)
        #expect(output == "", sourceLocation: location)
        #expect(
            errors.contains(sentence), "`\(errors)` does not say `\(sentence)`",
            sourceLocation: location)
        #expect(
            errors.components(separatedBy: "Error: ").count == 2, "one error: \(errors)",
            sourceLocation: location)
    }

    func expectSuccess(at location: SourceLocation = #_sourceLocation) {
        #expect(code == 0 && !wasKilled, "\(errors)", sourceLocation: location)
    }
}

/// All tests of the command; one after another, because they share two things: ports and time.
@Suite("The command", .serialized)
enum CommandTests {}
