import Logging
import Synchronization

/// Keeps the lines of a log that say that something is wrong.
final class Complaints: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    /// A log whose warnings and errors come here, and whose other lines go nowhere.
    var log: Logger {
        Logger(label: "complaints") { _ in Handler(owner: self) }
    }

    private struct Handler: LogHandler {
        let owner: Complaints
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(
            level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?,
            source: String, file: String, function: String, line: UInt
        ) {
            let why = metadata?["why"].map { ": \($0)" } ?? ""
            owner.kept.withLock { $0.append("\(message)\(why)") }
        }
    }
}
