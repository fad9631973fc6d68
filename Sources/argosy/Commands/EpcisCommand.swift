import ArgumentParser
import Documents
import Foundation

/// EPCIS documents: what happened to which things.
struct EpcisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "epcis",
        abstract: "Check EPCIS 2.0 documents, and print the hashes of their events.",
        subcommands: [Check.self, Hash.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a document, name each fault, and print each event's hash.",
            discussion:
                "Ends with 1 when the document is refused. No node and no network is needed.")

        @OptionGroup var output: OutputOptions

        @Argument(help: "An EPCIS 2.0 document in JSON-LD.")
        var file: String

        func run() async throws {
            let check = try DocumentFile.read(file) { bytes throws(JsonFault) in
                try EpcisCheck(bytes)
            }
            guard check.isEventList else { throw EpcisCommand.noEvents(file) }
            try output.show(EpcisCheckAnswer(check, file: file))
            if !check.faults.isEmpty { throw ExitCode(1) }
        }
    }

    struct Hash: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Print the CBV 2.0 hash of each event, one a line, whether it is valid or not.")

        @OptionGroup var output: OutputOptions

        @Argument(help: "An EPCIS 2.0 document in JSON-LD.")
        var file: String

        @Flag(help: "Print the text that is hashed instead.")
        var preHash = false

        func run() async throws {
            let check = try DocumentFile.read(file) { bytes throws(JsonFault) in
                try EpcisCheck(bytes)
            }
            guard check.isEventList else { throw EpcisCommand.noEvents(file) }
            try output.show(EpcisHashAnswer(check, file: file, showsPreHash: preHash))
        }
    }

    private static func noEvents(_ file: String) -> CommandError {
        CommandError(
            "\(file) has no list of events.",
            advice: "An EPCIS 2.0 document in JSON-LD is needed; XML is not read.")
    }
}

/// Files that commands read documents from.
enum DocumentFile {
    /// Reads a file no larger than a document may be.
    static func bytes(_ path: String, limit: Int) throws -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandError("\(path) cannot be read.")
        }
        let data: Data
        do { data = try handle.read(upToCount: limit + 1) ?? Data() } catch {
            throw CommandError("\(path) cannot be read: \(error.localizedDescription).")
        }
        guard data.count <= limit else {
            throw CommandError("\(path) has more than \(limit) bytes, which is all that is read.")
        }
        return Array(data)
    }

    static func read<Value>(
        _ path: String, limit: Int = JsonReader.Limits.standard.byteLimit,
        _ read: ([UInt8]) throws(JsonFault) -> Value
    ) throws -> Value {
        let bytes = try bytes(path, limit: limit)
        do throws(JsonFault) { return try read(bytes) } catch {
            throw CommandError("\(path) is no JSON: \(error).")
        }
    }
}

struct EpcisFindingAnswer: Encodable {
    let rule: String
    /// The event, counted from 1; none for the document itself.
    let event: Int?
    let field: String
    let sentence: String

    init(_ finding: EpcisFinding) {
        rule = finding.rule.rawValue
        event = finding.event.map { $0 + 1 }
        field = finding.field
        sentence = finding.sentence
    }
}

struct EpcisCheckAnswer: Answer {
    let file: String
    let valid: Bool
    let hashes: [String]
    let faults: [EpcisFindingAnswer]
    let warnings: [EpcisFindingAnswer]
    let text: String

    private enum CodingKeys: CodingKey { case file, valid, hashes, faults, warnings }

    init(_ check: EpcisCheck, file: String) {
        self.file = file
        valid = check.faults.isEmpty
        hashes = check.hashes.map(\.uri)
        faults = check.faults.map { EpcisFindingAnswer($0) }
        warnings = check.warnings.map { EpcisFindingAnswer($0) }
        let count = hashes.count == 1 ? "1 event" : "\(hashes.count) events"
        let verdict = valid ? "valid, \(count)" : "refused, \(faults.count) faults in \(count)"
        var lines = [verdict]
        lines += check.faults.map { "fault    \($0)" }
        lines += check.warnings.map { "warning  \($0)" }
        lines += hashes.enumerated().map { "event \($0 + 1)  \($1)" }
        text = lines.joined(separator: "\n")
    }
}

struct EpcisHashAnswer: Answer {
    let file: String
    let hashes: [String]
    let preHashes: [String]?

    init(_ check: EpcisCheck, file: String, showsPreHash: Bool) {
        self.file = file
        hashes = check.hashes.map(\.uri)
        preHashes = showsPreHash ? check.hashes.map(\.preHash) : nil
    }

    var text: String { (preHashes ?? hashes).joined(separator: "\n") }
}
