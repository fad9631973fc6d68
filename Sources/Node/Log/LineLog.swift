import Foundation
public import Logging

/// Writes one line an event to standard error, as text or as JSON.
///
/// Keys, passphrases and personal data are never given to a logger; what arrives here is printed.
public struct LineLog: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String
    private let format: LogFormat
    private let allowance = SharedAllowance()

    public init(label: String, level: Logger.Level, format: LogFormat) {
        self.label = label
        self.logLevel = level
        self.format = format
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var metadata = metadata.merging(event.metadata ?? [:]) { _, new in new }
        // What is logged below `info` is there because the operator asked for it.
        if (Logger.Level.info...Logger.Level.error).contains(event.level) {
            let kind = event.message.description
            guard let leftOut = allowance.take(kind, now: Clocks.instant) else { return }
            if leftOut > 0 { metadata["leftOut"] = "\(leftOut)" }
        }
        let fields = metadata.map { (key: $0.key, value: $0.value.description) }
            .sorted { $0.key < $1.key }
        let time = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        let text =
            switch format {
            case .text: Self.text(time, event.level, label, event.message.description, fields)
            case .json: Self.json(time, event.level, label, event.message.description, fields)
            }
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    private static func text(
        _ time: String, _ level: Logger.Level, _ label: String, _ message: String,
        _ fields: [(key: String, value: String)]
    ) -> String {
        let tail = fields.map { " \($0.key)=\(quoted($0.value))" }.joined()
        let name = level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        return "\(time) \(name) \(label): \(oneLine(message))\(tail)"
    }

    private static func json(
        _ time: String, _ level: Logger.Level, _ label: String, _ message: String,
        _ fields: [(key: String, value: String)]
    ) -> String {
        var pairs = [
            ("time", time), ("level", level.rawValue), ("source", label), ("event", message),
        ]
        pairs += fields.map { ($0.key, $0.value) }
        return "{" + pairs.map { "\(escaped($0.0)):\(escaped($0.1))" }.joined(separator: ",") + "}"
    }

    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    private static func quoted(_ text: String) -> String {
        let plain = text.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" }
        return plain && !text.isEmpty ? text : escaped(text)
    }

    /// A JSON string.
    private static func escaped(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            default:
                if scalar.value < 0x20 {
                    output +=
                        "\\u00" + (scalar.value < 16 ? "0" : "")
                        + String(scalar.value, radix: 16)
                } else {
                    output.unicodeScalars.append(scalar)
                }
            }
        }
        return output + "\""
    }
}

extension Logger {
    /// A logger of the node's own, which shares nothing with other nodes of the process.
    public static func node(
        _ label: String, level: String = "info", format: LogFormat = .text
    ) -> Logger {
        let level = Logger.Level(rawValue: level) ?? .info
        return Logger(label: label) { LineLog(label: $0, level: level, format: format) }
    }
}
