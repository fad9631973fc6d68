import ArgumentParser
import Foundation

/// Where a passphrase comes from: a file, the environment, or the terminal without showing it.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file whose first line is the passphrase; without it, the environment's "
                + "ARGOSY_PASSPHRASE, or a question.", valueName: "file"))
    var passphraseFile: String?

    /// A new one is asked for twice, so that a slip of the finger locks nobody out.
    func read(for account: String, isNew: Bool = false) throws -> [UInt8] {
        if let passphraseFile {
            guard let text = try? String(contentsOfFile: passphraseFile, encoding: .utf8) else {
                throw CommandError("\(passphraseFile) cannot be read.")
            }
            return Array((text.split(separator: "\n").first ?? "").utf8)
        }
        if let text = ProcessInfo.processInfo.environment["ARGOSY_PASSPHRASE"] {
            return Array(text.utf8)
        }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandError(
                "No passphrase for `\(account)`.",
                advice: "Give --passphrase-file, set ARGOSY_PASSPHRASE, or run in a terminal.")
        }
        let first = Self.ask("Passphrase for `\(account)`: ")
        if isNew, Self.ask("Again: ") != first {
            throw CommandError("The two passphrases differ; nothing was changed.")
        }
        return Array(first.utf8)
    }

    private static func ask(_ prompt: String) -> String {
        try? FileHandle.standardError.write(contentsOf: Data(prompt.utf8))
        echo(false)
        defer {
            echo(true)
            try? FileHandle.standardError.write(contentsOf: Data("\n".utf8))
        }
        return readLine(strippingNewline: true) ?? ""
    }

    private static func echo(_ isOn: Bool) {
        let stty = Process()
        stty.executableURL = URL(fileURLWithPath: "/bin/stty")
        stty.arguments = [isOn ? "echo" : "-echo"]
        stty.standardInput = FileHandle.standardInput
        try? stty.run()
        stty.waitUntilExit()
    }
}
