import Foundation

/// Shows on the error stream how far a long piece of work has come.
///
/// On a terminal it is one line that is written over; elsewhere it is a new line now and then, so that
/// a log stays short. The output stream is left to results.
struct Progress {
    private static let terminalInterval = Duration.milliseconds(100)
    private static let logInterval = Duration.seconds(5)

    private let isTerminal: Bool
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    private var shown: ContinuousClock.Instant?
    private var width = 0

    init(quiet: Bool = false) {
        isQuiet = quiet
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    /// Shows the line, unless one was shown a moment ago.
    mutating func update(_ line: @autoclosure () -> String) {
        guard !isQuiet else { return }
        let now = ContinuousClock.now
        let interval = isTerminal ? Self.terminalInterval : Self.logInterval
        if let shown, now - shown < interval { return }
        shown = now
        write(line())
    }

    /// Shows a line that stays.
    mutating func note(_ line: String) {
        guard !isQuiet else { return }
        write(line)
        if isTerminal { Self.put("\n") }
        width = 0
        shown = nil
    }

    /// Clears the live line.
    mutating func finish() {
        guard !isQuiet, isTerminal, width > 0 else { return }
        Self.put("\r" + String(repeating: " ", count: width) + "\r")
        width = 0
    }

    /// A bar such as `[######....] 63%`.
    static func bar(_ done: Int, of total: Int, width: Int = 24) -> String {
        let part = total == 0 ? 1 : Double(done) / Double(total)
        let filled = Int(part * Double(width))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "] \(Int(part * 100))%"
    }

    private mutating func write(_ line: String) {
        guard isTerminal else { return Self.put(line + "\n") }
        let padding = String(repeating: " ", count: max(0, width - line.count))
        Self.put("\r" + line + padding)
        width = line.count
    }

    private static func put(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
