import ArgumentParser
import Documents
import Foundation
import Node
import Primitives

/// Shows everything that happened to an item: `argosy trace`.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Show the whole history of an item; it is checked that nothing is left out.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: ArgumentHelp(
            "The item's GS1 Digital Link or EPC URN, or its key of 64 hexadecimal digits.",
            valueName: "item"))
    var item: String

    func run() async throws {
        let key = Digest(hex: item) ?? ItemEvent.Thing(item).key
        guard case .trace(let trace) = try await home.ask(.trace(item: key.hex)) else {
            throw CommandError.otherAnswer
        }
        try output.show(trace)
    }
}

extension TraceAnswer: Answer {
    var text: String {
        var facts = Table()
        facts.add("item", item)
        facts.add("made by", maker)
        facts.add(state == "active" ? "kept by" : state, state == "active" ? keeper : "")
        if !parent.isEmpty { facts.add("lies in", parent) }
        facts.add(
            "label", claims == 0 ? "not opened" : "opened \(claims) times, first by \(claimant)")
        if alarms > 0 { facts.add("ALARMS", "\(alarms): a step below cannot be true of one thing") }
        if !recall.isEmpty { facts.add("RECALLED", "notice \(recall)") }
        var history = Table()
        history.add("BLOCK", "WHEN", "WHAT", "BY", "EVENT")
        for line in lines {
            let date = Date(timeIntervalSince1970: Double(line.time) / 1_000)
            let place = line.level == 0 ? "" : " (\(line.level) around it)"
            history.add(
                String(line.height), date.formatted(.iso8601),
                (line.alarm ? "ALARM " : "") + Self.words(line.kind) + place,
                String(line.actor.prefix(12)), String(line.event.prefix(16)))
        }
        return """
            \(facts.text)

            \(history.text)

            Complete to block \(height): \(journals) journals were checked step by step against the \
            state that the validators signed. The network shows who said what; it cannot look into \
            the box.
            """
    }

    /// The kind as people write it: `handed over`.
    private static func words(_ kind: String) -> String {
        kind.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }
}
