import Foundation

/// Runs a program to its end.
enum Shell {
    static func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, text: String)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Runs a program of the system, found by its name.
    ///
    /// - Returns: Whether it succeeded, and what it said.
    static func system(_ words: String...) -> (isDone: Bool, text: String) {
        do {
            let (code, text) = try run("/usr/bin/env", words)
            return (code == 0, text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch { return (false, "\(error)") }
    }
}
