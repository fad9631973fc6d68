import ArgumentParser
import Foundation

/// What a command prints: text for a person, or one JSON object for a program.
protocol Answer: Encodable {
    var text: String { get }
}

/// The option that every command has.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    /// Writes the answer at once, so that whoever reads a pipe does not wait for the process to end.
    func show(_ answer: some Answer) throws {
        let text = (json ? try Self.encode(answer) : answer.text) + "\n"
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }

    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// What went wrong, in one sentence, and what to do about it.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    /// Why the network refused, in a stable word; `nil` for anything else that went wrong.
    let code: String?

    /// The network has decided that a transaction moves nothing but its fee.
    var isWithoutEffect: Bool { code != nil }

    init(_ sentence: String, advice: String? = nil, code: String? = nil) {
        self.code = code
        description = advice.map { "\(sentence)\n\($0)" } ?? sentence
    }
}
