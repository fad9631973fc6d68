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

    func show(_ answer: some Answer) throws {
        print(json ? try Self.encode(answer) : answer.text)
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

    init(_ sentence: String, advice: String? = nil) {
        description = advice.map { "\(sentence)\n\($0)" } ?? sentence
    }
}
